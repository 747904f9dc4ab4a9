;;; Commentary:
;;;
;;; Base 32, in Nix's notation and in that of RFC 4648.  Interface: (guix base32) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix base32)
  #:use-module (strata store)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (bytevector-quintet-length
            bytevector->base32-string
            bytevector->nix-base32-string
            base32-string->bytevector
            nix-base32-string->bytevector
            %nix-base32-charset %rfc4648-base32-charset
            &invalid-base32-character invalid-base32-character?
            invalid-base32-character-value invalid-base32-character-string))

(define-condition-type &invalid-base32-character &error
  invalid-base32-character?
  (character invalid-base32-character-value)
  (string invalid-base32-character-string))

(define %nix-base32-charset
  (string->char-set "0123456789abcdfghijklmnpqrsvwxyz"))

(define %rfc4648-base32-charset
  (string->char-set "abcdefghijklmnopqrstuvwxyz234567"))

(define (check-characters string charset)
  (let ((position (string-skip string charset)))
    (when position
      (let ((refused (string-ref string position)))
        (raise (condition (&invalid-base32-character
                           (character refused)
                           (string string))
                          (&message
                           (message (format #f "invalid character `~a' in base32 string ~s" refused string)))))))))

(define (bytevector-quintet-length bytes)
  "Return the number of groups of five bits in BYTES, the last of which may not be full."
  (ceiling-quotient (* 8 (bytevector-length bytes)) 5))

(define (bytevector->nix-base32-string bytes)
  "Return BYTES in Nix's base 32."
  (%bytes->base32 bytes 'nix))

(define (bytevector->base32-string bytes)
  "Return BYTES in the base 32 of RFC 4648, in lower case and without padding."
  (%bytes->base32 bytes 'rfc4648))

(define (nix-base32-string->bytevector string)
  "Return the bytes that STRING stands for in Nix's base 32."
  (check-characters string %nix-base32-charset)
  (%base32->bytes string 'nix))

(define (base32-string->bytevector string)
  "Return the bytes that STRING stands for in the base 32 of RFC 4648."
  (check-characters string %rfc4648-base32-charset)
  (%base32->bytes string 'rfc4648))
