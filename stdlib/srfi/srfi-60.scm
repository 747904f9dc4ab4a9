;;; Commentary:
;;;
;;; SRFI 60: integers as bits.
;;;
;;; Code:

(define-module (srfi srfi-60)
  #:export (bitwise-and bitwise-ior bitwise-xor bitwise-not any-bits-set? bit-set?
            arithmetic-shift bit-field bitwise-if bitwise-merge log2-binary-factors first-set-bit
            copy-bit copy-bit-field rotate-bit-field reverse-bit-field
            integer->list list->integer booleans->integer)
  #:replace (bit-count)
  #:re-export (logand logior logxor lognot logtest logcount integer-length logbit? ash))

(define bitwise-and logand)
(define bitwise-ior logior)
(define bitwise-xor logxor)
(define bitwise-not lognot)
(define any-bits-set? logtest)
(define bit-set? logbit?)
(define arithmetic-shift ash)
(define bit-field bit-extract)
(define bit-count logcount)

(define (bitwise-if mask a b)
  "Return the bits of A where MASK has ones, and of B elsewhere."
  (logior (logand mask a) (logand (lognot mask) b)))
(define bitwise-merge bitwise-if)

(define (log2-binary-factors n)
  "Return the position of the lowest one of N, or -1."
  (if (zero? n)
      -1
      (- (integer-length (logand n (- n))) 1)))
(define first-set-bit log2-binary-factors)

(define (copy-bit index n bit)
  "Return N with bit INDEX set as BIT says."
  (if bit
      (logior n (ash 1 index))
      (logand n (lognot (ash 1 index)))))

(define (copy-bit-field n from start end)
  "Return N with the bits START up to END replaced by the low bits of FROM."
  (let ((mask (- (ash 1 (- end start)) 1)))
    (logior (logand n (lognot (ash mask start)))
            (ash (logand from mask) start))))

(define (rotate-bit-field n count start end)
  "Return N with its bits START up to END rotated by COUNT."
  (let ((width (- end start)))
    (if (zero? width)
        n
        (let* ((count (modulo count width))
               (field (bit-extract n start end)))
          (copy-bit-field n
                          (logior (ash field count) (ash field (- count width)))
                          start end)))))

(define (reverse-bit-field n start end)
  "Return N with its bits START up to END in reverse order."
  (let loop ((field (bit-extract n start end)) (width (- end start)) (result 0))
    (if (zero? width)
        (copy-bit-field n result start end)
        (loop (ash field -1) (- width 1) (logior (ash result 1) (logand field 1))))))

(define* (integer->list n #:optional (len (integer-length n)))
  "Return the LEN low bits of N as booleans, the highest first."
  (let loop ((k 0) (bits '()))
    (if (= k len)
        bits
        (loop (+ k 1) (cons (logbit? k n) bits)))))

(define (list->integer bits)
  "Return the integer with BITS, the highest first."
  (let loop ((bits bits) (n 0))
    (if (null? bits)
        n
        (loop (cdr bits) (+ (* 2 n) (if (car bits) 1 0))))))

(define (booleans->integer . bits)
  "Return the integer with BITS, the highest first."
  (list->integer bits))
