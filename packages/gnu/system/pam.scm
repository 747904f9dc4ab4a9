;;; Commentary:
;;;
;;; Services of PAM, which decides who may log in: the records behind the files of /etc/pam.d.  Not the default services,
;;; which need the package linux-pam.
;;; Interface: (gnu system pam) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system pam)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (pam-service
            pam-service-name
            pam-service-account
            pam-service-auth
            pam-service-password
            pam-service-session
            pam-entry
            pam-entry-control
            pam-entry-module
            pam-entry-arguments
            pam-services->directory))

(define-record-type* <pam-service> pam-service make-pam-service
  pam-service?
  (name pam-service-name)
  (account pam-service-account (default '()))
  (auth pam-service-auth (default '()))
  (password pam-service-password (default '()))
  (session pam-service-session (default '())))

(define-record-type* <pam-entry> pam-entry make-pam-entry
  pam-entry?
  (control pam-entry-control)
  (module pam-entry-module)
  (arguments pam-entry-arguments (default '())))

(define (service-file service)
  "Return the file of SERVICE: one line an entry, with the group it belongs to."
  (define (lines group entries)
    (append-map (lambda (entry)
                  (append (list group " " (pam-entry-control entry) " " (pam-entry-module entry))
                          (append-map (lambda (argument) (list " " argument)) (pam-entry-arguments entry))
                          (list "\n")))
                entries))
  (apply mixed-text-file (pam-service-name service)
         (append-map (match-lambda
                       ((group . entries) (lines group (entries service))))
                     `(("account" . ,pam-service-account)
                       ("auth" . ,pam-service-auth)
                       ("password" . ,pam-service-password)
                       ("session" . ,pam-service-session)))))

(define (pam-services->directory services)
  "Return the directory with the files of SERVICES; the first of those with the same name counts."
  (file-union "pam.d"
              (map (lambda (service)
                     (list (pam-service-name service) (service-file service)))
                   (delete-duplicates services
                                      (lambda (a b)
                                        (string=? (pam-service-name a) (pam-service-name b)))))))
