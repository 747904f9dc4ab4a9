;;; Commentary:
;;;
;;; The stack of the last error that a program kept.
;;;
;;; Code:

(define-module (ice-9 save-stack)
  #:export (stack-saved? the-last-stack save-stack))

(define the-last-stack (make-fluid #f))
(define stack-saved? #f)

(define (save-stack . narrowing)
  "Keep the present stack in the-last-stack, unless one is kept already."
  (if (not stack-saved?)
      (begin
        (fluid-set! the-last-stack (apply make-stack #t save-stack narrowing))
        (set! stack-saved? #t))))
