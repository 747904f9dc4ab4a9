;;; Commentary:
;;;
;;; What a server of substitutes says of a store item, as a record that keeps the text, since the text is what is signed.
;;; Interface: (guix narinfo) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix narinfo)
  #:use-module (guix base32)
  #:use-module (guix base64)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix pki)
  #:use-module (guix records)
  #:use-module (gcrypt hash)
  #:use-module (gcrypt pk-crypto)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (web uri)
  #:export (narinfo?
            narinfo-path narinfo-uris narinfo-uri-base narinfo-compressions
            narinfo-file-hashes narinfo-file-sizes narinfo-hash narinfo-size
            narinfo-references narinfo-deriver narinfo-system narinfo-signature narinfo-contents
            narinfo-hash-algorithm+value narinfo-hash->sha256 narinfo-signature->canonical-sexp
            narinfo-best-uri
            read-narinfo write-narinfo narinfo->string string->narinfo
            valid-narinfo? equivalent-narinfo?))

(define-record-type <narinfo>
  (make-narinfo path uri-base uris compressions file-sizes file-hashes hash size
                references deriver system signature contents)
  narinfo?
  (path         narinfo-path)
  (uri-base     narinfo-uri-base)
  ;; Of each form in which the item can be had: where it is, how it is compressed, its size and hash or #f.
  (uris         narinfo-uris)
  (compressions narinfo-compressions)
  (file-sizes   narinfo-file-sizes)
  (file-hashes  narinfo-file-hashes)
  ;; Of the archive: ALGORITHM:HASH.
  (hash         narinfo-hash)
  (size         narinfo-size)
  (references   narinfo-references)
  (deriver      narinfo-deriver)
  (system       narinfo-system)
  ;; A canonical s-expression or #f.
  (signature    narinfo-signature)
  (contents     narinfo-contents))


;;;
;;; Text to records and back.
;;;

(define %fields
  '("StorePath" "URL" "Compression" "FileSize" "FileHash" "NarHash" "NarSize"
    "References" "Deriver" "System" "Signature"))

