;;; Commentary:
;;;
;;; Environments without what reaches outside of the program.
;;;
;;; Code:

(define-module (ice-9 safe)
  #:export (safe-environment make-safe-module))

(define (safe-environment version)
  "Return the environment of R5RS without files, for VERSION 5."
  (if (eqv? version 5)
      (resolve-interface '(ice-9 safe-r5rs))
      (scm-error 'misc-error "safe-environment" "~A is not a valid version" (list version) #f)))
(define (make-safe-module)
  "Return a new module that has R5RS without files."
  (let ((module (make-module)))
    (module-use! module (resolve-interface '(ice-9 safe-r5rs)))
    module))
