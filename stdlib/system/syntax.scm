;;; Commentary:
;;;
;;; Syntax objects from the inside.
;;;
;;; Code:

(define-module (system syntax)
  #:re-export (syntax? syntax-local-binding syntax-source)
  #:export (syntax-sourcev syntax-session-id))

(define (syntax-sourcev syntax)
  "Return file, line and column of SYNTAX as a vector, or #f."
  (let ((source (syntax-source syntax)))
    (and source
         (vector (assq-ref source 'filename) (assq-ref source 'line) (assq-ref source 'column)))))
(define session (symbol->string (gensym "session")))
(define (syntax-session-id) "Return a text that no other run of a program has." session)
