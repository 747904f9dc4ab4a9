;;; Commentary:
;;;
;;; SRFI 10: #,(NAME ARGUMENT ...) reads as what the constructor NAME makes.
;;;
;;; Code:

(define-module (srfi srfi-10)
  #:use-module (ice-9 rdelim)
  #:export (define-reader-ctor))

(define constructors (make-hash-table))
(define (define-reader-ctor name proc)
  "Let #,(NAME ARGUMENT ...) read as (PROC ARGUMENT ...)."
  (hashq-set! constructors name proc))
(read-hash-extend #\,
  (lambda (char port)
    (let* ((form (read port))
           (proc (and (pair? form) (hashq-ref constructors (car form)))))
      (if (not proc)
          (scm-error 'read-error "read" "unknown reader constructor: ~S" (list form) #f))
      (apply proc (cdr form)))))
