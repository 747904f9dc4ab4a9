;;; Commentary:
;;;
;;; Sets of store items as archives that are signed.  Interface: (guix nar) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix nar)
  #:use-module (guix serialization)
  #:use-module (guix store)
  #:use-module (strata store)
  #:use-module (ice-9 binary-ports)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (nar-invalid-hash-error? nar-invalid-hash-error-expected nar-invalid-hash-error-actual
            nar-signature-error? nar-signature-error-signature
            restore-file-set))

(define-condition-type &nar-signature-error &nar-error
  nar-signature-error?
  (signature nar-signature-error-signature))

(define-condition-type &nar-invalid-hash-error &nar-signature-error
  nar-invalid-hash-error?
  (expected nar-invalid-hash-error-expected)
  (actual nar-invalid-hash-error-actual))

(define* (restore-file-set port
                           #:key (verify-signature? #t) (lock? #t)
                           (log-port (current-error-port)))
  "Add the store items in the archive read from PORT to the store of this process and return their names.  When
VERIFY-SIGNATURE? is true, each must be signed by a key of the access control list; otherwise a `&nar-signature-error' is
raised."
  (define (refuse item kind message)
    ;; Nobody whom this machine trusts has signed ITEM.
    (let ((reason (condition (&message (message message)))))
      (raise (make-compound-condition
              (if (eq? kind 'hash-mismatch)
                  (condition (&nar-invalid-hash-error (file item) (port port) (signature #f) (expected #f) (actual #f)))
                  (condition (&nar-signature-error (file item) (port port) (signature #f))))
              reason))))

  (let ((store (open-connection #f)))
    (dynamic-wind
      (const #t)
      (lambda ()
        (%import-paths (store-connection-handle store) verify-signature?
                       (lambda (size) (get-bytevector-n port size))
                       refuse))
      (lambda () (close-connection store)))))
