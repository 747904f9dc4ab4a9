;;; Commentary:
;;;
;;; Origins that are downloaded: `url-fetch' and its variants.  The daemon downloads (`builtin:download'), tries
;;; the mirrors that `mirror://' addresses stand for, and checks the hash.
;;; Interface: (guix download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix download)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:export (url-fetch
            url-fetch/executable
            url-fetch/tarbomb
            url-fetch/zipbomb
            url-fetch/xz-file
            %download-methods))

(define %download-methods
  (make-parameter #f))

(define (url-base-name url)
  "Return the base name of URL, or of the first of a list, without a query."
  (match url
    ((head . _) (url-base-name head))
    ((? string? url)
     (let ((base (basename url)))
       (match (string-index base #\?)
         (#f base)
         (end (string-take base end)))))))

(define* (built-in-download file-name url
                            #:key system hash-algo hash
                            executable? guile)
  "Return as a monadic value the fixed-output derivation that downloads FILE-NAME from URL, a string or a list of
them, through the daemon's own download facility."
  (mbegin %store-monad
    (raw-derivation file-name "builtin:download" '()
                    #:system system
                    #:hash-algo hash-algo
                    #:hash hash
                    #:recursive? executable?
                    #:env-vars `(("url" . ,(object->string url))
                                 ,@(if executable? '(("executable" . "1")) '()))
                    #:leaked-env-vars '("http_proxy" "https_proxy" "LC_ALL" "LC_MESSAGES" "LANG" "COLUMNS")
                    ;; A download is not worth offloading.
                    #:local-build? #t)))

(define* (url-fetch url hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) (guile #f)
                    executable?)
  "Return as a monadic value a fixed-output derivation that fetches data from URL (a string, or a list of strings
denoting alternate URLs), which is expected to have hash HASH of type HASH-ALGO (a symbol).  By default, the file name
is the base name of URL; optionally, NAME can specify a different one."
  (define file-name
    (or name (url-base-name url)))

  (match (match url
           ((? string?) url)
           ((url) url)
           (_ url))
    ((? (lambda (url) (and (string? url) (string-prefix? "file://" url))) url)
     (interned-file (string-drop url (string-length "file://")) file-name
                    #:recursive? executable?))
    ((? (lambda (url) (and (string? url) (not (string-contains url "://")))) file)
     (interned-file file file-name #:recursive? executable?))
    (url
     (built-in-download file-name url
                        #:system system
                        #:hash-algo hash-algo
                        #:hash hash
                        #:executable? executable?))))

(define* (url-fetch/executable url hash-algo hash
                               #:optional name
                               #:key (system (%current-system)) guile)
  "Like `url-fetch', but make the downloaded file executable."
  (url-fetch url hash-algo hash name
             #:system system #:guile guile #:executable? #t))

(define (unpacking-fetch unpack)
  "Return a procedure like `url-fetch' whose result is the directory that UNPACK, a procedure from an archive to a gexp,
makes of the downloaded archive."
  (lambda* (url hash-algo hash #:optional name #:key (system (%current-system)) guile)
    (define file-name (url-base-name url))
    (mlet %store-monad ((drv (url-fetch url hash-algo hash
                                        (string-append (or name file-name) "-archive")
                                        #:system system #:guile guile)))
      (gexp->derivation (or name file-name) (unpack drv)
                        #:system system
                        #:local-build? #t))))

(define (package-variable module name)
  (module-ref (resolve-interface module) name))

(define url-fetch/tarbomb
  ;; Like `url-fetch', but unpack the tarball in a directory of its own.
  (unpacking-fetch
   (lambda (archive)
     (let ((tar (package-variable '(gnu packages base) 'tar))
           (gzip (package-variable '(gnu packages compression) 'gzip)))
       (with-imported-modules '((guix build utils))
         #~(begin
             (use-modules (guix build utils))
             (mkdir #$output)
             (setenv "PATH" (string-append #+gzip "/bin:" #+tar "/bin"))
             (chdir #$output)
             (invoke "tar" "xf" #$archive)))))))

(define url-fetch/zipbomb
  ;; The same for zip archives.
  (unpacking-fetch
   (lambda (archive)
     (let ((unzip (package-variable '(gnu packages compression) 'unzip)))
       (with-imported-modules '((guix build utils))
         #~(begin
             (use-modules (guix build utils))
             (mkdir #$output)
             (chdir #$output)
             (invoke (string-append #+unzip "/bin/unzip") #$archive)))))))

(define* (url-fetch/xz-file url hash-algo hash
                            #:optional name
                            #:key (system (%current-system)) guile)
  "Like `url-fetch', but decompress the downloaded xz file."
  (mlet %store-monad ((drv (url-fetch url hash-algo hash name #:system system #:guile guile)))
    (let ((xz (package-variable '(gnu packages compression) 'xz))
          (file-name (or name (url-base-name url))))
      (gexp->derivation (if (string-suffix? ".xz" file-name) (string-drop-right file-name 3) file-name)
                        (with-imported-modules '((guix build utils))
                          #~(begin
                              (use-modules (guix build utils))
                              (copy-file #$drv "file.xz")
                              (invoke (string-append #+xz "/bin/xz") "-d" "file.xz")
                              (copy-file "file" #$output)))
                        #:system system
                        #:local-build? #t))))
