;;; Commentary:
;;;
;;; Evaluating expressions in the lexical environment of a place in a program.  `the-environment' is a form of this module
;;; that the expander itself knows.
;;;
;;; Code:

(define-module (ice-9 local-eval)
  #:export (the-environment local-eval local-compile))

(define (local-eval expression environment)
  "Return the value of EXPRESSION, a datum, in ENVIRONMENT: a module, or what (the-environment) returned."
  (cond ((%local-environment? environment) (%local-eval expression environment))
        ((module? environment) (eval expression environment))
        (else (error "invalid lexical environment" environment))))

(define* (local-compile expression environment #:optional (opts '()))
  "Return the value of EXPRESSION, a datum, in ENVIRONMENT; it is compiled first."
  (local-eval expression environment))
