;;; Commentary:
;;;
;;; (rnrs arithmetic bitwise) of R6RS: integers as bits.
;;;
;;; Code:

(define-module (rnrs arithmetic bitwise)
  #:version (6)
  #:export (bitwise-not bitwise-and bitwise-ior bitwise-xor bitwise-if bitwise-bit-count bitwise-length
            bitwise-first-bit-set bitwise-bit-set? bitwise-copy-bit bitwise-bit-field
            bitwise-arithmetic-shift bitwise-arithmetic-shift-left bitwise-arithmetic-shift-right
            bitwise-copy-bit-field bitwise-rotate-bit-field bitwise-reverse-bit-field))

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
(define (field-mask start end) (ash (- (ash 1 (- end start)) 1) start))
(define (bitwise-copy-bit-field to start end from)
  "Return TO with bits START up to END replaced by the lowest of FROM."
  (bitwise-if (field-mask start end) (ash from start) to))
(define (bitwise-rotate-bit-field n start end count)
  "Return N with bits START up to END rotated left by COUNT."
  (let ((width (- end start)))
    (if (<= width 0)
        n
        (let* ((count (modulo count width))
               (field (bit-extract n start end)))
          (bitwise-copy-bit-field n start end
                                  (logior (ash field count) (ash field (- count width))))))))
(define (bitwise-reverse-bit-field n start end)
  "Return N with bits START up to END in reverse order."
  (let loop ((low start) (high (- end 1)) (n n))
    (if (>= low high)
        n
        (loop (+ low 1) (- high 1)
              (bitwise-copy-bit (bitwise-copy-bit n low (if (logbit? high n) 1 0))
                                high (if (logbit? low n) 1 0))))))
