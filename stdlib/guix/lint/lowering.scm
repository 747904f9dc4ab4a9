;;; Commentary:
;;;
;;; Checkers that ask whether packages become derivations and profiles.  They need a store.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint lowering)
  #:use-module (guix diagnostics)
  #:use-module (guix grafts)
  #:use-module (guix lint warnings)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module ((ice-9 exceptions)
                #:select (&exception-with-kind-and-args exception-predicate exception-kind exception-args))
  #:use-module (ice-9 match)
  #:autoload   (guix profiles) (check-for-collisions packages->manifest
                                profile-collision-error? profile-collision-error-entry
                                profile-collision-error-conflict
                                manifest-entry-name manifest-entry-version manifest-entry-item)
  #:export (check-derivation check-profile-collisions))

(define thrown?
  ;; Whether an exception comes from `throw'.
  (exception-predicate &exception-with-kind-and-args))

(define (call-with-maybe-store store proc)
  (if store
      (proc store)
      (with-store store (proc store))))

(define* (check-derivation package #:key store)
  "Return warnings about the systems for which PACKAGE cannot be made a derivation."
  (define (failure system text object)
    (make-warning package #f (string-append "failed to create ~a derivation: " text) system object))

  (define (try store system)
    (guard (c ((store-protocol-error? c)
               (failure system "~a" (store-protocol-error-message c)))
              ((formatted-message? c)
               (failure system "~a" (apply format #f (formatted-message-string c) (formatted-message-arguments c))))
              ((message-condition? c)
               (failure system "~a" (condition-message c)))
              ((thrown? c)
               (failure system "~s" (cons (exception-kind c) (exception-args c))))
              (else (failure system "~a" c)))
      (parameterize ((%graft? #f))
        (for-each (lambda (package)
                    (package-derivation store package system #:graft? #f))
                  (cons package
                        (match (package-replacement package)
                          (#f '())
                          (replacement (list replacement)))))
        #f)))

  (call-with-maybe-store store
    (lambda (store)
      (filter-map (lambda (system)
                    (and=> (try store system)
                           (lambda (warning)
                             ;; What it needs may be known not to exist there; then nobody expects it to.
                             (and (catch #t
                                    (lambda () (supported-package? package system))
                                    (const #t))
                                  (builders-exist? store system)
                                  warning))))
                  (package-supported-systems package)))))

(define (builders-exist? store system)
  "Return true if there is a Guile for builds on SYSTEM; otherwise no package of the collection can be built there."
  (guard (c (else #f))
    (parameterize ((%graft? #f))
      (package-derivation store (default-guile) system #:graft? #f))
    #t))

(define* (check-profile-collisions package #:key store)
  "Return a warning if what PACKAGE propagates cannot be in one profile."
  (call-with-maybe-store store
    (lambda (store)
      (guard (c ((profile-collision-error? c)
                 (let* ((first (profile-collision-error-entry c))
                        (second (profile-collision-error-conflict c))
                        (name (if (string=? (manifest-entry-version first) (manifest-entry-version second))
                                  manifest-entry-item
                                  (lambda (entry)
                                    (string-append (manifest-entry-name entry) "@"
                                                   (manifest-entry-version entry))))))
                   (list (make-warning package #f "propagated inputs ~a and ~a collide"
                                       (name first) (name second))))))
        ;; Grafts might want builds.
        (parameterize ((%graft? #f))
          (run-with-store store
            (mbegin %store-monad
              (check-for-collisions (packages->manifest (list package)) (%current-system))
              (return '()))))))))
