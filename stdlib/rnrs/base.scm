;;; Commentary:
;;;
;;; (rnrs base) of R6RS: the base language.
;;;
;;; Code:

(define-module (rnrs base)
  #:version (6)
  #:use-module (srfi srfi-11)
  #:export (boolean=? symbol=? exact inexact infinite? real-valued? rational-valued? integer-valued?
            div mod div-and-mod div0 mod0 div0-and-mod0 assertion-violation
            vector-map vector-for-each)
  #:replace ((rnrs-error . error) log string-for-each)
  #:re-export (define define-syntax quote lambda if set! cond case and or let let* letrec letrec*
               let-values let*-values begin quasiquote unquote unquote-splicing let-syntax letrec-syntax
               syntax-rules identifier-syntax else => ... _ assert
               eq? eqv? equal? procedure? number? complex? real? rational? integer? exact? inexact? = < > <=
               >= zero? positive? negative? odd? even? finite? nan? max min + * - / abs gcd lcm numerator
               denominator floor ceiling truncate round rationalize exp sin cos tan asin acos atan sqrt
               exact-integer-sqrt expt make-rectangular make-polar real-part imag-part magnitude angle
               number->string string->number boolean? not pair? cons car cdr caar cadr cdar cddr caaar
               caadr cadar caddr cdaar cdadr cddar cdddr
               caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
               cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr null? list? list length append reverse list-tail
               list-ref map for-each symbol? symbol->string string->symbol char? char->integer integer->char
               char=? char<? char>? char<=? char>=? string? make-string string string-length string-ref
               string=? string<? string>? string<=? string>=? substring string-append string->list
               list->string string-copy vector? make-vector vector vector-length vector-ref
               vector-set! vector->list list->vector vector-fill! apply call-with-current-continuation call/cc
               values call-with-values dynamic-wind))

(define-syntax-rule (define-all-same name right? doc)
  (define (name . all)
    doc
    (or (null? all)
        (and (right? (car all))
             (and-map (lambda (other) (eq? other (car all))) (cdr all))))))
(define-all-same boolean=? boolean? "Return #t when all are the same boolean.")
(define-all-same symbol=? symbol? "Return #t when all are the same symbol.")
(define exact inexact->exact)
(define inexact exact->inexact)
(define infinite? inf?)
(define (real-valued? x) "Return #t when X is a real number." (and (number? x) (zero? (imag-part x))))
(define (rational-valued? x) "Return #t when X is a rational number." (and (real-valued? x) (rational? (real-part x))))
(define (integer-valued? x) "Return #t when X is an integer." (and (real-valued? x) (integer? (real-part x))))
(define div euclidean-quotient)
(define mod euclidean-remainder)
(define div-and-mod euclidean/)
(define div0 centered-quotient)
(define mod0 centered-remainder)
(define div0-and-mod0 centered/)
(define vector-map %vector-map)
(define vector-for-each %vector-for-each)

(define log (@ (scheme inexact) log))
(define (string-for-each proc s1 . more)
  "Call PROC on the characters of the strings, which have one length."
  (if (or-map (lambda (s) (not (= (string-length s) (string-length s1)))) more)
      (apply assertion-violation 'string-for-each "string arguments must all have the same length" s1 more))
  (apply (@ (scheme base) string-for-each) proc s1 more))

(define (rnrs-error who message . irritants)
  "Raise an error of WHO with MESSAGE and IRRITANTS."
  (raise-exception
   (apply make-exception
          ((@ (ice-9 exceptions) make-error))
          ((@ (ice-9 exceptions) make-exception-with-message) message)
          ((@ (ice-9 exceptions) make-exception-with-irritants) irritants)
          (if who (list ((@ (ice-9 exceptions) make-exception-with-origin) who)) '()))))
(define (assertion-violation who message . irritants)
  "Raise an assertion violation of WHO with MESSAGE and IRRITANTS."
  (raise-exception
   (apply make-exception
          ((@ (ice-9 exceptions) make-assertion-failure))
          ((@ (ice-9 exceptions) make-exception-with-message) message)
          ((@ (ice-9 exceptions) make-exception-with-irritants) irritants)
          (if who (list ((@ (ice-9 exceptions) make-exception-with-origin) who)) '()))))
