;;; Commentary:
;;;
;;; define-class whose slots all have accessors and keywords.
;;;
;;; Code:

(define-module (oop goops simple)
  #:use-module (oop goops accessors)
  #:export (define-class))

(define-syntax-rule (define-class . form)
  (define-class-with-accessors-keywords . form))
