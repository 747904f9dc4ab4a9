;;; Commentary:
;;;
;;; SRFI 37: args-fold, a parser of command lines.
;;;
;;; Code:

(define-module (srfi srfi-37)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (args-fold option option? option-names option-required-arg? option-optional-arg?
            option-processor))

(define-record-type srfi-37:option
  (option names required-arg? optional-arg? processor)
  option?
  (names option-names)
  (required-arg? option-required-arg?)
  (optional-arg? option-optional-arg?)
  (processor option-processor))

(define (args-fold args options unrecognized-option-proc operand-proc . seeds)
  "Fold over the command line ARGS: call the processor of each option, UNRECOGNIZED-OPTION-PROC for unknown
ones and OPERAND-PROC for operands, each with the SEEDS, and return the seeds they return."
  (define (find-option name)
    (find (lambda (option)
            (any (lambda (n) (equal? n name)) (option-names option)))
          options))

  (define (call proc option name arg args seeds)
    (call-with-values
        (lambda () (apply proc option name arg seeds))
      (lambda seeds (scan args seeds))))

  (define (operands args seeds)
    (if (null? args)
        (apply values seeds)
        (call-with-values
            (lambda () (apply operand-proc (car args) seeds))
          (lambda seeds (operands (cdr args) seeds)))))

  (define (short-options arg position args seeds)
    (if (= position (string-length arg))
        (scan args seeds)
        (let* ((name (string-ref arg position))
               (found (find-option name))
               (option (or found (option-for (list name) unrecognized-option-proc)))
               (rest (substring arg (+ position 1))))
          (cond ((and (or (option-required-arg? option) (option-optional-arg? option))
                      (not (string-null? rest)))
                 (call (option-processor option) option name rest args seeds))
                ;; Without an argument of its own, the last option takes what follows, whatever it looks like.
                ((and (or (option-required-arg? option) (option-optional-arg? option)) (pair? args))
                 (call (option-processor option) option name (car args) (cdr args) seeds))
                (else
                 (call-with-values
                     (lambda () (apply (option-processor option) option name #f seeds))
                   (lambda seeds
                     (short-options arg (+ position 1) args seeds))))))))

  (define (option-for names processor)
    (option names #f #f processor))

  (define (long-option arg args seeds)
    (let* ((equals (string-index arg #\= 2))
           (name (substring arg 2 (or equals (string-length arg))))
           (value (and equals (substring arg (+ equals 1))))
           (found (find-option name))
           (option (or found (option-for (list name) unrecognized-option-proc))))
      (if (and (not value) (option-required-arg? option) (pair? args))
          (call (option-processor option) option name (car args) (cdr args) seeds)
          (call (option-processor option) option name value args seeds))))

  (define (scan args seeds)
    (if (null? args)
        (apply values seeds)
        (let ((arg (car args))
              (args (cdr args)))
          (cond ((string=? arg "--") (operands args seeds))
                ((and (> (string-length arg) 2) (string-prefix? "--" arg))
                 (long-option arg args seeds))
                ((and (> (string-length arg) 1) (char=? #\- (string-ref arg 0)))
                 (short-options arg 1 args seeds))
                (else
                 (call-with-values
                     (lambda () (apply operand-proc arg seeds))
                   (lambda seeds (scan args seeds))))))))

  (scan args seeds))
