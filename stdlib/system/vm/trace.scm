;;; Commentary:
;;;
;;; Tracing calls: procedures are wrapped so that each call and its values are printed, indented by depth.
;;; Guile's machinery of traps has no counterpart here, so that only calls through the wrapper are seen.
;;;
;;; Code:

(define-module (system vm trace)
  #:export (traced-procedure))

(define depth
  (make-parameter 0))

(define (prefix)
  "Return what the lines of calls at the present depth begin with."
  (string-append "trace: " (string-join (make-list (depth) "|  ") "")))

(define (traced-procedure name procedure)
  "Return a procedure that calls PROCEDURE and prints the call, under NAME, and what it returns."
  (lambda arguments
    (let ((port (current-output-port)))
      (format port "~a~s~%" (prefix) (cons name arguments))
      (call-with-values
          (lambda ()
            (parameterize ((depth (1+ (depth))))
              (apply procedure arguments)))
        (lambda results
          (format port "~a~a~%" (prefix)
                  (string-join (map object->string results) " "))
          (apply values results))))))
