;;; Commentary:
;;;
;;; SRFI 71: let forms for several values.
;;;
;;; Code:

(define-module (srfi srfi-71)
  #:export (uncons unlist unvector values->list values->vector)
  #:replace ((srfi71-let . let) (srfi71-let* . let*) (srfi71-letrec . letrec)))

;; A binding is (variable ... expression), or ((values variable ... . rest) expression).

(define-syntax srfi71-let
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ ((binding ...) more ...) body ...)
     (collect () () ((binding ...) more ...) body ...))
    ((_ tag ((variable value) ...) body ...)
     (let tag ((variable value) ...) body ...))))

;; Parallel: evaluate all expressions into temporaries, then bind.
(define-syntax collect
  (syntax-rules (values)
    ((_ (call ...) (bind ...) () body ...)
     (run (call ...) (let (bind ...) body ...)))
    ((_ calls binds (((values . formals) expression) more ...) body ...)
     (formals->temporaries calls binds formals () () expression (more ...) body ...))
    ((_ calls binds ((variable ... expression) more ...) body ...)
     (split calls binds () (variable ... expression) (more ...) body ...))))

(define-syntax split
  (syntax-rules ()
    ((_ calls binds (variable ...) (expression) more body ...)
     (formals->temporaries calls binds (variable ...) () () expression more body ...))
    ((_ calls binds (variable ...) (next . rest) more body ...)
     (split calls binds (variable ... next) rest more body ...))))

(define-syntax formals->temporaries
  (syntax-rules ()
    ((_ (call ...) (bind ...) () (temporary ...) (pair ...) expression more body ...)
     (collect (call ... ((temporary ...) expression)) (bind ... pair ...) more body ...))
    ((_ calls binds (variable . rest) (temporary ...) (pair ...) expression more body ...)
     (formals->temporaries calls binds rest (temporary ... t) (pair ... (variable t)) expression more body ...))
    ((_ (call ...) (bind ...) rest (temporary ...) (pair ...) expression more body ...)
     (collect (call ... ((temporary ... . t) expression)) (bind ... pair ... (rest t)) more body ...))))

(define-syntax run
  (syntax-rules ()
    ((_ () body) body)
    ;; One variable takes the first value, as anywhere else.
    ((_ (((temporary) expression) more ...) body)
     (let ((temporary expression)) (run (more ...) body)))
    ((_ ((formals expression) more ...) body)
     (call-with-values (lambda () expression)
       (lambda formals (run (more ...) body))))))

(define-syntax srfi71-let*
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ (binding more ...) body ...)
     (srfi71-let (binding) (srfi71-let* (more ...) body ...)))))

(define-syntax srfi71-letrec
  (syntax-rules ()
    ((_ (binding ...) body ...)
     (let ()
       (define-binding binding) ...
       (let () body ...)))))

(define-syntax define-binding
  (syntax-rules (values)
    ((_ ((values . formals) expression)) (define-values formals expression))
    ((_ (variable expression)) (define variable expression))
    ((_ (variable ... expression)) (define-values (variable ...) expression))))

(define (uncons pair) "Return the two parts of PAIR." (values (car pair) (cdr pair)))
(define (unlist list) "Return the elements of LIST as values." (apply values list))
(define (unvector vector) "Return the elements of VECTOR as values." (apply values (vector->list vector)))
(define-syntax-rule (values->list expression)
  (call-with-values (lambda () expression) list))
(define-syntax-rule (values->vector expression)
  (call-with-values (lambda () expression) vector))
