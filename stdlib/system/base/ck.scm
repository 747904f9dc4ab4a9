;;; Commentary:
;;;
;;; Applying macros to expanded arguments: the CK machine.
;;;
;;; Code:

(define-module (system base ck)
  #:export (ck))

;; (ck () EXPRESSION): an expression is quoted data, or (MACRO ARGUMENT ...) whose arguments are expressions.
;; MACRO gets the stack as its first operand and gives (ck STACK EXPRESSION).
(define-syntax ck
  (syntax-rules (quote)
    ((_ () 'value) value)
    ((_ (((macro ...) done ...) . stack) 'value)
     (ck-arguments stack (macro ... 'value) done ...))
    ((_ stack (macro argument ...))
     (ck-arguments stack (macro) argument ...))))
(define-syntax ck-arguments
  (syntax-rules (quote)
    ((_ stack (macro value ...)) (macro stack value ...))
    ((_ stack (macro value ...) 'next more ...) (ck-arguments stack (macro value ... 'next) more ...))
    ((_ stack (macro value ...) next more ...) (ck (((macro value ...) more ...) . stack) next))))
