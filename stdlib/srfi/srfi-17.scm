;;; Commentary:
;;;
;;; SRFI 17: set! on places.
;;;
;;; Code:

(define-module (srfi srfi-17)
  #:export (getter-with-setter)
  #:re-export (setter)
  #:replace (car cdr caar cadr cdar cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr
             caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
             cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr string-ref vector-ref))

(define getter-with-setter make-procedure-with-setter)

(define-syntax-rule (define-place name setter)
  (define name (make-procedure-with-setter (@ (guile) name) setter)))
(define-place string-ref string-set!)
(define-place vector-ref vector-set!)
(define-place car set-car!)
(define-place cdr set-cdr!)
(define-syntax-rule (define-places (name set inner) ...)
  (begin
    (define-place name (lambda (x value) (set ((@ (guile) inner) x) value)))
    ...))
(define-places
  (caar set-car! car) (cadr set-car! cdr) (cdar set-cdr! car) (cddr set-cdr! cdr)
  (caaar set-car! caar) (caadr set-car! cadr) (cadar set-car! cdar) (caddr set-car! cddr)
  (cdaar set-cdr! caar) (cdadr set-cdr! cadr) (cddar set-cdr! cdar) (cdddr set-cdr! cddr)
  (caaaar set-car! caaar) (caaadr set-car! caadr) (caadar set-car! cadar) (caaddr set-car! caddr)
  (cadaar set-car! cdaar) (cadadr set-car! cdadr) (caddar set-car! cddar) (cadddr set-car! cdddr)
  (cdaaar set-cdr! caaar) (cdaadr set-cdr! caadr) (cdadar set-cdr! cadar) (cdaddr set-cdr! caddr)
  (cddaar set-cdr! cdaar) (cddadr set-cdr! cdadr) (cdddar set-cdr! cddar) (cddddr set-cdr! cdddr))
