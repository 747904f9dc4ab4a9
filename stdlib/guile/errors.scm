;;; Errors: raising them with Guile's arguments, and printing them in Guile's words.

(define (error . args)
  "Raise an error: a message and irritants."
  (if (null? args)
      (throw 'misc-error #f "?" #f #f)
      (throw 'misc-error #f
             (let loop ((rest (cdr args)) (message "~A"))
               (if (null? rest)
                   message
                   (loop (cdr rest) (string-append message " ~S"))))
             args #f)))

(define (scm-error key subr message args data)
  "Raise the exception KEY: a procedure's name or #f, a message, its arguments, and data."
  (throw key subr message args data))

(define (misc-error subr message . args)
  "Raise a misc-error for the procedure SUBR."
  (throw 'misc-error subr message args #f))

(define (warn . args)
  "Print ARGS as a warning on the current warning port."
  (let ((port (current-warning-port)))
    (display ";;; WARNING " port)
    (for-each (lambda (arg) (display arg port) (display " " port)) args)
    (newline port)
    (if (pair? args) (car (last-pair args)))))

(define (pk . args)
  "Print ARGS on the current error port and return the last."
  (let ((port (current-error-port)))
    (display ";;; " port)
    (write args port)
    (newline port)
    (if (pair? args) (car (last-pair args)))))
(define peek pk)

(define %exception-printers '())

(define (set-exception-printer! key proc)
  "Let PROC, called with a port, the key, the arguments and a thunk for the usual form, print KEY."
  (set! %exception-printers (cons (cons key proc) %exception-printers)))

(define (%print-message port subr message args)
  (if subr
      (begin
        (display "In procedure " port)
        (display subr port)
        (display ": " port)))
  (display (apply simple-format #f message (or args '())) port))

(define (%print-syntax-error port who message where form subform)
  (display "Syntax error:\n" port)
  (if where
      (begin
        (display (or (assq-ref where 'filename) "unknown file") port)
        (display ":" port)
        (display (let ((line (assq-ref where 'line))) (if line (+ line 1) "?")) port)
        (display ":" port)
        (display (assq-ref where 'column) port))
      (display "unknown location" port))
  (display ": " port)
  (if who
      (begin
        (display who port)
        (display ": " port)))
  (display message port)
  (cond (subform
         (display " in subform " port)
         (write subform port)
         (display " of " port)
         (write form port))
        (form
         (display " in form " port)
         (write form port))))

(define (%print-components port exception)
  (display "ERROR:" port)
  (let loop ((parts (simple-exceptions exception)) (n 1))
    (if (pair? parts)
        (let* ((part (car parts))
               (type (record-type-descriptor part))
               (fields (record-type-fields type)))
          (newline port)
          (display "  " port)
          (display n port)
          (display ". " port)
          (display (record-type-name type) port)
          (cond ((null? fields))
                ((null? (cdr fields))
                 (display ": " port)
                 (write ((record-accessor type (car fields)) part) port))
                (else
                 (display ":" port)
                 (for-each (lambda (field)
                             (newline port)
                             (display "      " port)
                             (display field port)
                             (display ": " port)
                             (write ((record-accessor type field) part) port))
                           fields)))
          (loop (cdr parts) (+ n 1))))))

(define (print-exception port frame key args)
  "Print the exception that KEY and ARGS stand for on PORT."
  (define (usual)
    (cond ((and (eq? key '%exception) (pair? args) (exception? (car args)))
           (%print-components port (car args)))
          ((and (eq? key 'syntax-error) (list? args) (>= (length args) 5))
           (apply %print-syntax-error port args))
          ((and (eq? key 'keyword-argument-error) (list? args) (= (length args) 4) (pair? (cadddr args)))
           (display (cadr args) port)
           (display ": " port)
           (write (car (cadddr args)) port))
          ((and (memq key '(misc-error unbound-variable wrong-type-arg out-of-range wrong-number-of-args
                            system-error read-error regular-expression-syntax goops-error
                            host-not-found getaddrinfo-error program-error keyword-argument-error
                            unbound-fluid stack-overflow decoding-error encoding-error
                            vm-error try-again no-recovery no-data null-threaded-proc))
                (list? args)
                (>= (length args) 3)
                (string? (cadr args)))
           (%print-message port (car args) (cadr args) (caddr args)))
          (else
           (simple-format port "Throw to key `~A' with args `~S'." key args))))
  (let ((printer (assq-ref %exception-printers key)))
    (if printer
        (printer port key args usual)
        (usual)))
  (newline port)
  (force-output port))

(define* (display-error frame port subr message args rest)
  "Print an error on PORT."
  (%print-message port subr message args)
  (newline port))

(define &exception (%exception-type '&exception))
(define &compound-exception (%exception-type '&compound-exception))
(define &exception-with-kind-and-args (%exception-type '&exception-with-kind-and-args))
(define &quit-exception (%exception-type '&quit-exception))
(define &error (%exception-type '&error))
(define &programming-error (%exception-type '&programming-error))
(define &non-continuable (%exception-type '&non-continuable))

(define (%assertion-failed expression)
  "Raise what an `assert' of EXPRESSION raises when it does not hold."
  (raise-exception
   (make-exception ((@ (ice-9 exceptions) make-assertion-failure))
                   ((@ (ice-9 exceptions) make-exception-with-message)
                    (simple-format #f "assertion failed: ~S" expression)))))
