;;; Commentary:
;;;
;;; Random bytes, all of them fit for keys.
;;;
;;; Code:

(define-module (gcrypt random)
  #:use-module (gcrypt base64)
  #:export (%gcry-weak-random %gcry-strong-random %gcry-very-strong-random gen-random-bv random-token))

(define %gcry-weak-random 0)
(define %gcry-strong-random 1)
(define %gcry-very-strong-random 2)

(define* (gen-random-bv #:optional (bv-length 50) (level %gcry-strong-random))
  "Return BV-LENGTH random bytes."
  (%random-bytes bv-length))

(define* (random-token #:optional (bv-length 30) (type 'strong))
  "Return a random string, in base 64 for URLs, of BV-LENGTH bytes."
  (base64-encode (gen-random-bv bv-length) 0 bv-length #f #t base64url-alphabet))
