;;; Commentary:
;;;
;;; A small pattern matcher: (pmatch EXPRESSION (PATTERN (guard TEST ...) BODY ...) ... (else BODY ...)).
;;;
;;; Code:

(define-module (system base pmatch)
  #:export-syntax (pmatch))

;; In a pattern ,NAME matches anything and binds NAME; all else stands for itself.
(define-syntax-rule (pmatch expression clause ...)
  (let ((value expression))
    (pmatch-clauses value clause ...)))
(define-syntax pmatch-clauses
  (syntax-rules (else guard)
    ((_ value) (if #f #f))
    ((_ value (else body ...)) (let () body ...))
    ((_ value (pattern (guard test ...) body ...) clause ...)
     (let ((next (lambda () (pmatch-clauses value clause ...))))
       (pmatch-pattern value pattern (if (and test ...) (let () body ...) (next)) (next))))
    ((_ value (pattern body ...) clause ...)
     (let ((next (lambda () (pmatch-clauses value clause ...))))
       (pmatch-pattern value pattern (let () body ...) (next))))))
(define-syntax pmatch-pattern
  (syntax-rules (unquote)
    ((_ value (unquote name) success failure) (pmatch-bind value name success))
    ((_ value (first . rest) success failure)
     (if (pair? value)
         (let ((head (car value)) (tail (cdr value)))
           (pmatch-pattern head first (pmatch-pattern tail rest success failure) failure))
         failure))
    ((_ value () success failure) (if (null? value) success failure))
    ((_ value datum success failure) (if (equal? value 'datum) success failure))))
(define-syntax pmatch-bind
  (lambda (form)
    (syntax-case form ()
      ((_ value name success)
       (if (eq? (syntax->datum #'name) '_) #'success #'(let ((name value)) success))))))
