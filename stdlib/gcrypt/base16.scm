;;; Commentary:
;;;
;;; Bytes as hexadecimal digits.
;;;
;;; Code:

(define-module (gcrypt base16)
  #:use-module (rnrs bytevectors)
  #:export (bytevector->base16-string base16-string->bytevector))

(define digits "0123456789abcdef")

(define (bytevector->base16-string bv)
  "Return BV as hexadecimal digits."
  (let* ((size (bytevector-length bv))
         (text (make-string (* 2 size))))
    (let loop ((i 0))
      (if (< i size)
          (let ((byte (bytevector-u8-ref bv i)))
            (string-set! text (* 2 i) (string-ref digits (ash byte -4)))
            (string-set! text (+ 1 (* 2 i)) (string-ref digits (logand byte 15)))
            (loop (+ i 1)))
          text))))

(define (base16-string->bytevector s)
  "Return the bytes that the hexadecimal digits of S stand for."
  (define (value k)
    (let ((c (string-ref s k)))
      (or (string-index digits (char-downcase c))
          (scm-error 'misc-error #f "invalid hexadecimal character ~S" (list c) #f))))
  (let* ((size (quotient (+ 1 (string-length s)) 2))
         (bv (make-bytevector size))
         (odd (remainder (string-length s) 2)))
    (let loop ((i 0))
      (if (< i size)
          (let ((k (- (* 2 i) odd)))
            (bytevector-u8-set! bv i (+ (if (< k 0) 0 (* 16 (value k))) (value (+ k 1))))
            (loop (+ i 1)))
          bv))))
