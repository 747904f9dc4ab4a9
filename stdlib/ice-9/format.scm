;;; Commentary:
;;;
;;; The full format. The interpreter of control strings is a primitive of this module.
;;;
;;; Code:

(define-module (ice-9 format)
  #:replace (format))

(define (format destination . args)
  "Print on DESTINATION (#t: the current output port; #f: return a string) the control string that
heads ARGS, its directives replaced by the other arguments."
  (cond ((string? destination)
         ;; (format CONTROL ARGS ...) returns a string.
         (%format destination args 0))
        ((not (and (pair? args) (string? (car args))))
         (error "format: expected a control string" args))
        ((not destination)
         (%format (car args) (cdr args) 0))
        (else
         (let ((port (if (eq? destination #t) (current-output-port) destination)))
           (display (%format (car args) (cdr args) (port-column port)) port)
           #t))))

;; As in Guile, `format' of programs that import nothing is this one as soon as anything has loaded it.
(module-set! the-root-module 'format format)
