;;; Commentary:
;;;
;;; (rnrs arithmetic fixnums) of R6RS: arithmetic on integers of 62 bits, which raises when a result does not fit.
;;;
;;; Code:

(define-module (rnrs arithmetic fixnums)
  #:version (6)
  #:use-module (rnrs arithmetic bitwise)
  #:use-module (rnrs base)
  #:use-module (rnrs conditions)
  #:use-module (rnrs exceptions)
  #:export (fixnum? fixnum-width least-fixnum greatest-fixnum
            fx=? fx>? fx<? fx>=? fx<=? fxzero? fxpositive? fxnegative? fxodd? fxeven? fxmax fxmin
            fx+ fx* fx- fxdiv-and-mod fxdiv fxmod fxdiv0-and-mod0 fxdiv0 fxmod0
            fx+/carry fx-/carry fx*/carry
            fxnot fxand fxior fxxor fxif fxbit-count fxlength fxfirst-bit-set fxbit-set? fxcopy-bit
            fxbit-field fxcopy-bit-field fxarithmetic-shift fxarithmetic-shift-left
            fxarithmetic-shift-right fxrotate-bit-field fxreverse-bit-field))

(define (fixnum-width) "Return the number of bits of a fixnum." 62)
(define (least-fixnum) "Return the smallest fixnum." most-negative-fixnum)
(define (greatest-fixnum) "Return the greatest fixnum." most-positive-fixnum)
(define (fixnum? x)
  "Return #t when X is a fixnum."
  (and (exact-integer? x) (<= most-negative-fixnum x most-positive-fixnum)))

(define (check . numbers)
  (for-each (lambda (n) (if (not (fixnum? n)) (raise (make-assertion-violation)))) numbers))
(define (result n)
  (if (fixnum? n) n (raise (make-implementation-restriction-violation))))

(define-syntax-rule (define-checked (name operation doc) ...)
  (begin (define (name . numbers) doc (apply check numbers) (apply operation numbers)) ...))
(define-syntax-rule (define-arithmetic (name operation doc) ...)
  (begin (define (name . numbers) doc (apply check numbers) (result (apply operation numbers))) ...))

(define-checked
  (fx=? = "Return #t when the fixnums are equal.")
  (fx<? < "Return #t when the fixnums increase.")
  (fx>? > "Return #t when the fixnums decrease.")
  (fx<=? <= "Return #t when the fixnums do not decrease.")
  (fx>=? >= "Return #t when the fixnums do not increase.")
  (fxzero? zero? "Return #t when the fixnum is 0.")
  (fxpositive? positive? "Return #t when the fixnum is above 0.")
  (fxnegative? negative? "Return #t when the fixnum is below 0.")
  (fxodd? odd? "Return #t when the fixnum is odd.")
  (fxeven? even? "Return #t when the fixnum is even.")
  (fxmax max "Return the greatest fixnum.")
  (fxmin min "Return the smallest fixnum.")
  (fxnot lognot "Return the complement of the bits.")
  (fxand logand "Return the bits all have.")
  (fxior logior "Return the bits any has.")
  (fxxor logxor "Return the bits an odd number has.")
  (fxif bitwise-if "Return bits of the second where the first has ones, else of the third.")
  (fxbit-count bitwise-bit-count "Count the ones.")
  (fxlength bitwise-length "Return the number of bits.")
  (fxfirst-bit-set bitwise-first-bit-set "Return the position of the lowest one, or -1.")
  (fxbit-set? bitwise-bit-set? "Return #t when the bit is one.")
  (fxbit-field bitwise-bit-field "Return a range of bits.")
  (fxarithmetic-shift-right bitwise-arithmetic-shift-right "Shift right."))
(define (fx- . numbers)
  "Return the difference."
  (apply check numbers)
  (let ((difference (apply - numbers)))
    (check difference)
    difference))
(define-arithmetic
  (fx+ + "Return the sum.")
  (fx* * "Return the product.")
  (fxdiv div "Return the quotient, rounded so that the rest is not negative.")
  (fxmod mod "Return the rest of div.")
  (fxdiv0 div0 "Return the quotient rounded to the nearest.")
  (fxmod0 mod0 "Return the rest of div0.")
  (fxcopy-bit bitwise-copy-bit "Return the number with one bit replaced.")
  (fxcopy-bit-field bitwise-copy-bit-field "Return the number with a range of bits replaced.")
  (fxrotate-bit-field bitwise-rotate-bit-field "Return the number with a range of bits rotated.")
  (fxreverse-bit-field bitwise-reverse-bit-field "Return the number with a range of bits reversed.")
  (fxarithmetic-shift ash "Shift left, or right for a negative count.")
  (fxarithmetic-shift-left ash "Shift left."))

(define (fxdiv-and-mod a b) "Return fxdiv and fxmod." (check a b) (div-and-mod a b))
(define (fxdiv0-and-mod0 a b) "Return fxdiv0 and fxmod0." (check a b) (div0-and-mod0 a b))
(define modulus (expt 2 62))
(define (carry s)
  (let ((low (mod0 s modulus)))
    (values low (div0 s modulus))))
(define (fx+/carry a b c) "Return A + B + C, split at the width." (check a b c) (carry (+ a b c)))
(define (fx-/carry a b c) "Return A - B - C, split at the width." (check a b c) (carry (- a b c)))
(define (fx*/carry a b c) "Return A * B + C, split at the width." (check a b c) (carry (+ (* a b) c)))
