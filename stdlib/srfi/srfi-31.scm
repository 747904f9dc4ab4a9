;;; Commentary:
;;;
;;; SRFI 31: recursive evaluation.
;;;
;;; Code:

(define-module (srfi srfi-31)
  #:export (rec))

(define-syntax rec
  (syntax-rules ()
    "Evaluate an expression that may refer to itself by a name."
    ((_ (name . formals) body ...)
     (letrec ((name (lambda formals body ...))) name))
    ((_ name expression)
     (letrec ((name expression)) name))))
