;;; Commentary:
;;;
;;; (rnrs arithmetic bitwise) of R6RS: integers as bits.
;;;
;;; Code:

(define-module (rnrs arithmetic bitwise)
  #:export (bitwise-not bitwise-and bitwise-ior bitwise-xor bitwise-if bitwise-bit-count bitwise-length
            bitwise-first-bit-set bitwise-bit-set? bitwise-copy-bit bitwise-bit-field
            bitwise-arithmetic-shift bitwise-arithmetic-shift-left bitwise-arithmetic-shift-right))

(define bitwise-not lognot)
(define bitwise-and logand)
(define bitwise-ior logior)
(define bitwise-xor logxor)
(define (bitwise-if mask a b) "Return the bits of A where MASK has ones, and of B elsewhere." (logior (logand mask a) (logand (lognot mask) b)))
(define (bitwise-bit-count n) "Count the ones of N." (if (negative? n) (lognot (logcount n)) (logcount n)))
(define bitwise-length integer-length)
(define (bitwise-first-bit-set n) "Return the position of the lowest one of N, or -1." (if (zero? n) -1 (- (integer-length (logand n (- n))) 1)))
(define (bitwise-bit-set? n k) "Return #t when bit K of N is set." (logbit? k n))
(define (bitwise-copy-bit n k bit) "Return N with bit K being BIT." (logior (logand n (lognot (ash 1 k))) (ash bit k)))
(define bitwise-bit-field bit-extract)
(define bitwise-arithmetic-shift ash)
(define bitwise-arithmetic-shift-left ash)
(define (bitwise-arithmetic-shift-right n k) "Return N / 2^K, rounded down." (ash n (- k)))
