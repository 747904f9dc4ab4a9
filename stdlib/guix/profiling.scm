;;; Commentary:
;;;
;;; Reports about the program's own work, which GUIX_PROFILING asks for.  Interface: (guix profiling) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix profiling)
  #:export (profiled? register-profiling-hook!))

(define (words variable)
  (string-tokenize (or (getenv variable) "")))

(define profiled?
  (let ((components (words "GUIX_PROFILING")))
    (lambda (component)
      "Return true if COMPONENT, a string, is to be profiled."
      (member component components))))

(define (register-profiling-hook! component thunk)
  "Have THUNK called at the end of the program if COMPONENT is profiled."
  (when (profiled? component)
    (add-hook! exit-hook thunk)))
