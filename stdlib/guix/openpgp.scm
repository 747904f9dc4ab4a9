;;; Commentary:
;;;
;;; Signatures and keys of OpenPGP: packets, keyrings, text armour, and whether a key signed something.  What a key says of
;;; itself and who vouches for it is not looked at: those who use a keyring know what is in it.
;;; Format: RFC 4880; RFC 4880bis for EdDSA and fingerprints of issuers.  Interface: (guix openpgp) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix openpgp)
  #:use-module (gcrypt hash)
  #:use-module (gcrypt pk-crypto)
  #:use-module (guix base16)
  #:use-module (guix base64)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 vlist)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (get-openpgp-detached-signature/ascii
            (get-packet . get-openpgp-packet)
            verify-openpgp-signature
            port-ascii-armored?

            openpgp-error?
            openpgp-unrecognized-packet-error?
            openpgp-unrecognized-packet-error-port
            openpgp-unrecognized-packet-error-type
            openpgp-invalid-signature-error?
            openpgp-invalid-signature-error-port

            openpgp-signature?
            openpgp-signature-issuer-key-id
            openpgp-signature-issuer-fingerprint
            openpgp-signature-public-key-algorithm
            openpgp-signature-hash-algorithm
            openpgp-signature-creation-time
            openpgp-signature-expiration-time

            openpgp-user-id?
            openpgp-user-id-value
            openpgp-user-attribute?

            openpgp-public-key?
            openpgp-public-key-subkey?
            openpgp-public-key-value
            openpgp-public-key-fingerprint openpgp-format-fingerprint
            openpgp-public-key-id

            openpgp-keyring?
            %empty-keyring
            lookup-key-by-id
            lookup-key-by-fingerprint
            get-openpgp-keyring

            read-radix-64
            string->openpgp-packet))

(define-condition-type &openpgp-error &error
  openpgp-error?)

(define-condition-type &openpgp-unrecognized-packet-error &openpgp-error
  openpgp-unrecognized-packet-error?
  (type openpgp-unrecognized-packet-error-type)
  (port openpgp-unrecognized-packet-error-port))

(define-condition-type &openpgp-invalid-signature-error &openpgp-error
  openpgp-invalid-signature-error?
  (port openpgp-invalid-signature-error-port))

(define-record-type <openpgp-signature>
  (make-openpgp-signature version type public-key-algorithm hash-algorithm hashed hash-start
                          value issuer-key-id issuer-fingerprint creation-time expiration-time)
  openpgp-signature?
  (version openpgp-signature-version)
  (type openpgp-signature-type)
  (public-key-algorithm openpgp-signature-public-key-algorithm)
  (hash-algorithm openpgp-signature-hash-algorithm)
  (hashed openpgp-signature-hashed)           ;what is hashed of the packet, a bytevector
  (hash-start openpgp-signature-hash-start)   ;the first two bytes of the hash, an integer
  (value openpgp-signature-value)             ;canonical s-expression
  (issuer-key-id openpgp-signature-issuer-key-id)
  (issuer-fingerprint openpgp-signature-issuer-fingerprint)
  (creation-time openpgp-signature-creation-time)
  (expiration-time openpgp-signature-expiration-time))

(define-record-type <openpgp-public-key>
  (make-openpgp-public-key subkey? time value fingerprint)
  openpgp-public-key?
  (subkey? openpgp-public-key-subkey?)
  (time openpgp-public-key-time)
  (value openpgp-public-key-value)            ;canonical s-expression, #f for keys that sign nothing we know
  (fingerprint openpgp-public-key-fingerprint))

(define-record-type <openpgp-user-id>
  (make-openpgp-user-id value)
  openpgp-user-id?
  (value openpgp-user-id-value))

(define-record-type <openpgp-user-attribute>
  (make-openpgp-user-attribute content)
  openpgp-user-attribute?
  (content openpgp-user-attribute-content))

(define-record-type <unused-packet>           ;trust and the like
  (make-unused-packet tag)
  unused-packet?
  (tag unused-packet-tag))

