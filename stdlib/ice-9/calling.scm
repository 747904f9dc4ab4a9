;;; Commentary:
;;;
;;; Macros that give a body variables which are got and set by procedures.
;;;
;;; Code:

(define-module (ice-9 calling)
  #:export (with-excursion-function with-getter with-getter-and-setter with-excursion-getter-and-setter
            with-delegating-getter-and-setter with-configuration-getter-and-setter
            with-delegating-configuration-getter-and-setter
            let-with-configuration-getter-and-setter))

;; Each binds NAMES in its first operand to procedures on the variables in its second.

(define-syntax-rule (with-excursion-function (variable ...) proc)
  (proc (lambda (thunk)
          (let ((saved (list variable ...)))
            (dynamic-wind
              (lambda () #f)
              thunk
              (lambda ()
                (for-each (lambda (restore value) (restore value))
                          (list (lambda (value) (set! variable value)) ...)
                          saved)))))))
(define-syntax-rule (with-getter (variable ...) proc)
  (proc (lambda () (append (list (symbol->keyword 'variable) variable) ...))))
(define-syntax-rule (with-getter-and-setter (variable ...) proc)
  (proc (lambda () (append (list (symbol->keyword 'variable) variable) ...))
        (lambda values
          (let ((given (memq (symbol->keyword 'variable) values)))
            (if given (set! variable (cadr given))))
          ...)))
(define-syntax-rule (with-excursion-getter-and-setter (variable ...) proc)
  (with-getter-and-setter (variable ...)
    (lambda (get set)
      (proc (lambda (thunk)
              (let ((saved (get)))
                (dynamic-wind (lambda () #f) thunk (lambda () (apply set saved)))))
            get set))))
(define-syntax-rule (with-delegating-getter-and-setter (variable ...) get-delegate set-delegate proc)
  (with-getter-and-setter (variable ...)
    (lambda (get set)
      (proc (lambda () (append (get) (get-delegate)))
            (lambda values
              (apply set values)
              (apply set-delegate values))))))
(define-syntax-rule (with-configuration-getter-and-setter ((name get set) ...) proc)
  (proc (lambda () (list (cons 'name (get)) ...))
        (lambda (configuration)
          (let ((entry (assq 'name configuration)))
            (if entry (set (cdr entry))))
          ...)))
(define-syntax-rule (with-delegating-configuration-getter-and-setter ((name get set) ...) get-delegate set-delegate proc)
  (with-configuration-getter-and-setter ((name get set) ...)
    (lambda (own-get own-set)
      (proc (lambda () (append (own-get) (get-delegate)))
            (lambda (configuration)
              (own-set configuration)
              (set-delegate configuration))))))
(define-syntax-rule (let-with-configuration-getter-and-setter ((name value) ...) proc)
  (let ((name value) ...)
    (with-configuration-getter-and-setter
        ((name (lambda () name) (lambda (new) (set! name new))) ...)
      proc)))
