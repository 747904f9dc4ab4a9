;;; Commentary:
;;;
;;; Folds over trees and with two results.  They are defined in (guix utils); here is the name recipes import.
;;; Interface: (guix combinators) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix combinators)
  #:use-module (guix utils)
  #:re-export (fold2 fold-tree fold-tree-leaves compile-time-value)
  #:export (procedure-call-location define-compile-time-procedure))

(define-syntax-parameter procedure-call-location
  ;; Where the procedure was called, in the body of `define-compile-time-procedure'.
  (lambda (s)
    (syntax-violation 'procedure-call-location
                      "may only be used within 'define-compile-time-procedure'" s)))

(define-syntax-rule (define-compile-time-procedure (name (arg literal?) ...) body ...)
  ;; Define NAME as a procedure whose BODY is evaluated when a call is expanded, if each argument is a literal for
  ;; which its LITERAL? is true; else at run time.  BODY returns what can be written as a literal.
  (define-syntax name
    (lambda (s)
      (define (procedure location)
        #`(lambda (arg ...)
            (syntax-parameterize ((procedure-call-location
                                   (identifier-syntax '#,(datum->syntax #'here location))))
              body ...)))
      (syntax-case s ()
        ((_ arg ...)
         (and (literal? (syntax->datum #'arg)) ...)
         (let ((arg (syntax->datum #'arg)) ...)
           (datum->syntax s
                          (syntax-parameterize ((procedure-call-location
                                                 (identifier-syntax (syntax-source s))))
                            body ...))))
        ((_ actual (... ...))
         #`(#,(procedure (syntax-source s)) actual (... ...)))
        (id
         (identifier? #'id)
         (procedure (syntax-source s)))))))
