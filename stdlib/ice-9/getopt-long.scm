;;; Commentary:
;;;
;;; getopt-long: command lines with long and short options, by a table.
;;;
;;; Code:

(define-module (ice-9 getopt-long)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (getopt-long option-ref))

(define-record-type <specification>
  (make-specification name value-policy required? single-char predicate)
  specification?
  (name specification-name)
  (value-policy specification-value-policy)       ;#f, #t or optional
  (required? specification-required?)
  (single-char specification-single-char)
  (predicate specification-predicate))

(define (fail message . args)
  (let ((port (current-error-port)))
    (display (basename (car (program-arguments))) port)
    (display ": " port)
    (display (apply simple-format #f message args) port)
    (newline port)
    (exit 1)))

(define (parse-specification entry)
  (let ((name (car entry)))
    (define (property key default)
      (let ((found (assq key (cdr entry))))
        (if found (cadr found) default)))
    (make-specification (symbol->string name)
                        (property 'value #f)
                        (property 'required? #f)
                        (property 'single-char #f)
                        (property 'predicate #f))))

(define* (getopt-long program-arguments option-desc-list #:key stop-at-first-non-option)
  "Return the options of PROGRAM-ARGUMENTS as an association list of names and values, with the operands under ();
OPTION-DESC-LIST says what options there are. Print a message and exit when the arguments do not fit."
  (define specifications (map parse-specification option-desc-list))
  (define (by-char c)
    (or (find (lambda (s) (eqv? c (specification-single-char s))) specifications)
        (fail "no such option: -~A" c)))
  (define (by-name name)
    (or (find (lambda (s) (string=? name (specification-name s))) specifications)
        (fail "no such option: --~A" name)))
  (define (letter? c)
    (or (char<=? #\a c #\z) (char<=? #\A c #\Z)))
  (define (option? arg)
    (and (> (string-length arg) 1)
         (char=? #\- (string-ref arg 0))
         (or (char=? #\- (string-ref arg 1)) (letter? (string-ref arg 1)))))
  (define (check spec value)
    (let ((pred (specification-predicate spec)))
      (if (and pred (string? value) (not (pred value)))
          (fail "option predicate failed: --~A" (specification-name spec))))
    (cons (string->symbol (specification-name spec)) value))
  (define (take-value spec args k)
    ;; Call K with the value for SPEC, from the next of ARGS, and what is left.
    (let ((policy (specification-value-policy spec)))
      (cond ((not policy) (k #t args))
            ((and (pair? args) (not (option? (car args)))) (k (car args) (cdr args)))
            ((eq? policy 'optional) (k #t args))
            (else (fail "option must be specified with argument: --~A" (specification-name spec))))))

  (define (finish options operands)
    (for-each (lambda (spec)
                (if (and (specification-required? spec)
                         (not (assq (string->symbol (specification-name spec)) options)))
                    (fail "option must be specified: --~A" (specification-name spec))))
              specifications)
    (cons (cons '() operands) options))

  (let loop ((args (cdr program-arguments)) (options '()) (operands '()))
    (if (null? args)
        (finish options (reverse operands))
        (let ((arg (car args)) (args (cdr args)))
          (cond ((string=? arg "--")
                 (finish options (append (reverse operands) args)))
                ((string-prefix? "--" arg)
                 (let* ((equals (string-index arg #\=))
                        (spec (by-name (substring arg 2 (or equals (string-length arg))))))
                   (if equals
                       (if (specification-value-policy spec)
                           (loop args (cons (check spec (substring arg (+ equals 1))) options) operands)
                           (fail "option does not support argument: --~A" (specification-name spec)))
                       (take-value spec args
                                   (lambda (value args)
                                     (loop args (cons (check spec value) options) operands))))))
                ((option? arg)
                 ;; The letters are options, what follows them the next argument: -ab1 is -a -b 1.
                 (let* ((end (or (string-index arg (lambda (c) (not (letter? c))) 1) (string-length arg)))
                        (value (substring arg end))
                        (letters (substring arg 2 end))
                        (spec (by-char (string-ref arg 1))))
                   (cond ((not (string-null? letters))
                          (if (eq? #t (specification-value-policy spec))
                              (fail "option must be specified with argument: --~A" (specification-name spec)))
                          (loop (cons (string-append "-" letters value) args)
                                (cons (check spec #t) options) operands))
                         ((string-null? value)
                          (take-value spec args
                                      (lambda (value args)
                                        (loop args (cons (check spec value) options) operands))))
                         ((specification-value-policy spec)
                          (loop args (cons (check spec value) options) operands))
                         (else
                          (loop (cons value args) (cons (check spec #t) options) operands)))))
                (stop-at-first-non-option
                 (finish options (append (reverse operands) (cons arg args))))
                (else
                 (loop args options (cons arg operands))))))))

(define (option-ref options key default)
  "Return the value of KEY in OPTIONS, which getopt-long returned, or DEFAULT."
  (let ((entry (assoc key options)))
    (if entry (cdr entry) default)))
