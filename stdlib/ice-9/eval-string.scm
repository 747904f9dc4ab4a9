;;; Commentary:
;;;
;;; Evaluating text.
;;;
;;; Code:

(define-module (ice-9 eval-string)
  #:replace (eval-string))

(define* (eval-string text #:key (module (current-module)) file line column (compile? #f) lang)
  "Evaluate the forms of TEXT in MODULE; return the values of the last."
  (let ((port (open-input-string text)))
    (if file (set-port-filename! port file))
    (if line (set-port-line! port line))
    (if column (set-port-column! port column))
    (save-module-excursion
     (lambda ()
       (set-current-module module)
       (let loop ((form (read port)) (run (lambda () *unspecified*)))
         (if (eof-object? form)
             (run)
             (let ((next (read port)))
               (if (eof-object? next)
                   (eval form (current-module))
                   (begin
                     (eval form (current-module))
                     (loop next run))))))))))
