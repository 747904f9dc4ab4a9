;;; Commentary:
;;;
;;; What `strata size' does in Scheme: how large store items are, by themselves and with all they need.  Options are parsed,
;;; and tables printed, by runtime/cli/commands/size.ts.  Interface: (guix scripts size) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts size)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix grafts)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (guix-size
            profile? profile-file profile-self-size profile-closure-size
            store-profile
            ensure-store-item
            sizes))

(define-record-type <profile>
  (make-profile file self-size closure-size)
  profile?
  (file         profile-file)           ;store item
  (self-size    profile-self-size)      ;bytes
  (closure-size profile-closure-size))  ;bytes, its own ones included

(define (item-facts store item)
  "Return two values, the size of ITEM in bytes and its references, from the store or from servers of substitutes."
  (if (valid-path? store item)
      (let ((info (query-path-info store item)))
        (values (path-info-nar-size info) (path-info-references info)))
      (match (substitutable-path-info store (list item))
        ((info . _)
         (values (substitutable-nar-size info) (substitutable-references info)))
        (()
         (raise (formatted-message (G_ "no available substitute information for '~a'") item))))))

(define (closure items references-of)
  "Return ITEMS and what they need, in the order met."
  (define seen (make-hash-table))
  (let loop ((pending items) (result '()))
    (match pending
      (() (reverse result))
      ((item . rest)
       (if (hash-ref seen item)
           (loop rest result)
           (begin
             (hash-set! seen item #t)
             (loop (append (references-of item) rest)
                   (cons item result))))))))

(define (store-profile items)
  "Return, as a monadic value, the list of profiles of ITEMS and of all they need."
  (lambda (store)
    (define sizes (make-hash-table))
    (define edges (make-hash-table))
    (define (references-of item)
      (unless (hash-ref sizes item)
        (call-with-values (lambda () (item-facts store item))
          (lambda (size references)
            (hash-set! sizes item size)
            (hash-set! edges item references))))
      (hash-ref edges item))

    (values (map (lambda (item)
                   (make-profile item (hash-ref sizes item)
                                 (fold (lambda (needed total) (+ total (hash-ref sizes needed)))
                                       0
                                       (closure (list item) references-of))))
                 (closure items references-of))
            store)))

(define (ensure-store-item text)
  "Return, as a monadic value, the store item TEXT, or the one of the package output that it specifies."
  (if (store-path? text)
      (with-monad %store-monad (return text))
      (call-with-values (lambda () (specification->package+output text))
        (lambda (package output)
          ;; Nothing is built: substitutes tell sizes, too.
          (mlet %store-monad ((drv (package->derivation package)))
            (return (derivation->output-path drv output)))))))

(define* (sizes specifications #:key (system (%current-system)) substitute-urls)
  "Return the list of (ITEM SELF-SIZE CLOSURE-SIZE) of what SPECIFICATIONS, store items or packages, need.  The servers at
SUBSTITUTE-URLS, if any, are asked about what is not in the store."
  ;; Sizes are those of packages that are not grafted: so are substitutes.
  (parameterize ((%graft? #f))
    (with-store store
      (when substitute-urls
        (set-build-options store #:substitute-urls substitute-urls))
      (map (match-lambda
             (($ <profile> file self closure) (list file self closure)))
           (run-with-store store
             (mlet* %store-monad ((items (mapm %store-monad ensure-store-item specifications))
                                  (profiles (store-profile items)))
               (return profiles))
             #:system system)))))

(define-command (guix-size . args)
  (category packaging)
  (synopsis "profile the on-disk size of packages")
  (apply run-command "size" args))
