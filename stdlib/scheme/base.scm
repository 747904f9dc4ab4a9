;;; Commentary:
;;;
;;; (scheme base) of R7RS. What differs from the core is defined here.
;;;
;;; Code:

(define-module (scheme base)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-11)
  #:use-module (ice-9 exceptions)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 textual-ports)
  #:use-module (rnrs bytevectors)
  #:export (boolean=? symbol=? square exact inexact features
            string->vector vector->string
            error-object? error-object-message error-object-irritants read-error? file-error?
            eof-object input-port-open? output-port-open? textual-port? binary-port?
            open-input-bytevector open-output-bytevector get-output-bytevector
            read-u8 peek-u8 u8-ready? read-bytevector read-bytevector! write-u8 write-bytevector
            write-string)
  #:replace (string-map string-for-each vector-map vector-for-each bytevector-copy bytevector-copy!
             read-line read-string char-ready? (r7:let-syntax . let-syntax))
  #:re-export (list-copy vector-copy vector-copy! vector-append vector-fill! string->list string-copy!
               let-values let*-values guard define-record-type * + - / < <= = > >= abs and append apply assoc assq assv begin boolean? bytevector
               bytevector-append bytevector-length bytevector-u8-ref bytevector-u8-set!
               bytevector? caar cadr call-with-current-continuation call-with-port call-with-values
               call/cc car case cdar cddr cdr ceiling char->integer char<=? char<?
               char=? char>=? char>? char? close-input-port close-output-port close-port complex?
               cond cond-expand cons current-error-port current-input-port current-output-port
               define define-syntax define-values denominator do dynamic-wind
               else => ... _ unquote unquote-splicing
               eof-object? eq? equal? eqv? error even?
               exact-integer-sqrt exact-integer? exact? expt
               floor floor-quotient floor-remainder floor/ flush-output-port for-each gcd
               get-output-string if import include include-ci inexact? input-port? integer->char integer?
               lambda lcm length let let* letrec letrec* letrec-syntax
               list list->string list->vector list-ref list-set! list-tail list?
               make-bytevector make-list make-parameter make-string make-vector map max member memq
               memv min modulo negative? newline not null? number->string number? numerator odd?
               open-input-string open-output-string or output-port? pair? port? parameterize peek-char
               positive? procedure? quasiquote quote quotient raise-continuable
               rational? rationalize read-char real?
               remainder reverse round set! set-car! set-cdr! string string->number
               string->symbol string->utf8 string-append string-copy string-fill!
               string-length string-ref string-set! string<=? string<? string=?
               string>=? string>? string? substring symbol->string symbol? syntax-error syntax-rules
               truncate truncate-quotient truncate-remainder truncate/ unless utf8->string
               values vector vector->list vector-length vector-ref vector-set! vector?
               when with-exception-handler write-char zero? raise))

(define-syntax-rule (r7:let-syntax ((name transformer) ...) e0 e1 ...)
  ;; Its body is a scope of its own here; in Guile's let-syntax definitions belong to the body around.
  (let-syntax ((name transformer) ...) (let () e0 e1 ...)))

(define exact inexact->exact)
(define inexact exact->inexact)
(define (square z) "Return Z * Z." (* z z))