(define %repeated-fields
  '("URL" "Compression" "FileSize" "FileHash"))

(define (fields text)
  "Return the alist of the fields in TEXT."
  (call-with-input-string text recutils->alist))

(define (absolute-uri url base)
  "Return the URI of URL, which may be relative to BASE."
  (or (string->uri url)
      (string->uri (string-append (string-trim-right base #\/) "/" url))))

(define (one-each items count convert)
  "Return ITEMS as CONVERT makes them; COUNT times #f when there are none."
  (if (null? items) (make-list count #f) (map convert items)))

(define (string->narinfo text base)
  "Return the narinfo that TEXT is.  URLs in it may be relative to that of the server, BASE."
  (alist->record (fields text)
                 (lambda (path urls compressions sizes hashes hash size references deriver system signature)
                   (let ((count (length urls)))
                     (make-narinfo path base
                                   (map (cut absolute-uri <> (or base "")) urls)
                                   compressions
                                   (one-each sizes count string->number)
                                   (one-each hashes count identity)
                                   hash
                                   (and=> size string->number)
                                   (string-tokenize (or references ""))
                                   (and deriver (not (string-null? deriver)) deriver)
                                   system
                                   (and signature
                                        (false-if-exception (narinfo-signature->canonical-sexp signature)))
                                   text)))
                 %fields %repeated-fields))

(define* (read-narinfo port #:optional url #:key size)
  "Return the narinfo that is read from PORT, of SIZE bytes if that is given, and comes from the server at URL.  Nobody
vouches for it."
  (match (if size (get-bytevector-n port size) (get-bytevector-all port))
    ((? eof-object?) (string->narinfo "" url))
    (bytes (string->narinfo (utf8->string bytes) url))))

(define (write-narinfo narinfo port)
  "Write NARINFO to PORT."
  (put-bytevector port (string->utf8 (narinfo-contents narinfo))))

(define (narinfo->string narinfo)
  "Return the text of NARINFO."
  (narinfo-contents narinfo))


;;;
;;; Hashes and signatures.
;;;

(define (narinfo-hash->sha256 hash)
  "Return the bytevector of HASH, \"sha256:\" and base 32, or #f for one of another kind."
  (and (string-prefix? "sha256:" hash)
       (nix-base32-string->bytevector (string-drop hash (string-length "sha256:")))))

(define (narinfo-hash-algorithm+value narinfo)
  "Return two values: the algorithm of the hash of NARINFO, and the hash, a bytevector."
  (match (string-split (narinfo-hash narinfo) #\:)
    ((algorithm digest)
     (values (lookup-hash-algorithm (string->symbol algorithm))
             (nix-base32-string->bytevector digest)))
    (_
     (raise (formatted-message (G_ "invalid narinfo hash: ~s") (narinfo-hash narinfo))))))

(define (narinfo-signature->canonical-sexp text)
  "Return the canonical s-expression in TEXT, the value of a field Signature: VERSION;HOST;BASE64."
  (define (signature-of encoded)
    (let ((sexp (utf8->string (base64-decode encoded))))
      (catch 'gcry-error
        (lambda () (string->canonical-sexp sexp))
        (lambda _
          (leave (G_ "signature is not a valid s-expression: ~s~%") sexp)))))

  (match (string-split text #\;)
    ((version host encoded)
     (match (string->number version)
       (1  (signature-of encoded))
       (#f (leave (G_ "signature version must be a number: ~s~%") version))
       (n  (leave (G_ "unsupported signature version: ~a~%") n))))
    (_
     (leave (G_ "invalid format of the signature field: ~a~%") text))))

(define (signed-hash narinfo)
  "Return the hash of what the signature of NARINFO covers; #f when that is nothing, or not what matters."
  (let* ((text (narinfo-contents narinfo))
         (end  (string-contains text "Signature:")))
    (and end
         (let ((signed (string-take text end)))
           (and (every (cut assoc <> (fields signed)) '("StorePath" "NarHash" "References"))
                (sha256 (string->utf8 signed)))))))

(define* (valid-narinfo? narinfo #:optional (acl (current-acl)) #:key verbose?)
  "Return true if somebody whom ACL allows has signed NARINFO.  Otherwise tell why not if VERBOSE? is true."
  (define (refuse reason)
    (when verbose?
      (format (current-error-port) "~a '~a'~%" reason (uri->string (first (narinfo-uris narinfo)))))
    #f)

  (let ((hash      (signed-hash narinfo))
        (signature (narinfo-signature narinfo)))
    (and hash signature
         (signature-case (signature hash acl)
           (valid-signature   #t)
           (invalid-signature (refuse "invalid signature for substitute at"))
           (hash-mismatch     (refuse "hash mismatch for substitute at"))
           (unauthorized-key  (refuse "unauthorized party signed the substitute at"))
           (corrupt-signature (refuse "corrupt signature for substitute at"))))))

(define (equivalent-narinfo? one other)
  "Return true if ONE and OTHER are of the same item with the same contents, wherever it is."
  (every (lambda (field) (equal? (field one) (field other)))
         (list narinfo-hash narinfo-path narinfo-references narinfo-size)))


;;;
;;; Which form to take.
;;;

(define %compressions
  ;; Those that can be undone here, the smallest results first, and again the fastest to undo first.
  '(("lzip" "xz" "zstd" "bzip2" "gzip" "none") . ("none" "zstd" "gzip" "bzip2" "xz" "lzip")))

(define* (narinfo-best-uri narinfo #:key fast-decompression?)
  "Return three values for the form of NARINFO's item to prefer: its URI, its compression and its size or #f.  That is the
one that is undone fastest when FAST-DECOMPRESSION? is true, else the smallest."
  (define ranking
    ((if fast-decompression? cdr car) %compressions))

  (define (rank compression)
    (list-index (cut string=? <> compression) ranking))

  (define (better? a b)
    (match (list a b)
      (((_ first (? number? size)) (_ second (? number? other)))
       (if fast-decompression? (< (rank first) (rank second)) (< size other)))
      (((_ first (? number?)) (_ second #f))
       (if fast-decompression? (< (rank first) (rank second)) #t))
      (((_ first _) (_ second _))
       (< (rank first) (rank second)))))

  (match (stable-sort (filter (match-lambda ((_ compression _) (rank compression)))
                              (zip (narinfo-uris narinfo)
                                   (narinfo-compressions narinfo)
                                   (narinfo-file-sizes narinfo)))
                      better?)
    (((uri compression size) . _) (values uri compression size))))
