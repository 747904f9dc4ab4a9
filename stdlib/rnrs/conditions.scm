;;; Commentary:
;;;
;;; (rnrs conditions) of R6RS: conditions.
;;;
;;; Code:

(define-module (rnrs conditions)
  #:version (6)
  #:use-module (ice-9 exceptions)
  #:export (condition condition? simple-conditions condition-predicate condition-accessor
            define-condition-type &condition
            make-message-condition message-condition? condition-message
            &serious make-serious-condition serious-condition?
            &violation make-violation violation?
            &assertion make-assertion-violation assertion-violation?
            make-irritants-condition irritants-condition? condition-irritants
            &who make-who-condition who-condition? condition-who
            make-non-continuable-violation non-continuable-violation?
            make-implementation-restriction-violation implementation-restriction-violation?
            make-lexical-violation lexical-violation?
            make-syntax-violation syntax-violation? syntax-violation-form syntax-violation-subform
            &undefined make-undefined-violation undefined-violation?)
  #:re-export (&message &warning make-warning warning? &error make-error error? &irritants
               &non-continuable &implementation-restriction &lexical &syntax))

(define condition make-exception)
(define condition? exception?)
(define simple-conditions simple-exceptions)
(define condition-predicate exception-predicate)
(define condition-accessor exception-accessor)
(define &condition &exception)
(define make-message-condition make-exception-with-message)
(define message-condition? exception-with-message?)
(define condition-message exception-message)
(define &serious &error)
(define make-serious-condition make-error)
(define serious-condition? error?)
(define &violation &programming-error)
(define make-violation make-programming-error)
(define violation? programming-error?)
(define &assertion &assertion-failure)
(define make-assertion-violation make-assertion-failure)
(define assertion-violation? assertion-failure?)
(define make-irritants-condition make-exception-with-irritants)
(define irritants-condition? exception-with-irritants?)
(define condition-irritants exception-irritants)
(define &who &origin)
(define make-who-condition make-exception-with-origin)
(define who-condition? exception-with-origin?)
(define condition-who exception-origin)
(define make-non-continuable-violation make-non-continuable-error)
(define non-continuable-violation? non-continuable-error?)
(define make-implementation-restriction-violation make-implementation-restriction-error)
(define implementation-restriction-violation? implementation-restriction-error?)
(define make-lexical-violation make-lexical-error)
(define lexical-violation? lexical-error?)
(define make-syntax-violation make-syntax-error)
(define syntax-violation? syntax-error?)
(define syntax-violation-form syntax-error-form)
(define syntax-violation-subform syntax-error-subform)
(define &undefined &undefined-variable)
(define make-undefined-violation make-undefined-variable-error)
(define undefined-violation? undefined-variable-error?)

(define-syntax define-condition-type
  (syntax-rules ()
    ((_ type supertype constructor predicate (field accessor) ...)
     (define-exception-type type supertype constructor predicate (field accessor) ...))))
