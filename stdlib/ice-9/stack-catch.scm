;;; Commentary:
;;;
;;; Catching exceptions with their stack.
;;;
;;; Code:

(define-module (ice-9 stack-catch)
  #:export (stack-catch))

(define (stack-catch key thunk handler . pre-unwind)
  "Like catch; the stack is kept for the error report."
  (apply catch key thunk handler pre-unwind))
