;;; Commentary:
;;;
;;; Macros that stand for C's constants: one for each set of them.
;;;
;;; Code:

(define-module (guix build syscalls flags)
  #:export (define-flags))

(define-syntax-rule (define-flags set (name value) ...)
  "Define SET such that (SET NAME ...) is the bits of the NAMEs."
  (define-syntax set
    (syntax-rules (name ...)
      ((_) 0)
      ((_ name) value) ...
      ((_ first . rest) (logior (set first) (set . rest))))))
