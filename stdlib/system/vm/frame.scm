;;; Commentary:
;;;
;;; Frames of stack objects; see (guile stacks) for what they know.  Interface: (system vm frame) of Guile 3.0, without what
;;; is about Guile's virtual machine.
;;;
;;; Code:

(define-module (system vm frame)
  #:re-export (frame-procedure-name frame-source frame-previous frame-arguments)
  #:export (frame-call-representation frame-bindings frame-lookup-binding))

(define* (frame-call-representation frame #:key top-frame?)
  "Return the call that FRAME is of as a list: the procedure's name, and its arguments as far as they are known."
  (cons (or (frame-procedure-name frame) '_) (frame-arguments frame)))

(define (frame-bindings frame)
  "Return the variables of FRAME, which are not known: the empty list."
  '())

(define (frame-lookup-binding frame name)
  "Return the binding of NAME in FRAME, which is not known: #f."
  #f)
