;;; Commentary:
;;;
;;; Exception types, objects and procedures of Guile 3.
;;;
;;; Code:

(define-module (ice-9 exceptions)
  #:export (&exception
            &message make-exception-with-message exception-with-message? exception-message
            &warning make-warning warning?
            &error make-error error?
            &external-error make-external-error external-error?
            &quit-exception make-quit-exception quit-exception? quit-exception-code
            &programming-error make-programming-error programming-error?
            &assertion-failure make-assertion-failure assertion-failure?
            &irritants make-exception-with-irritants exception-with-irritants? exception-irritants
            &origin make-exception-with-origin exception-with-origin? exception-origin
            &non-continuable make-non-continuable-error non-continuable-error?
            &implementation-restriction make-implementation-restriction-error
            implementation-restriction-error?
            &lexical make-lexical-error lexical-error?
            &syntax make-syntax-error syntax-error? syntax-error-form syntax-error-subform
            &undefined-variable make-undefined-variable-error undefined-variable-error?
            &exception-with-kind-and-args
            raise raise-continuable
            format-exception define-exception-type)
  #:re-export (with-exception-handler raise-exception exception? make-exception make-exception-type
               simple-exceptions exception-type? exception-predicate exception-accessor
               exception-kind exception-args))

(define-syntax-rule (define-standard type name make predicate (field accessor) ...)
  (begin
    (define type (%exception-type 'name))
    (define make (record-constructor type))
    (define predicate (exception-predicate type))
    (define accessor (exception-accessor type (record-accessor type 'field)))
    ...))

(define &exception (%exception-type '&exception))
(define-standard &message &message make-exception-with-message exception-with-message?
  (message exception-message))
(define-standard &warning &warning make-warning warning?)
(define-standard &error &error make-error error?)
(define-standard &external-error &external-error make-external-error external-error?)
(define-standard &quit-exception &quit-exception make-quit-exception quit-exception?
  (code quit-exception-code))
(define-standard &programming-error &programming-error make-programming-error programming-error?)
(define-standard &assertion-failure &assertion-failure make-assertion-failure assertion-failure?)
(define-standard &irritants &irritants make-exception-with-irritants exception-with-irritants?
  (irritants exception-irritants))
(define-standard &origin &origin make-exception-with-origin exception-with-origin?
  (origin exception-origin))
(define-standard &non-continuable &non-continuable make-non-continuable-error non-continuable-error?)
(define-standard &implementation-restriction &implementation-restriction
  make-implementation-restriction-error implementation-restriction-error?)
(define-standard &lexical &lexical make-lexical-error lexical-error?)
(define-standard &syntax &syntax make-syntax-error syntax-error?
  (form syntax-error-form) (subform syntax-error-subform))
(define-standard &undefined-variable &undefined-variable
  make-undefined-variable-error undefined-variable-error?)
(define &exception-with-kind-and-args (%exception-type '&exception-with-kind-and-args))

(define (raise exception)
  "Raise EXCEPTION; handlers cannot return."
  (raise-exception exception))

(define (raise-continuable exception)
  "Raise EXCEPTION; what a handler returns is returned."
  (raise-exception exception #:continuable? #t))

(define* (format-exception port exception)
  "Print EXCEPTION on PORT."
  (print-exception port #f (exception-kind exception) (exception-args exception)))

(define-syntax define-exception-type
  (syntax-rules ()
    ((_ type supertype constructor predicate (field accessor) ...)
     (begin
       (define type (make-exception-type 'type supertype '(field ...)))
       (define constructor (record-constructor type))
       (define predicate (exception-predicate type))
       (define accessor (exception-accessor type (record-accessor type 'field)))
       ...))))
