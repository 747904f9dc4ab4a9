;;; Commentary:
;;;
;;; Hexadecimal strings.  Interface: (guix base16) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix base16)
  #:use-module (rnrs bytevectors)
  #:export (bytevector->base16-string base16-string->bytevector))

(define digits "0123456789abcdef")

(define (bytevector->base16-string bytes)
  "Return the hexadecimal representation of BYTES, in lower case."
  (let* ((length (bytevector-length bytes))
         (text (make-string (* 2 length))))
    (do ((i 0 (+ i 1)))
        ((= i length) text)
      (let ((byte (bytevector-u8-ref bytes i)))
        (string-set! text (* 2 i) (string-ref digits (ash byte -4)))
        (string-set! text (+ 1 (* 2 i)) (string-ref digits (logand byte 15)))))))

(define (base16-string->bytevector text)
  "Return the bytes that TEXT, hexadecimal digits in either case, stands for."
  (let* ((length (quotient (string-length text) 2))
         (bytes (make-bytevector length)))
    (unless (even? (string-length text))
      (error "odd number of hexadecimal digits" text))
    (do ((i 0 (+ i 1)))
        ((= i length) bytes)
      (let ((byte (string->number (substring text (* 2 i) (* 2 (+ i 1))) 16)))
        (unless byte
          (error "invalid hexadecimal string" text))
        (bytevector-u8-set! bytes i byte)))))
