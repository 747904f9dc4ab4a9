;;; Commentary:
;;;
;;; Store paths: what their names say, and how they are made.  Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store paths)
  #:use-module (guix base32)
  #:use-module (guix config)
  #:use-module (strata store)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:export (%store-prefix store-path output-path fixed-output-path
            store-path? direct-store-path? direct-store-path derivation-path?
            store-path-package-name store-path-base store-path-hash-part))

(define %store-prefix
  (make-parameter %storedir))

(define hash-part-length 32)

(define (base path)
  "Return what follows the store's prefix in PATH, or #f if it is elsewhere."
  (let ((prefix (%store-prefix)))
    (and (string-prefix? prefix path)
         (let ((start (string-length prefix)))
           (and (< start (string-length path))
                (char=? #\/ (string-ref path start))
                (string-drop path (+ 1 start)))))))

(define (store-path? path)
  "Return true if PATH is in the store, judging by its prefix; nothing else of it is looked at, as in Guix."
  (or (string=? path (%store-prefix))
      (->bool (base path))))

(define (direct-store-path? path)
  "Return true if PATH is a file in the store, and not one below that."
  (let ((base (base path)))
    (and base (not (string-index base #\/)))))

(define (direct-store-path path)
  "Return the store path that PATH is below of."
  (match (and=> (base path) (cut string-index <> #\/))
    (#f path)
    (slash (string-take path (+ (string-length (%store-prefix)) 1 slash)))))

(define (derivation-path? path)
  "Return true if PATH is the file name of a derivation."
  (and (store-path? path) (string-suffix? ".drv" path)))

(define (store-path-base path)
  "Return the base name of the store path PATH, or #f."
  (let ((base (base path)))
    (and base
         (> (string-length base) (+ 1 hash-part-length))
         (not (string-index base #\/))
         base)))

(define (store-path-package-name path)
  "Return the part of the store path PATH after its hash, or #f."
  (let ((base (store-path-base path)))
    (and base (string-drop base (+ 1 hash-part-length)))))

(define (store-path-hash-part path)
  "Return the hash part of the store path PATH, or #f."
  (let* ((base (store-path-base path))
         (hash-part (and base (string-take base hash-part-length))))
    (and hash-part
         (string-every %nix-base32-charset hash-part)
         hash-part)))

(define (store-path type hash name)
  "Return the store path for NAME of TYPE, a string, with HASH, a SHA-256 bytevector."
  (%store-path type hash name))

(define (output-path output hash name)
  "Return the path of OUTPUT of a derivation called NAME whose hash modulo is HASH."
  (%store-path (string-append "output:" output) hash
               (if (string=? output "out") name (string-append name "-" output))))

(define* (fixed-output-path name hash #:key (output "out") (hash-algo 'sha256) (recursive? #t))
  "Return the path of a fixed output called NAME with the bytevector HASH."
  (%fixed-output-path name hash (symbol->string hash-algo) (->bool recursive?) output))
