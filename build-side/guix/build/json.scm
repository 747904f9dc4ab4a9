;;; Commentary:
;;;
;;; Reading and writing JSON.  An object is a list of the symbol @ and of pairs, an array a list, null is #nil.
;;; Interface: (guix build json) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build json)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (read-json write-json))


;;;
;;; Reading.
;;;

(define (refuse port)
  (throw 'json-error port))

(define (skip-whitespace port)
  "Read whitespace from PORT and return what comes next, without reading it."
  (let ((char (peek-char port)))
    (if (and (char? char) (char-whitespace? char))
        (begin
          (read-char port)
          (skip-whitespace port))
        char)))

(define (expect port char)
  "Read CHAR from PORT."
  (unless (eqv? char (read-char port))
    (refuse port)))

(define (read-word port word value)
  "Read WORD, a string, from PORT and return VALUE."
  (string-for-each (lambda (char) (expect port char)) word)
  value)

(define (read-code-unit port)
  "Read four hexadecimal digits."
  (let loop ((count 4) (value 0))
    (if (zero? count)
        value
        (let ((char (read-char port)))
          (unless (and (char? char) (char-set-contains? char-set:hex-digit char))
            (refuse port))
          (loop (- count 1)
                (+ (* 16 value) (string->number (string char) 16)))))))

(define (read-escaped port)
  "Read what follows a backslash in a string."
  (match (read-char port)
    ((and char (or #\" #\\ #\/)) char)
    (#\b #\backspace)
    (#\f #\page)
    (#\n #\newline)
    (#\r #\return)
    (#\t #\tab)
    (#\u
     (let ((unit (read-code-unit port)))
       (cond ((<= #xd800 unit #xdbff)
              ;; The first half of a character that does not fit.
              (expect port #\\)
              (expect port #\u)
              (let ((second (read-code-unit port)))
                (unless (<= #xdc00 second #xdfff)
                  (refuse port))
                (integer->char (+ #x10000
                                  (* #x400 (- unit #xd800))
                                  (- second #xdc00)))))
             ((<= #xdc00 unit #xdfff) (refuse port))
             (else (integer->char unit)))))
    (_ (refuse port))))

(define (read-json-string port)
  (expect port #\")
  (let loop ((chars '()))
    (match (read-char port)
      ((? eof-object?) (refuse port))
      (#\" (reverse-list->string chars))
      (#\\ (loop (cons (read-escaped port) chars)))
      (char (loop (cons char chars))))))

(define (digit? char)
  (and (char? char) (char<=? #\0 char #\9)))

(define (read-digits port)
  "Read one or more digits and return them as a string."
  (let loop ((chars '()))
    (cond ((digit? (peek-char port)) (loop (cons (read-char port) chars)))
          ((null? chars) (refuse port))
          (else (reverse-list->string chars)))))

(define (read-json-number port)
  "Read a number: exact without a fraction, inexact with one."
  (define negative?
    (and (eqv? #\- (peek-char port))
         (read-char port)))

  (define integer
    (let ((digits (read-digits port)))
      (when (and (char=? #\0 (string-ref digits 0))
                 (> (string-length digits) 1))
        (refuse port))
      (string->number digits)))

  (define fraction
    (if (eqv? #\. (peek-char port))
        (begin
          (read-char port)
          (let ((digits (read-digits port)))
            (/ (string->number digits) (expt 10 (string-length digits)))))
        0))

  (define exponent
    (if (memv (peek-char port) '(#\e #\E))
        (begin
          (read-char port)
          (match (peek-char port)
            (#\- (read-char port) (- (string->number (read-digits port))))
            (#\+ (read-char port) (string->number (read-digits port)))
            (_ (string->number (read-digits port)))))
        0))

  (let* ((magnitude (* (+ integer fraction) (expt 10 exponent)))
         (number (if negative? (- magnitude) magnitude)))
    (if (zero? fraction)
        number
        (exact->inexact number))))

(define (read-sequence port open close read-element)
  "Read elements between OPEN and CLOSE, characters, separated by commas, and return the list of them."
  (expect port open)
  (if (eqv? close (skip-whitespace port))
      (begin
        (read-char port)
        '())
      (let loop ((elements (list (read-element port))))
        (let ((next (skip-whitespace port)))
          (read-char port)
          (cond ((eqv? next close) (reverse elements))
                ((eqv? next #\,) (loop (cons (read-element port) elements)))
                (else (refuse port)))))))

(define (read-member port)
  (skip-whitespace port)
  (let ((key (read-json-string port)))
    (skip-whitespace port)
    (expect port #\:)
    (cons key (read-value port))))

(define (read-value port)
  (match (skip-whitespace port)
    (#\" (read-json-string port))
    (#\{ (cons '@ (read-sequence port #\{ #\} read-member)))
    (#\[ (read-sequence port #\[ #\] read-value))
    (#\t (read-word port "true" #t))
    (#\f (read-word port "false" #f))
    (#\n (read-word port "null" #nil))
    ((or #\- (? digit?)) (read-json-number port))
    (_ (refuse port))))

(define (read-json port)
  "Return the value that the JSON text read from PORT stands for; there is nothing else in PORT.  Throw `json-error' with
PORT when it is no JSON text."
  (let ((value (read-value port)))
    (unless (eof-object? (skip-whitespace port))
      (refuse port))
    value))


;;;
;;; Writing.
;;;

(define (escaped char)
  "Return the text that stands for CHAR in a string."
  (case char
    ((#\") "\\\"")
    ((#\\) "\\\\")
    ((#\/) "\\/")
    ((#\backspace) "\\b")
    ((#\page) "\\f")
    ((#\newline) "\\n")
    ((#\return) "\\r")
    ((#\tab) "\\t")
    (else
     (if (char<? char #\space)
         (string-append "\\u" (string-pad (number->string (char->integer char) 16) 4 #\0))
         (string char)))))

(define (write-json-string str port)
  (display "\"" port)
  (string-for-each (lambda (char) (display (escaped char) port)) str)
  (display "\"" port))

(define (write-sequence open close write-element elements port)
  (display open port)
  (fold (lambda (element separator)
          (display separator port)
          (write-element element port)
          ",")
        "" elements)
  (display close port))

(define (write-member pair port)
  (match pair
    ((key . value)
     (write-json-string (if (symbol? key) (symbol->string key) key) port)
     (display ":" port)
     (write-json value port))))

(define (write-json exp port)
  "Write to PORT the JSON text for EXP; keys of objects may be symbols."
  (cond ((eq? exp #t) (display "true" port))
        ((eq? exp #f) (display "false" port))
        ((and (eq? exp #nil) (not (eq? exp '()))) (display "null" port))
        ((string? exp) (write-json-string exp port))
        ((real? exp) (display exp port))
        (else
         (match exp
           (('@ . members) (write-sequence "{" "}" write-member members port))
           ((elements ...) (write-sequence "[" "]" write-json elements port))))))
