;;; Commentary:
;;;
;;; Whom archives and substitutes are accepted from: keys, the access control list, signatures.
;;; Interface: (guix pki) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix pki)
  #:use-module (strata store)
  #:use-module (gcrypt pk-crypto)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (%public-key-file %private-key-file %acl-file
            current-acl public-keys->acl acl->public-keys authorized-key? write-acl
            signature-sexp signature-subject signature-signed-data
            valid-signature? signature-case))

(define %config-directory (%configuration-directory))
(define %public-key-file (string-append %config-directory "/signing-key.pub"))
(define %private-key-file (string-append %config-directory "/signing-key.sec"))
(define %acl-file (string-append %config-directory "/acl"))

(define (public-keys->acl keys)
  "Return the access control list that allows imports of what KEYS, a list of canonical s-expressions, have signed."
  `(acl ,@(map (lambda (key)
                 `(entry ,(canonical-sexp->sexp key) (tag (guix import))))
               keys)))

(define (acl->public-keys acl)
  "Return the keys that ACL allows imports of, a list of canonical s-expressions."
  (match acl
    (('acl ('entry keys ('tag ('guix 'import))) ...)
     (map sexp->canonical-sexp keys))
    (('acl entries ...)
     ;; Entries for other purposes do not count.
     (let loop ((entries entries) (keys '()))
       (match entries
         (() (reverse keys))
         ((('entry key ('tag ('guix 'import))) . rest)
          (loop rest (cons (sexp->canonical-sexp key) keys)))
         ((_ . rest) (loop rest keys)))))
    (_ (error "invalid access-control list" acl))))

(define (current-acl)
  "Return the access control list of this machine; without one, its own key is allowed."
  (cond ((file-exists? %acl-file)
         (call-with-input-file %acl-file
           (lambda (port)
             (canonical-sexp->sexp (string->canonical-sexp (get-string-all port))))))
        ((file-exists? %public-key-file)
         (public-keys->acl (list (read-file-sexp %public-key-file))))
        (else (public-keys->acl '()))))

(define* (authorized-key? key #:optional (acl (current-acl)))
  "Return true if ACL allows imports of what KEY, a canonical s-expression, has signed."
  (let ((wanted (canonical-sexp->string key)))
    (->bool (member wanted (map canonical-sexp->string (acl->public-keys acl))))))

(define (write-acl acl port)
  "Write ACL to PORT as a canonical s-expression."
  (display (canonical-sexp->string (sexp->canonical-sexp acl)) port))

(define (signature-sexp data secret-key public-key)
  "Return the canonical s-expression of the signature of DATA with SECRET-KEY, which names PUBLIC-KEY."
  (string->canonical-sexp
   (string-append "(signature "
                  (canonical-sexp->string data) " "
                  (canonical-sexp->string (sign data secret-key)) " "
                  (canonical-sexp->string public-key) ")")))

(define (signature-subject sig)
  "Return the public key of the signature SIG, or #f."
  (find-sexp-token sig 'public-key))

(define (signature-signed-data sig)
  "Return the data that the signature SIG signs, or #f."
  (find-sexp-token sig 'data))

(define (valid-signature? sig)
  "Return true if SIG is a signature by the key that it names."
  (let ((data (signature-signed-data sig))
        (signature (find-sexp-token sig 'sig-val))
        (key (signature-subject sig)))
    (and data signature key
         (->bool (verify signature data key)))))

(define (%signature-status signature hash acl)
  "Return a symbol that says what SIGNATURE of HASH, a bytevector, is worth by ACL."
  (let ((subject (signature-subject signature))
        (data (signature-signed-data signature)))
    (cond ((not (and subject data)) 'corrupt-signature)
          ((not (authorized-key? subject acl)) 'unauthorized-key)
          ((not (equal? (hash-data->bytevector data) hash)) 'hash-mismatch)
          ((not (valid-signature? signature)) 'invalid-signature)
          (else 'valid-signature))))

;; Evaluate the clause for what SIGNATURE of HASH is by ACL: valid-signature, invalid-signature, unauthorized-key,
;; hash-mismatch, corrupt-signature, or else.
(define-syntax signature-case
  (syntax-rules ()
    ((_ (signature hash acl) clause ...)
     (signature-clauses (%signature-status signature hash acl) () clause ...))))

(define-syntax signature-clauses
  (syntax-rules (else)
    ((_ status (done ...))
     (case status done ...))
    ((_ status (done ...) (else exp ...))
     (case status done ... (else exp ...)))
    ((_ status (done ...) (kind exp ...) rest ...)
     (signature-clauses status (done ... ((kind) exp ...)) rest ...))))
