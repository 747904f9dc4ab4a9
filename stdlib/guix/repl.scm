;;; Commentary:
;;;
;;; A read-eval-print loop for programs: every answer is one datum, which tells values, objects without a notation and
;;; exceptions apart.  It needs nothing but Guile, so that old installations can load it as well.
;;; Interface and protocol: (guix repl) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix repl)
  #:use-module (ice-9 match)
  #:export (send-repl-response
            machine-repl))

(define (self-quoting? value)
  "Return true if VALUE, when it is written and read, is the same."
  (or (symbol? value) (string? value) (keyword? value)
      (pair? value) (null? value) (array? value)
      (number? value) (boolean? value) (char? value)))

(define (value->datum value)
  (if (self-quoting? value)
      (list 'value value)
      (list 'non-self-quoting (object-address value) (object->string value))))

(define (frame->datum frame)
  "Return FRAME as (PROCEDURE (FILE LINE COLUMN))."
  (list (frame-procedure-name frame)
        (match (frame-source frame)
          ((_ (? string? file) (? integer? line) . (? integer? column))
           (list file line column))
          (_ (list #f #f #f)))))

(define (stack-data)
  "Return the frames of the current stack; that of this evaluation is the last one."
  (let ((stack (make-stack #t)))
    (append (let loop ((index (- (if stack (stack-length stack) 0) 1))
                       (frames '()))
              (if (< index 0)
                  frames
                  (loop (- index 1)
                        (cons (frame->datum (stack-ref stack index)) frames))))
            '((send-repl-response ("guix/repl.scm" #f #f))))))

(define* (send-repl-response exp output #:key (version '(0 0)))
  "Evaluate EXP and write to OUTPUT what comes of it, for a client that knows VERSION of the protocol."
  (define (answer datum)
    (write datum output)
    (newline output)
    (force-output output))

  (define stacks?
    ;; From 0.1.1 on.
    (match version
      ((0 1 (? positive?) . _) #t)
      (_ #f)))

  (define (exception-datum key args)
    (let ((args (map value->datum args)))
      (if stacks?
          `(exception (arguments ,key ,@args)
                      (stack ,@(stack-data)))
          `(exception ,key ,@args))))

  (let ((exception #f))
    (catch #t
      (lambda ()
        (call-with-values
            (lambda () (primitive-eval exp))
          (lambda values
            (answer `(values ,@(map value->datum values))))))
      (lambda _
        (answer exception))
      (lambda (key . args)
        ;; Now there is a stack.
        (set! exception (exception-datum key args))))))

(define* (machine-repl #:optional
                       (input (current-input-port))
                       (output (current-output-port)))
  "Evaluate what INPUT has and write the answers to OUTPUT, until the end."
  (define (serve exp version)
    (unless (eof-object? exp)
      (send-repl-response exp output #:version version)
      (serve (read input) version)))

  (write '(repl-version 0 1 1) output)
  (newline output)
  (force-output output)

  (match (read input)
    ;; Clients of the first version do not tell theirs.
    ((() 'repl-version version ...) (serve (read input) version))
    (exp (serve exp '(0 0)))))
