;;; Commentary:
;;;
;;; Where the C library looks names up: the records behind /etc/nsswitch.conf, and its text.
;;; Interface: (gnu system nss) of GNU Guix 1.4; the libc manual, "Name Service Switch".
;;;
;;; Code:

(define-module (gnu system nss)
  #:use-module (guix records)
  #:use-module (ice-9 match)
  #:export (name-service-switch?
            name-service-switch
            name-service?
            name-service
            lookup-specification
            %default-nss
            %mdns-host-lookup-nss
            %files
            %compat
            %dns
            name-service-switch->string))

(define-record-type* <name-service> name-service make-name-service
  name-service?
  (name name-service-name)
  (reaction name-service-reaction (default '())))

(define-syntax lookup-status
  ;; The word that the file has for a status.
  (syntax-rules (success not-found unavailable try-again)
    ((_ success) "SUCCESS")
    ((_ not-found) "NOTFOUND")
    ((_ unavailable) "UNAVAIL")
    ((_ try-again) "TRYAGAIN")))

(define-syntax lookup-action
  (syntax-rules (return continue)
    ((_ return) "return")
    ((_ continue) "continue")))

(define-syntax lookup-reaction
  (syntax-rules (not =>)
    ((_ ((not status) => action))
     (string-append "!" (lookup-status status) "=" (lookup-action action)))
    ((_ (status => action))
     (string-append (lookup-status status) "=" (lookup-action action)))))

(define-syntax-rule (lookup-specification reaction ...)
  ;; What to do after a lookup: a list of clauses (STATUS => ACTION).
  (list (lookup-reaction reaction) ...))

(define %files (name-service (name "files")))

(define %compat
  (name-service
   (name "compat")
   (reaction (lookup-specification (not-found => return)))))

(define %dns
  ;; Its answer is the last word, unless it gives none.
  (name-service
   (name "dns")
   (reaction (lookup-specification ((not unavailable) => return)))))

(define-record-type* <name-service-switch> name-service-switch make-name-service-switch
  name-service-switch?
  (aliases name-service-switch-aliases (default '()))
  (ethers name-service-switch-ethers (default '()))
  (group name-service-switch-group (default (list %files)))
  (gshadow name-service-switch-gshadow (default '()))
  (hosts name-service-switch-hosts (default (list %files %dns)))
  (initgroups name-service-switch-initgroups (default '()))
  (netgroup name-service-switch-netgroup (default '()))
  (networks name-service-switch-networks (default (list %files %dns)))
  (password name-service-switch-password (default (list %files)))
  (public-key name-service-switch-public-key (default '()))
  (rpc name-service-switch-rpc (default '()))
  (services name-service-switch-services (default '()))
  (shadow name-service-switch-shadow (default (list %files))))

(define %default-nss (name-service-switch))

(define %mdns-host-lookup-nss
  ;; For hosts of the local network that answer multicast questions.
  (name-service-switch
   (hosts (list %files
                (name-service
                 (name "mdns_minimal")
                 (reaction (lookup-specification (not-found => return))))
                (name-service (name "dns"))
                (name-service (name "mdns"))))))

(define (name-service->string service)
  (match (name-service-reaction service)
    (() (name-service-name service))
    (reactions (format #f "~a [~a]" (name-service-name service) (string-join reactions)))))

(define (name-service-switch->string nss)
  "Return the text of /etc/nsswitch.conf for NSS; databases without services are left to the C library."
  (string-concatenate
   (map (match-lambda
          ((database services)
           (match (services nss)
             (() "")
             (services (format #f "~a:\t~a~%" database (string-join (map name-service->string services)))))))
        `(("aliases" ,name-service-switch-aliases)
          ("ethers" ,name-service-switch-ethers)
          ("group" ,name-service-switch-group)
          ("gshadow" ,name-service-switch-gshadow)
          ("hosts" ,name-service-switch-hosts)
          ("initgroups" ,name-service-switch-initgroups)
          ("netgroup" ,name-service-switch-netgroup)
          ("networks" ,name-service-switch-networks)
          ("passwd" ,name-service-switch-password)
          ("publickey" ,name-service-switch-public-key)
          ("rpc" ,name-service-switch-rpc)
          ("services" ,name-service-switch-services)
          ("shadow" ,name-service-switch-shadow)))))
