;;; Evaluates the forms of the file named on the command line one by one, and prints each with its values
;;; or with the key and message of its exception. Runs under Guile and strata; their outputs are compared.

(define (print-values values)
  (for-each (lambda (value) (display " ") (write value)) values))

(define (message-of args)
  ;; The text of Guile's own keys, formatted; anything else as it is.
  (if (and (list? args) (>= (length args) 3) (string? (cadr args)) (list? (caddr args)))
      (catch #t
        (lambda () (apply simple-format #f (cadr args) (caddr args)))
        (lambda _ args))
      args))

(define (run-form form)
  (write form)
  (newline)
  (display " =>")
  (catch #t
    (lambda ()
      (call-with-values
          (lambda () (eval form (interaction-environment)))
        (lambda values (print-values values))))
    (lambda (key . args)
      (display " ! ")
      (write key)
      (if (not (memq key '(syntax-error read-error)))
          (begin
            (display " ")
            (write (message-of args))))))
  (newline)
  (force-output))

(define (run-file file)
  (call-with-input-file file
    (lambda (port)
      (let loop ((form (read port)))
        (if (not (eof-object? form))
            (begin
              (run-form form)
              (loop (read port))))))))

(run-file (cadr (command-line)))