(define %public-key-algorithms
  '((1 . rsa) (2 . rsa) (3 . rsa) (16 . elgamal) (17 . dsa) (18 . ecdh) (19 . ecdsa) (22 . eddsa)))

(define %hash-algorithms
  '((1 . md5) (2 . sha1) (3 . rmd160) (8 . sha256) (9 . sha384) (10 . sha512) (11 . sha224)))

(define ed25519-oid (u8-list->bytevector '(#x2b #x06 #x01 #x04 #x01 #xda #x47 #x0f #x01)))


;;;
;;; Numbers.
;;;

(define (integer bv start size)
  (bytevector-uint-ref bv start (endianness big) size))

(define (slice bv start count)
  (let ((result (make-bytevector count)))
    (bytevector-copy! bv start result 0 count)
    result))

(define (checked-slice bv start count fail)
  (if (> (+ start count) (bytevector-length bv))
      (fail)
      (slice bv start count)))

(define (mpis bv start fail)
  "Return the list of the numbers, as bytevectors, that BV consists of from START on."
  (let loop ((start start) (result '()))
    (if (>= (+ start 2) (bytevector-length bv))
        (reverse result)
        (let ((count (quotient (+ 7 (integer bv start 2)) 8)))
          (loop (+ start 2 count)
                (cons (checked-slice bv (+ start 2) count fail) result))))))

(define (hexadecimal bv)
  (string-append "#" (bytevector->base16-string bv) "#"))

(define (unsigned-hexadecimal bv)
  ;; Numbers of s-expressions have a sign.
  (string-append "#00" (bytevector->base16-string bv) "#"))

(define (padded bv size)
  "Return BV with zeros before it as SIZE bytes."
  (let ((result (make-bytevector size 0))
        (count (bytevector-length bv)))
    (bytevector-copy! bv 0 result (- size count) count)
    result))

(define (sexp . parts)
  (string->canonical-sexp (string-concatenate parts)))

(define (number-list names numbers)
  (string-concatenate (map (lambda (name number)
                             (string-append "(" name " " (unsigned-hexadecimal number) ")"))
                           names numbers)))


;;;
;;; Packets.
;;;

(define (get-bytes port count)
  (match (get-bytevector-n port count)
    ((? eof-object?)
     (if (zero? count) (make-bytevector 0) (raise (condition (&openpgp-error)))))
    (bv
     (unless (= count (bytevector-length bv))
       (raise (condition (&openpgp-error))))
     bv)))

(define (get-integer port size)
  (integer (get-bytes port size) 0 size))

(define (get-body port first-length partial-length?)
  "Return the content of a packet, which may come in pieces; the first has FIRST-LENGTH bytes."
  (define (join pieces)
    (let ((result (make-bytevector (fold + 0 (map bytevector-length pieces)))))
      (fold (lambda (piece offset)
              (bytevector-copy! piece 0 result offset (bytevector-length piece))
              (+ offset (bytevector-length piece)))
            0 pieces)
      result))

  (let loop ((length first-length) (partial? partial-length?) (pieces '()))
    (let ((pieces (cons (get-bytes port length) pieces)))
      (if partial?
          (call-with-values (lambda () (get-new-length port))
            (lambda (length partial?) (loop length partial? pieces)))
          (match pieces
            ((one) one)
            (_ (join (reverse pieces))))))))

(define (get-new-length port)
  "Return the length that comes next in PORT, and whether more pieces follow."
  (let ((first (get-integer port 1)))
    (cond ((< first 192) (values first #f))
          ((< first 224) (values (+ 192 (* 256 (- first 192)) (get-integer port 1)) #f))
          ((= first 255) (values (get-integer port 4) #f))
          (else (values (ash 1 (logand first 31)) #t)))))

(define (get-packet port)
  "Return the packet that comes next in PORT, a binary one, or the end-of-file object."
  (match (get-u8 port)
    ((? eof-object? eof) eof)
    (header
     (unless (logtest header #x80)
       (raise (condition (&openpgp-unrecognized-packet-error (type header) (port port)))))
     (if (logtest header #x40)
         (call-with-values (lambda () (get-new-length port))
           (lambda (length partial?)
             (parse-packet (logand header 63) (get-body port length partial?) port)))
         (let* ((tag (logand 15 (ash header -2)))
                (body (match (logand header 3)
                        (3 (match (get-bytevector-all port)
                             ((? eof-object?) (make-bytevector 0))
                             (bv bv)))
                        (type (get-body port (get-integer port (ash 1 type)) #f)))))
           (parse-packet tag body port))))))

(define (parse-packet tag body port)
  (match tag
    (2 (parse-signature body port))
    (6 (parse-public-key body #f port))
    (14 (parse-public-key body #t port))
    (13 (make-openpgp-user-id (utf8->string* body)))
    (17 (make-openpgp-user-attribute body))
    ((or 10 12 60 61 62 63) (make-unused-packet tag))
    (_ (raise (condition (&openpgp-unrecognized-packet-error (type tag) (port port)))))))

(define (utf8->string* bv)
  ;; Old keys have names in other encodings.
  (catch 'decoding-error
    (lambda () (utf8->string bv))
    (lambda _ (list->string (map integer->char (bytevector->u8-list bv))))))


;;;
;;; Keys.
;;;

(define (parse-public-key body subkey? port)
  (define (fail)
    (raise (condition (&openpgp-error))))

  (define version (and (positive? (bytevector-length body)) (bytevector-u8-ref body 0)))

  (if (and (eqv? 4 version) (> (bytevector-length body) 6))
      (make-openpgp-public-key subkey?
                               (integer body 1 4)
                               (key-value (assv-ref %public-key-algorithms (bytevector-u8-ref body 5))
                                          body 6 fail)
                               (key-fingerprint body))
      ;; Keys of 1991 have other fingerprints and no strength.
      (make-unused-packet (if subkey? 14 6))))

(define (key-fingerprint body)
  (let* ((size (bytevector-length body))
         (hashed (make-bytevector (+ 3 size))))
    (bytevector-u8-set! hashed 0 #x99)
    (bytevector-u16-set! hashed 1 size (endianness big))
    (bytevector-copy! body 0 hashed 3 size)
    (bytevector-hash hashed (hash-algorithm sha1))))

(define (key-value algorithm body start fail)
  "Return the canonical s-expression of the numbers of a key for ALGORITHM that BODY has from START on, or #f."
  (match algorithm
    ('rsa
     (match (mpis body start fail)
       ((n e . _) (sexp "(public-key (rsa " (number-list '("n" "e") (list n e)) "))"))
       (_ (fail))))
    ('dsa
     (match (mpis body start fail)
       ((p q g y . _) (sexp "(public-key (dsa " (number-list '("p" "q" "g" "y") (list p q g y)) "))"))
       (_ (fail))))
    ('eddsa
     (let* ((size (bytevector-u8-ref body start))
            (oid (checked-slice body (+ start 1) size fail)))
       (and (bytevector=? oid ed25519-oid)
            (match (mpis body (+ start 1 size) fail)
              ((q . _)
               (sexp "(public-key (ecc (curve Ed25519) (flags eddsa) (q " (hexadecimal q) ")))"))
              (_ (fail))))))
    (_ #f)))

(define (fingerprint->id fingerprint)
  (integer fingerprint (- (bytevector-length fingerprint) 8) 8))

(define (openpgp-public-key-id key)
  "Return the number that is the end of the fingerprint of KEY."
  (fingerprint->id (openpgp-public-key-fingerprint key)))

(define (openpgp-format-fingerprint fingerprint)
  "Return FINGERPRINT, a bytevector, as people read it: groups of four digits, with a gap in the middle."
  (define digits (string-upcase (bytevector->base16-string fingerprint)))
  (define groups
    (map (lambda (index)
           (substring digits (* 4 index) (min (string-length digits) (* 4 (+ 1 index)))))
         (iota (quotient (+ 3 (string-length digits)) 4))))
  (define half (quotient (length groups) 2))

  (string-append (string-join (take groups half)) "  " (string-join (drop groups half))))


;;;
;;; Signatures.
;;;

(define (parse-signature body port)
  (define (fail)
    (raise (condition (&openpgp-invalid-signature-error (port port)))))

  (define size (bytevector-length body))

  (define (algorithms start)
    (values (assv-ref %public-key-algorithms (bytevector-u8-ref body start))
            (assv-ref %hash-algorithms (bytevector-u8-ref body (+ 1 start)))))

  (define (seconds number)
    (make-time time-utc 0 number))

  (match (and (positive? size) (bytevector-u8-ref body 0))
    (3
     (unless (and (>= size 19) (= 5 (bytevector-u8-ref body 1)))
       (fail))
     (call-with-values (lambda () (algorithms 15))
       (lambda (key-algorithm hash-algorithm)
         (make-openpgp-signature 3 (bytevector-u8-ref body 2) key-algorithm hash-algorithm
                                 (slice body 2 5) (integer body 17 2)
                                 (signature-value key-algorithm body 19 fail)
                                 (integer body 7 8) #f
                                 (seconds (integer body 3 4)) #f))))
    (4
     (unless (>= size 10)
       (fail))
     (let* ((hashed-end (+ 6 (integer body 4 2)))
            (unhashed-end (if (> (+ 2 hashed-end) size)
                              (fail)
                              (+ 2 hashed-end (integer body hashed-end 2))))
            (start (+ 2 unhashed-end)))
       (when (> start size)
         (fail))
       (let* ((trusted (subpackets body 6 hashed-end fail))
              (all (append trusted (subpackets body (+ 2 hashed-end) unhashed-end fail)))
              (creation (and=> (assv-ref trusted 2) (cut integer <> 0 4)))
              (expiration (and=> (assv-ref trusted 3) (cut integer <> 0 4)))
              (fingerprint (match (assv-ref all 33)
                             (#f #f)
                             (content (and (= 21 (bytevector-length content))
                                           (slice content 1 20))))))
         (call-with-values (lambda () (algorithms 2))
           (lambda (key-algorithm hash-algorithm)
             (make-openpgp-signature 4 (bytevector-u8-ref body 1) key-algorithm hash-algorithm
                                     (slice body 0 hashed-end) (integer body unhashed-end 2)
                                     (signature-value key-algorithm body start fail)
                                     (or (and=> (assv-ref all 16) (cut integer <> 0 8))
                                         (and=> fingerprint fingerprint->id))
                                     fingerprint
                                     (and creation (seconds creation))
                                     (and creation expiration (positive? expiration)
                                          (seconds (+ creation expiration)))))))))
    (_ (fail))))

(define (subpackets body start end fail)
  "Return the alist of the types and contents of the subpackets that BODY has from START to END."
  (let loop ((start start) (result '()))
    (if (>= start end)
        (reverse result)
        (let* ((first (bytevector-u8-ref body start))
               (header (cond ((< first 192) 1) ((< first 255) 2) (else 5)))
               (length (if (> (+ start header) end)
                           (fail)
                           (match header
                             (1 first)
                             (2 (+ 192 (* 256 (- first 192)) (bytevector-u8-ref body (+ 1 start))))
                             (5 (integer body (+ 1 start) 4)))))
               (content (+ start header))
               (next (+ content length)))
          (when (or (zero? length) (> next end))
            (fail))
          (loop next
                (acons (logand 127 (bytevector-u8-ref body content))
                       (slice body (+ 1 content) (- length 1))
                       result))))))

(define (signature-value algorithm body start fail)
  "Return the canonical s-expression of the numbers of a signature that BODY has from START on, or #f."
  (match (cons algorithm (mpis body start fail))
    (('rsa s . _) (sexp "(sig-val (rsa (s " (hexadecimal s) ")))"))
    (('dsa r s . _) (sexp "(sig-val (dsa " (number-list '("r" "s") (list r s)) "))"))
    (('eddsa r s . _)
     (if (and (<= (bytevector-length r) 32) (<= (bytevector-length s) 32))
         (sexp "(sig-val (eddsa (r " (hexadecimal (padded r 32)) ") (s " (hexadecimal (padded s 32)) ")))")
         (fail)))
    (((or 'rsa 'dsa 'eddsa) . _) (fail))
    (_ #f)))

(define binary-document 0)
(define text-document 1)

(define (canonical-text bv)
  "Return BV, a text, with the line ends that signatures of texts are made over."
  (call-with-output-bytevector
   (lambda (port)
     (fold (lambda (byte previous)
             (when (and (= byte 10) (not (= previous 13)))
               (put-u8 port 13))
             (put-u8 port byte)
             byte)
           0 (bytevector->u8-list bv)))))

(define (signed-hash signature data)
  "Return the hash of DATA, a bytevector, that SIGNATURE is about."
  (let-syntax ((put! (syntax-rules () ((_ port bv) (put-bytevector port bv)))))
    (let ((hashed (openpgp-signature-hashed signature)))
      (bytevector-hash
       (call-with-output-bytevector
        (lambda (port)
          (put! port (if (= text-document (openpgp-signature-type signature))
                         (canonical-text data)
                         data))
          (put! port hashed)
          (when (= 4 (openpgp-signature-version signature))
            (let ((trailer (make-bytevector 6 #xff)))
              (bytevector-u8-set! trailer 0 4)
              (bytevector-u32-set! trailer 2 (bytevector-length hashed) (endianness big))
              (put! port trailer)))))
       (lookup-hash-algorithm (openpgp-signature-hash-algorithm signature))))))

(define (hash-data signature hash)
  (let ((algorithm (symbol->string (openpgp-signature-hash-algorithm signature))))
    (match (openpgp-signature-public-key-algorithm signature)
      ('rsa (sexp "(data (flags pkcs1) (hash " algorithm " " (hexadecimal hash) "))"))
      ('dsa (sexp "(data (flags rfc6979) (hash " algorithm " " (hexadecimal hash) "))"))
      ('eddsa (sexp "(data (flags eddsa) (hash " algorithm " " (hexadecimal hash) "))")))))

(define (verify-openpgp-signature sig keyring dataport)
  "Return whether SIG, a signature, is one of the data that can be read from DATAPORT by a key of KEYRING: the symbol
`good-signature' or `bad-signature' and the key; or `missing-key' and the fingerprint of the key, or its number when that is
all SIG tells; or `unsupported-signature' and the key."
  (define-values (key packets)
    (match (openpgp-signature-issuer-fingerprint sig)
      (#f (lookup-key-by-id keyring (openpgp-signature-issuer-key-id sig)))
      (fingerprint (lookup-key-by-fingerprint keyring fingerprint))))

  (define (good? data)
    (let ((hash (signed-hash sig data)))
      (and (= (integer hash 0 2) (openpgp-signature-hash-start sig))
           (verify (openpgp-signature-value sig) (hash-data sig hash) (openpgp-public-key-value key)))))

  (define supported?
    (and (memv (openpgp-signature-type sig) (list binary-document text-document))
         (openpgp-signature-hash-algorithm sig)
         (openpgp-signature-value sig)))

  (cond ((not key)
         (values 'missing-key
                 (or (openpgp-signature-issuer-fingerprint sig)
                     (openpgp-signature-issuer-key-id sig))))
        ((not (and supported?
                   (openpgp-public-key-value key)
                   (same-algorithm? sig key)))
         (values 'unsupported-signature key))
        (else
         (let ((data (match (get-bytevector-all dataport)
                       ((? eof-object?) (make-bytevector 0))
                       (bv bv))))
           (values (if (good? data) 'good-signature 'bad-signature) key)))))

(define (same-algorithm? signature key)
  (eq? (key-type (openpgp-public-key-value key))
       (match (openpgp-signature-public-key-algorithm signature)
         ('eddsa 'ecc)
         (algorithm algorithm))))


;;;
;;; Keyrings.
;;;

(define-record-type <openpgp-keyring>
  (make-openpgp-keyring ids fingerprints)
  openpgp-keyring?
  (ids keyring-ids)                           ;vhash: number -> key and packets
  (fingerprints keyring-fingerprints))        ;vhash: bytevector -> the same

(define %empty-keyring
  (make-openpgp-keyring vlist-null vlist-null))

(define (found entry)
  (match entry
    ((_ . (key . packets)) (values key packets))
    (#f (values #f '()))))

(define (lookup-key-by-id keyring id)
  "Return the key of KEYRING that has the number ID, and the packets of the key that it is or belongs to; #f and none if there
is no such key."
  (found (vhash-assv id (keyring-ids keyring))))

(define (lookup-key-by-fingerprint keyring fingerprint)
  "Return the key of KEYRING with FINGERPRINT, as `lookup-key-by-id' does."
  (found (vhash-assoc fingerprint (keyring-fingerprints keyring))))

(define (add-packets keyring packets)
  "Return KEYRING with the keys in PACKETS, the first one and its subkeys."
  (fold (lambda (key keyring)
          (make-openpgp-keyring
           (vhash-consv (openpgp-public-key-id key) (cons key packets) (keyring-ids keyring))
           (vhash-cons (openpgp-public-key-fingerprint key) (cons key packets) (keyring-fingerprints keyring))))
        keyring
        (filter openpgp-public-key? packets)))

(define* (get-openpgp-keyring port #:optional (keyring %empty-keyring) #:key (limit -1))
  "Return KEYRING with the keys that are read from PORT, a binary one, as packets: all, or as many packets as LIMIT says."
  (define (primary? packet)
    (and (openpgp-public-key? packet)
         (not (openpgp-public-key-subkey? packet))))

  (define (flush keyring packets)
    (if (null? packets)
        keyring
        (add-packets keyring (reverse packets))))

  (let loop ((left limit) (packets '()) (keyring keyring))
    (match (if (zero? left) (eof-object) (get-packet port))
      ((? eof-object?) (flush keyring packets))
      ((? primary? key) (loop (- left 1) (list key) (flush keyring packets)))
      (packet (loop (- left 1) (if (null? packets) '() (cons packet packets)) keyring)))))


;;;
;;; Text.
;;;

(define (crc24 bv)
  (define (step crc)
    (let ((crc (ash crc 1)))
      (if (logtest crc #x1000000) (logxor crc #x1864cfb) crc)))

  (let loop ((index 0) (crc #xb704ce))
    (if (= index (bytevector-length bv))
        (logand crc #xffffff)
        (loop (+ 1 index)
              (let shift ((count 8) (crc (logxor crc (ash (bytevector-u8-ref bv index) 16))))
                (if (zero? count) crc (shift (- count 1) (step crc))))))))

(define (line-type line prefix)
  "Return what LINE, such as \"-----BEGIN PGP SIGNATURE-----\", says behind PREFIX, or #f."
  (let ((line (string-trim-right line)))
    (and (string-prefix? prefix line)
         (string-suffix? "-----" line)
         (> (string-length line) (+ 5 (string-length prefix)))
         (substring line (string-length prefix) (- (string-length line) 5)))))

(define (read-radix-64 port)
  "Return the bytes of the first block of text in PORT, and its type, such as \"PGP SIGNATURE\"; #f instead of the bytes if its
checksum is wrong, and the end-of-file object for both if there is no block."
  (define (read-begin)
    (match (read-line port)
      ((? eof-object? eof) eof)
      (line (or (line-type line "-----BEGIN ") (read-begin)))))

  (define (skip-headers)
    (match (read-line port)
      ((? eof-object?) #t)
      (line (unless (string-null? (string-trim-both line)) (skip-headers)))))

  (define (read-body lines)
    (match (read-line port)
      ((? eof-object?) (values lines #f))
      ((= string-trim-both line)
       (cond ((line-type line "-----END ") (values lines #f))
             ((string-prefix? "=" line)
              (read-line port)
              (values lines (string-drop line 1)))
             (else (read-body (cons line lines)))))))

  (match (read-begin)
    ((? eof-object? eof) (values eof eof))
    (type
     (skip-headers)
     (call-with-values (lambda () (read-body '()))
       (lambda (lines checksum)
         (let ((data (base64-decode (string-concatenate-reverse lines))))
           (values (and (or (not checksum)
                            (= (crc24 data) (integer (base64-decode checksum) 0 3)))
                        data)
                   type)))))))

(define (port-ascii-armored? port)
  "Return true if what PORT is about to give is text, not packets."
  (match (lookahead-u8 port)
    ((? eof-object?) #f)
    (byte (not (logtest byte #x80)))))

(define (get-openpgp-detached-signature/ascii port)
  "Return the signature that is in PORT as a block of text, or #f."
  (call-with-values (lambda () (read-radix-64 port))
    (lambda (data type)
      (and (bytevector? data)
           (string=? type "PGP SIGNATURE")
           (get-packet (open-bytevector-input-port data))))))

(define (string->openpgp-packet text)
  "Return the first packet of the block of text that TEXT holds."
  (call-with-values (lambda () (call-with-input-string text read-radix-64))
    (lambda (data type)
      (if (bytevector? data)
          (get-packet (open-bytevector-input-port data))
          (raise (condition (&openpgp-error)))))))
