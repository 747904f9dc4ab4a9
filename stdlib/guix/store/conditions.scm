;;; Commentary:
;;;
;;; What goes wrong in a store, as conditions.  Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store conditions)
  #:use-module (strata store)
  #:use-module (guix diagnostics)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 exceptions)
  #:export (&store-error store-error?
            store-hint store-hint?
            &store-connection-error store-connection-error?
            store-connection-error-file store-connection-error-code
            &store-protocol-error store-protocol-error?
            store-protocol-error-message store-protocol-error-status))

(define-condition-type &store-error &error
  store-error?)

(define-condition-type &store-connection-error &store-error
  store-connection-error?
  (file store-connection-error-file)
  (errno store-connection-error-code))

(define-condition-type &store-protocol-error &store-error
  store-protocol-error?
  (message store-protocol-error-message)
  (status store-protocol-error-status))

(define-condition-type &store-hint &condition
  store-hint?
  (hint store-hint))

(%set-store-error-constructor!
 (lambda (message hint status place)
   ;; What the store says becomes a protocol error, as from a daemon.
   (apply make-exception
          (condition (&store-protocol-error (message message) (status status)))
          (make-exception-with-message message)
          (append (if hint
                      (list (condition (&store-hint (hint hint))))
                      '())
                  (if place
                      (list (condition (&error-location (location (apply location place)))))
                      '())))))
