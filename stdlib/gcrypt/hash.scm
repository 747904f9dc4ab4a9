;;; Commentary:
;;;
;;; Hashes, of bytes, files and ports, on Node's crypto.  Algorithms that it does not have are known by name and size,
;;; and raise an error when they are used.
;;;
;;; Code:

(define-module (gcrypt hash)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:export (hash-algorithm lookup-hash-algorithm hash-algorithm-name hash-size
            bytevector-hash open-hash-port port-hash file-hash open-hash-input-port
            open-sha256-port port-sha256 file-sha256 open-sha256-input-port
            md5 sha1 rmd160 tiger haval sha256 sha384 sha512 sha224 md4 crc32 crc32-rfc1510 crc24-rfc2440
            whirlpool tiger1 tiger2 gostr3411-94 stribog256 stribog512 gostr3411-cp sha3-224 sha3-256 sha3-384
            sha3-512 blake2b-512 blake2b-384 blake2b-256 blake2b-160 blake2s-256 blake2s-224 blake2s-160
            blake2s-128 sm3 sha512-256 sha512-224))

;; Name, libgcrypt's number, size of the hash, OpenSSL's name or #f.
(define algorithms
  '((md5 1 16 "md5")
    (sha1 2 20 "sha1")
    (rmd160 3 20 "ripemd160")
    (tiger 6 24 #f)
    (haval 7 20 #f)
    (sha256 8 32 "sha256")
    (sha384 9 48 "sha384")
    (sha512 10 64 "sha512")
    (sha224 11 28 "sha224")
    (md4 301 16 "md4")
    (crc32 302 4 #f)
    (crc32-rfc1510 303 4 #f)
    (crc24-rfc2440 304 3 #f)
    (whirlpool 305 64 "whirlpool")
    (tiger1 306 24 #f)
    (tiger2 307 24 #f)
    (gostr3411-94 308 32 #f)
    (stribog256 309 32 #f)
    (stribog512 310 64 #f)
    (gostr3411-cp 311 32 #f)
    (sha3-224 312 28 "sha3-224")
    (sha3-256 313 32 "sha3-256")
    (sha3-384 314 48 "sha3-384")
    (sha3-512 315 64 "sha3-512")
    (blake2b-512 318 64 "blake2b512")
    (blake2b-384 319 48 #f)
    (blake2b-256 320 32 #f)
    (blake2b-160 321 20 #f)
    (blake2s-256 322 32 "blake2s256")
    (blake2s-224 323 28 #f)
    (blake2s-160 324 20 #f)
    (blake2s-128 325 16 #f)
    (sm3 326 32 "sm3")
    (sha512-256 327 32 "sha512-256")
    (sha512-224 328 28 "sha512-224")))

(define (entry id)
  (or (let loop ((entries algorithms))
        (and (pair? entries)
             (if (eqv? (cadr (car entries)) id)
                 (car entries)
                 (loop (cdr entries)))))
      (scm-error 'wrong-type-arg "hash" "Wrong type argument in position ~A: ~S" (list 2 id) (list id))))

(define-syntax hash-algorithm
  (lambda (s)
    "Stand for the number of the hash algorithm of this name."
    (syntax-case s ()
      ((_ name)
       ;; By its name, or by what a renamed import calls the procedure of that name.
       (let ((known (or (assq (syntax->datum #'name) algorithms)
                        (let loop ((entries algorithms))
                          (and (pair? entries)
                               (if (free-identifier=? #'name (datum->syntax #'hash-algorithm (caar entries)))
                                   (car entries)
                                   (loop (cdr entries))))))))
         (if known
             (datum->syntax #'name (cadr known))
             (syntax-violation 'hash-algorithm "unknown hash algorithm" s #'name)))))))
(define (lookup-hash-algorithm name)
  "Return the number of the algorithm called by the symbol NAME, or #f."
  (let ((known (assq name algorithms)))
    (and known (cadr known))))
(define (hash-algorithm-name algorithm) "Return the name of ALGORITHM, a symbol." (car (entry algorithm)))
(define (hash-size algorithm) "Return the number of bytes of a hash by ALGORITHM." (caddr (entry algorithm)))

(define (new-hash algorithm)
  (let ((known (entry algorithm)))
    (%make-hash (or (cadddr known) (symbol->string (car known))))))

(define (bytevector-hash bv algorithm)
  "Return the hash of BV by ALGORITHM."
  (let ((hash (new-hash algorithm)))
    (%hash-update! hash bv 0 (bytevector-length bv))
    (%hash-digest hash)))

(define (open-hash-port algorithm)
  "Return an output port, and a procedure that returns the hash by ALGORITHM of what was written to it."
  (let* ((hash (new-hash algorithm))
         (digest #f)
         (port (make-custom-binary-output-port "hash"
                                               (lambda (bv start count)
                                                 (%hash-update! hash bv start count)
                                                 count)
                                               #f #f #f)))
    (values port
            (lambda ()
              (if (not digest)
                  (begin
                    (if (not (port-closed? port)) (force-output port))
                    (set! digest (%hash-digest hash))))
              digest))))

(define (port-hash algorithm port)
  "Return the hash by ALGORITHM of what is left to read from PORT."
  (let ((hash (new-hash algorithm)))
    (let loop ((bytes (get-bytevector-some port)))
      (if (eof-object? bytes)
          (%hash-digest hash)
          (begin
            (%hash-update! hash bytes 0 (bytevector-length bytes))
            (loop (get-bytevector-some port)))))))
(define (file-hash algorithm file)
  "Return the hash by ALGORITHM of the content of FILE."
  (call-with-input-file file
    (lambda (port) (port-hash algorithm port))
    #:binary #t))

(define (open-hash-input-port algorithm port)
  "Return a port that reads PORT, and a procedure that returns the hash by ALGORITHM of what was read."
  (let ((hash (new-hash algorithm))
        (digest #f))
    (values (make-custom-binary-input-port "hash"
                                           (lambda (bv start count)
                                             (let ((n (get-bytevector-n! port bv start count)))
                                               (if (eof-object? n)
                                                   0
                                                   (begin
                                                     (if (not digest) (%hash-update! hash bv start n))
                                                     n))))
                                           #f #f #f)
            (lambda ()
              (if (not digest) (set! digest (%hash-digest hash)))
              digest))))

(define sha256-id (lookup-hash-algorithm 'sha256))
(define (open-sha256-port) "Return a port and a procedure for the SHA-256 of what is written." (open-hash-port sha256-id))
(define (port-sha256 port) "Return the SHA-256 of what is left to read from PORT." (port-hash sha256-id port))
(define (file-sha256 file) "Return the SHA-256 of the content of FILE." (file-hash sha256-id file))
(define (open-sha256-input-port port)
  "Return a port that reads PORT, and a procedure for the SHA-256 of what was read."
  (open-hash-input-port sha256-id port))

;; A procedure for each algorithm.
(define-syntax-rule (define-hashes name ...)
  (begin
    (define (name bv)
      "Return the hash of BV by the algorithm of this name."
      (bytevector-hash bv (lookup-hash-algorithm 'name)))
    ...))
(define-hashes
  md5 sha1 rmd160 tiger haval sha256 sha384 sha512 sha224 md4 crc32 crc32-rfc1510 crc24-rfc2440 whirlpool tiger1
  tiger2 gostr3411-94 stribog256 stribog512 gostr3411-cp sha3-224 sha3-256 sha3-384 sha3-512 blake2b-512
  blake2b-384 blake2b-256 blake2b-160 blake2s-256 blake2s-224 blake2s-160 blake2s-128 sm3 sha512-256 sha512-224)
