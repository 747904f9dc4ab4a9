;;; Commentary:
;;;
;;; Definitions of procedures that return procedures: (define ((f a) b) ...).
;;;
;;; Code:

(define-module (ice-9 curried-definitions)
  #:replace ((cdefine . define) (cdefine* . define*) define-public define*-public))

(define-syntax cdefine
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (cdefine (head . outer) (lambda inner body ...)))
    ((_ (head . formals) body ...)
     (define head (lambda formals body ...)))
    ((_ name rest ...)
     (define name rest ...))))

(define-syntax cdefine*
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (cdefine* (head . outer) (lambda* inner body ...)))
    ((_ (head . formals) body ...)
     (define* (head . formals) body ...))
    ((_ name rest ...)
     (define name rest ...))))

(define-syntax define-public
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (define-public (head . outer) (lambda inner body ...)))
    ((_ (head . formals) body ...)
     (define-public head (lambda formals body ...)))
    ((_ name value)
     (begin (define name value) (export name)))))

(define-syntax define*-public
  (syntax-rules ()
    ((_ ((head . outer) . inner) body ...)
     (define*-public (head . outer) (lambda* inner body ...)))
    ((_ (head . formals) body ...)
     (define*-public head (lambda* formals body ...)))
    ((_ name value)
     (begin (define name value) (export name)))))