(define (all-same? type? type-name items)
  (for-each (lambda (x)
              (if (not (type? x))
                  (scm-error 'wrong-type-arg type-name "Wrong type argument: ~S" (list x) (list x))))
            items)
  (or (null? items)
      (every (lambda (x) (eq? x (car items))) (cdr items))))
(define (boolean=? . items) "Return #t when all ITEMS are the same boolean." (all-same? boolean? "boolean=?" items))
(define (symbol=? . items) "Return #t when all ITEMS are the same symbol." (all-same? symbol? "symbol=?" items))

(define (features)
  "Return the features of this implementation."
  '(r7rs exact-closed ieee-float full-unicode ratios guile guile-3 strata))

;; Strings and vectors

(define string-map
  (case-lambda
    "Return the string of the results of PROC on the characters of the strings."
    ((proc s) ((@ (guile) string-map) proc s))
    ((proc . strings) (list->string (apply map proc (map string->list strings))))))
(define string-for-each
  (case-lambda
    "Call PROC on the characters of the strings."
    ((proc s) ((@ (guile) string-for-each) proc s))
    ((proc . strings) (apply for-each proc (map string->list strings)))))
(define vector-map %vector-map)
(define vector-for-each %vector-for-each)

(define* (string->vector s #:optional (start 0) (end (string-length s)))
  "Return the characters of S, from START up to END, as a vector."
  (list->vector (string->list s start end)))
(define* (vector->string v #:optional (start 0) (end (vector-length v)))
  "Return the string of the characters of V, from START up to END."
  (list->string (vector->list v start end)))

(define* (bytevector-copy bv #:optional (start 0) (end (bytevector-length bv)))
  "Return a copy of BV from START up to END."
  (let ((copy (make-bytevector (- end start))))
    ((@ (rnrs bytevectors) bytevector-copy!) bv start copy 0 (- end start))
    copy))
(define* (bytevector-copy! to at from #:optional (start 0) (end (bytevector-length from)))
  "Copy FROM, from START up to END, into TO at AT."
  ((@ (rnrs bytevectors) bytevector-copy!) from start to at (- end start)))

;; Exceptions

(define (error-object? x)
  "Return #t when X is an error object."
  (and (exception? x)
       (or (error? x) (exception-with-message? x))))
(define (error-object-message x)
  "Return the message of the error object X."
  (cond ((%error-call x) => car)
        ((exception-with-message? x) (exception-message x))
        (else "")))
(define (error-object-irritants x)
  "Return the irritants of the error object X."
  (cond ((%error-call x) => cdr)
        ((exception-with-irritants? x) (exception-irritants x))
        (else '())))
(define (%error-call x)
  ;; `error' keeps the message among its irritants, for a message with directives.
  (and (eq? (exception-kind x) 'misc-error)
       (exception-with-irritants? x)
       (exception-with-message? x)
       (string-prefix? "~A" (exception-message x))
       (pair? (exception-irritants x))
       (exception-irritants x)))
(define (read-error? x)
  "Return #t when X is an error of reading."
  (and (exception? x) (lexical-error? x)))
(define (file-error? x)
  "Return #t when X is an error of opening a file."
  (and (exception? x) (eq? (exception-kind x) 'system-error)))

;; Ports

(define (input-port-open? port)
  "Return #t when the input PORT is open."
  (if (not (input-port? port)) (error "not an input port" port))
  (not (port-closed? port)))
(define (output-port-open? port)
  "Return #t when the output PORT is open."
  (if (not (output-port? port)) (error "not an output port" port))
  (not (port-closed? port)))
(define (textual-port? x) "Return #t when X is a port: all of them do text." (port? x))
(define (binary-port? x) "Return #t when X is a port: all of them do bytes." (port? x))

(define open-input-bytevector open-bytevector-input-port)
(define (open-output-bytevector) "Return a port that collects bytes." (%open-bytevector-output-port))
(define (get-output-bytevector port) "Return the bytes written to PORT." (%get-output-bytevector port #f))

(define* (read-u8 #:optional (port (current-input-port))) "Read a byte from PORT." (get-u8 port))
(define* (peek-u8 #:optional (port (current-input-port))) "Return the next byte of PORT." (lookahead-u8 port))
(define* (u8-ready? #:optional (port (current-input-port))) "Return #t when a byte can be read at once." ((@ (guile) char-ready?) port))
(define* (char-ready? #:optional (port (current-input-port))) "Return #t when a character can be read at once." ((@ (guile) char-ready?) port))
(define* (read-bytevector k #:optional (port (current-input-port)))
  "Read up to K bytes from PORT."
  (get-bytevector-n port k))
(define* (read-bytevector! bv #:optional (port (current-input-port)) (start 0) (end (bytevector-length bv)))
  "Read bytes from PORT into BV, from START up to END; return how many."
  (get-bytevector-n! port bv start (- end start)))
(define* (write-u8 byte #:optional (port (current-output-port))) "Write BYTE to PORT." (put-u8 port byte))
(define* (write-bytevector bv #:optional (port (current-output-port)) (start 0) (end (bytevector-length bv)))
  "Write BV, from START up to END, to PORT."
  (put-bytevector port bv start (- end start)))
(define* (write-string s #:optional (port (current-output-port)) (start 0) (end (string-length s)))
  "Write S, from START up to END, to PORT."
  (%write-string s port start end))
(define* (read-line #:optional (port (current-input-port))) "Read a line from PORT." (get-line port))
(define* (read-string k #:optional (port (current-input-port)))
  "Read up to K characters from PORT."
  (get-string-n port k))

(define (eof-object)
  "Return the end-of-file object."
  the-eof-object)
