;;; Commentary:
;;;
;;; Public keys, signatures and the s-expressions they are.  Most of it is primitives of this module.
;;;
;;; Code:

(define-module (gcrypt pk-crypto)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 textual-ports)
  #:use-module (gcrypt base16)
  #:export (canonical-sexp? string->canonical-sexp canonical-sexp->string read-file-sexp
            number->canonical-sexp canonical-sexp-car canonical-sexp-cdr canonical-sexp-nth canonical-sexp-nth-data
            canonical-sexp-length canonical-sexp-null? canonical-sexp-list?
            canonical-sexp->sexp sexp->canonical-sexp
            bytevector->hash-data hash-data->bytevector key-type sign verify generate-key find-sexp-token
            gcrypt-version))

(define (gcrypt-version)
  "Return the version of libgcrypt whose behaviour this is."
  "1.10.1")

(define (read-file-sexp file)
  "Return the canonical s-expression in FILE."
  (call-with-input-file file
    (lambda (port) (string->canonical-sexp (get-string-all port)))))

(define (number->canonical-sexp number)
  "Return the canonical s-expression of NUMBER."
  (let ((hex (number->string number 16)))
    (string->canonical-sexp
     (string-append "(#" (if (odd? (string-length hex)) "0" "") hex "#)"))))

(define (key-type sexp)
  "Return the type of the key SEXP, such as rsa or ecc, or #f when it is none."
  (case (canonical-sexp-nth-data sexp 0)
    ((public-key private-key)
     (canonical-sexp-nth-data (canonical-sexp-nth sexp 1) 0))
    (else #f)))

(define* (bytevector->hash-data bv #:optional (hash-algo "sha256") #:key (key-type 'ecc))
  "Return the s-expression, fit to be signed by a key of KEY-TYPE, of the hash BV by HASH-ALGO."
  (string->canonical-sexp
   (string-append "(data (flags "
                  (case key-type
                    ((ecc ecdsa) "rfc6979")
                    ((rsa) "pkcs1")
                    ((eddsa) "eddsa")
                    (else (error "unknown key type" key-type)))
                  ") (hash " hash-algo " #" (bytevector->base16-string bv) "#))")))

(define (hash-data->bytevector data)
  "Return the hash in DATA and the name of its algorithm; two times #f when it has none."
  (let ((hash (find-sexp-token data 'hash)))
    (if hash
        (let ((algo (canonical-sexp-nth-data hash 1))
              (value (canonical-sexp-nth-data hash 2)))
          (values value (symbol->string algo)))
        (values #f #f))))
