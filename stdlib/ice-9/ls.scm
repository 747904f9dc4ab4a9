;;; Commentary:
;;;
;;; Looking at the names modules define.
;;;
;;; Code:

(define-module (ice-9 ls)
  #:export (local-definitions-in definitions-in ls lls recursive-local-define))

(define (local-definitions-in root names)
  "Return the names that the module NAMES within ROOT defines."
  (let ((module (nested-ref-module root names)))
    (if module
        (module-map (lambda (name variable) name) module)
        (list (car (reverse names))))))
(define (definitions-in root names)
  "Return the names that the module NAMES within ROOT defines or imports."
  (let ((module (nested-ref-module root names)))
    (if module
        (apply append
               (local-definitions-in root names)
               (map (lambda (interface) (module-map (lambda (name variable) name) interface))
                    (module-uses module)))
        (list (car (reverse names))))))
(define (relative arguments proc)
  (cond ((null? arguments) (proc (current-module) '()))
        ((null? (cdr arguments)) (proc (current-module) (car arguments)))
        (else (proc (car arguments) (cadr arguments)))))
(define (ls . arguments) "Return the names a module defines or imports." (relative arguments definitions-in))
(define (lls . arguments) "Return the names a module defines." (relative arguments local-definitions-in))
(define (recursive-local-define names value)
  "Define NAMES as VALUE in modules within the current one, made where there are none."
  (let ((path (reverse (cdr (reverse names)))))
    (if (pair? path) (make-modules-in (current-module) path))
    (local-define names value)))
