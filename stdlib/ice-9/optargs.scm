;;; Commentary:
;;;
;;; Optional arguments: the older macros. define* and lambda* are in the core.
;;;
;;; Code:

(define-module (ice-9 optargs)
  #:export (let-optional let-optional* let-keywords let-keywords* define*-public defmacro* defmacro*-public)
  #:re-export (lambda* define* case-lambda*))

(define-syntax let-optional
  (syntax-rules ()
    ((_ rest (binding ...) body ...)
     (let-optional* rest (binding ...) body ...))))

(define-syntax let-optional*
  (syntax-rules ()
    ((_ rest () body ...)
     (let () body ...))
    ((_ rest ((name default) binding ...) body ...)
     (let* ((args rest)
            (name (if (pair? args) (car args) default))
            (args (if (pair? args) (cdr args) '())))
       (let-optional* args (binding ...) body ...)))
    ((_ rest (name binding ...) body ...)
     (let-optional* rest ((name #f) binding ...) body ...))))

(define-syntax let-keywords
  (syntax-rules ()
    ((_ rest allow-other? (binding ...) body ...)
     (let-keywords* rest allow-other? (binding ...) body ...))))

(define (keyword-value args name thunk)
  (let ((rest (memq (symbol->keyword name) args)))
    (if (and rest (pair? (cdr rest)))
        (cadr rest)
        (thunk))))

(define-syntax let-keywords*
  (syntax-rules ()
    ((_ rest allow-other? () body ...)
     (let () body ...))
    ((_ rest allow-other? ((name default) binding ...) body ...)
     (let* ((args rest)
            (name (keyword-value args 'name (lambda () default))))
       (let-keywords* args allow-other? (binding ...) body ...)))
    ((_ rest allow-other? (name binding ...) body ...)
     (let-keywords* rest allow-other? ((name #f) binding ...) body ...))))

(define-syntax define*-public
  (syntax-rules ()
    ((_ (name . formals) body ...)
     (begin
       (define* (name . formals) body ...)
       (export name)))))

(define-syntax-rule (defmacro* name formals body ...)
  (define-macro name (lambda* formals body ...)))

(define-syntax-rule (defmacro*-public name formals body ...)
  (begin
    (defmacro* name formals body ...)
    (export name)))
