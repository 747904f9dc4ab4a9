;;; Commentary:
;;;
;;; Origins that are downloaded: `url-fetch' and its variants.  The daemon downloads (`builtin:download'), tries
;;; the mirrors that `mirror://' addresses stand for, and checks the hash.
;;; Interface: (guix download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix download)
  #:use-module (guix derivations)
  #:use-module (guix download mirrors)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (web uri)
  #:use-module (ice-9 match)
  #:autoload   (guix build download) (url-fetch)
  #:re-export (%mirrors
               %disarchive-mirrors)
  #:export (%download-fallback-test
            (url-fetch* . url-fetch)
            url-fetch/executable
            url-fetch/tarbomb
            url-fetch/zipbomb
            download-to-store))

;; What downloads may use besides the address is told to the daemon in files, the same ones for all downloads.

(define %mirror-file
  (plain-file "mirrors" (object->string %mirrors)))

(define %content-addressed-mirrors
  ;; An expression of a list of procedures from a file name, a hash algorithm and a hash to an address.
  '(begin
     (use-modules (guix base16) (guix base32))
     (list (lambda (file algo hash)
             (string-append "https://ci.guix.gnu.org/file/" file "/" (symbol->string algo) "/"
                            (bytevector->nix-base32-string hash)))
           (lambda (file algo hash)
             (string-append "https://tarballs.nixos.org/" (symbol->string algo) "/"
                            (bytevector->nix-base32-string hash)))
           (lambda (file algo hash)
             (string-append "https://archive.softwareheritage.org/api/1/content/" (symbol->string algo) ":"
                            (bytevector->base16-string hash) "/raw/")))))

(define %content-addressed-mirror-file
  (plain-file "content-addressed-mirrors" (object->string %content-addressed-mirrors)))

(define %no-mirrors-file
  (plain-file "no-content-addressed-mirrors" (object->string ''())))

(define %disarchive-mirror-file
  (plain-file "disarchive-mirrors" (object->string %disarchive-mirrors)))

(define %no-disarchive-mirrors-file
  (plain-file "no-disarchive-mirrors" (object->string '())))

(define %download-fallback-test
  ;; Which ways to get a file are tried: #f for all, `none' for the address alone, `content-addressed-mirrors' or
  ;; `disarchive-mirrors' for that one instead of the address.
  (make-parameter (and=> (getenv "GUIX_DOWNLOAD_FALLBACK_TEST") string->symbol)))

(define (url-base-name url)
  "Return the base name of URL, or of the first of a list."
  (match url
    (((? string? head) . _) (basename head))
    ((? string?) (basename url))
    (_ (raise (condition
               (&message (message (format #f "invalid uri of an origin: ~s; url-fetch expects a string or a list of strings"
                                          url)))
               (&fix-hint
                (hint (match (and (record? url) (record-type-name (record-type-descriptor url)))
                        ((or 'git-reference '<git-reference>) "for references to repositories: (method git-fetch)")
                        (_ "for example: (uri \"https://example.org/x-1.0.tar.gz\")")))))))))

(define* (built-in-download file-name url
                            #:key system hash-algo hash
                            mirrors content-addressed-mirrors disarchive-mirrors
                            executable?)
  "Return as a monadic value the fixed-output derivation that downloads FILE-NAME from URL, a string or a list of
them, through the daemon's own download facility, with what the files of mirrors say."
  (mlet %store-monad ((mirrors (lower-object mirrors))
                      (content-addressed-mirrors (lower-object content-addressed-mirrors))
                      (disarchive-mirrors (lower-object disarchive-mirrors)))
    (raw-derivation file-name "builtin:download" '()
                    #:system system
                    #:hash-algo hash-algo
                    #:hash hash
                    #:recursive? executable?
                    #:sources (list mirrors content-addressed-mirrors disarchive-mirrors)
                    #:env-vars `(("url" . ,(object->string url))
                                 ("mirrors" . ,mirrors)
                                 ("content-addressed-mirrors" . ,content-addressed-mirrors)
                                 ("disarchive-mirrors" . ,disarchive-mirrors)
                                 ,@(if executable? '(("executable" . "1")) '()))
                    #:leaked-env-vars '("http_proxy" "https_proxy" "LC_ALL" "LC_MESSAGES" "LANG" "COLUMNS")
                    ;; A download is not worth offloading.
                    #:local-build? #t)))

(define* (url-fetch* url hash-algo hash
                     #:optional name
                     #:key (system (%current-system)) (guile #f)
                     executable?)
  "Return as a monadic value a fixed-output derivation that fetches data from URL (a string, or a list of strings
denoting alternate URLs), which is expected to have hash HASH of type HASH-ALGO (a symbol).  By default, the file name
is the base name of URL; optionally, NAME can specify a different one.  When EXECUTABLE? is true, the file is made
executable.  URLs of `mirror://NAME/' stand for the sites of `%mirrors'; a file:// URL or a file name is that file."
  (define file-name
    (or name (url-base-name url)))

  (define uri
    (and (string? url) (string->uri url)))

  (if (and (string? url)
           (or (not uri) (memq (uri-scheme uri) '(#f file))))
      (interned-file (if uri (uri-path uri) url) file-name)
      (let ((test (%download-fallback-test)))
        (define (unless-testing-others name file no-file)
          (if (memq test (list #f name)) file no-file))
        (built-in-download file-name
                           (if (memq test '(#f none)) url "https://example.org/does-not-exist")
                           #:system system
                           #:hash-algo hash-algo
                           #:hash hash
                           #:executable? executable?
                           #:mirrors %mirror-file
                           #:content-addressed-mirrors
                           (unless-testing-others 'content-addressed-mirrors
                                                  %content-addressed-mirror-file %no-mirrors-file)
                           #:disarchive-mirrors
                           (unless-testing-others 'disarchive-mirrors
                                                  %disarchive-mirror-file %no-disarchive-mirrors-file)))))

(define* (url-fetch/executable url hash-algo hash
                               #:optional name
                               #:key (system (%current-system)) guile)
  "Like `url-fetch', but make the downloaded file executable."
  (url-fetch* url hash-algo hash name
              #:system system #:guile guile #:executable? #t))

(define (unpacking-fetch prefix unpack)
  "Return a procedure like `url-fetch' whose result is the directory that UNPACK, a procedure from an archive to a gexp,
makes of the downloaded archive, whose name starts with PREFIX."
  (lambda* (url hash-algo hash #:optional name
                #:key (system (%current-system)) (guile (default-guile)))
    (define file-name (or name (url-base-name url)))
    (mlet %store-monad ((drv (url-fetch* url hash-algo hash
                                         (string-append prefix file-name)
                                         #:system system #:guile guile))
                        (guile (package->derivation guile system)))
      ;; The tools are not grafted: the result does not depend on whether grafts are enabled.
      (gexp->derivation file-name (unpack drv)
                        #:system system
                        #:guile-for-build guile
                        #:graft? #f
                        #:local-build? #t))))

(define (package-variable module name)
  (module-ref (resolve-interface module) name))

(define url-fetch/tarbomb
  ;; Like `url-fetch', but unpack the tarball in a directory of its own.
  (unpacking-fetch
   "tarbomb-"
   (lambda (archive)
     (let ((tar (package-variable '(gnu packages base) 'tar))
           (gzip (package-variable '(gnu packages compression) 'gzip)))
       (with-imported-modules '((guix build utils))
         #~(begin
             (use-modules (guix build utils))
             (mkdir #$output)
             (setenv "PATH" (string-append #+gzip "/bin"))
             (chdir #$output)
             (invoke (string-append #+tar "/bin/tar") "xf" #$archive)))))))

(define url-fetch/zipbomb
  ;; The same for zip archives.
  (unpacking-fetch
   "zipbomb-"
   (lambda (archive)
     (let ((unzip (package-variable '(gnu packages compression) 'unzip)))
       (with-imported-modules '((guix build utils))
         #~(begin
             (use-modules (guix build utils))
             (mkdir #$output)
             (chdir #$output)
             (invoke (string-append #+unzip "/bin/unzip") #$archive)))))))

(define* (download-to-store store url #:optional (name (basename url))
                            #:key (log (current-error-port)) recursive? (verify-certificate? #t))
  "Download URL, or take the file that it names, add it to STORE under NAME and return its store item, or #f.  Progress is
reported to LOG; RECURSIVE? is as for `add-to-store'; VERIFY-CERTIFICATE? tells whether servers have to prove who they
are."
  (define uri (string->uri url))

  (if (or (not uri) (memq (uri-scheme uri) '(file #f)))
      (add-to-store store name recursive? "sha256" (if uri (uri-path uri) url))
      (call-with-temporary-output-file
       (lambda (file port)
         (close-port port)
         (and (parameterize ((current-output-port log))
                (url-fetch url file #:mirrors (mirrors-for-url url) #:verify-certificate? verify-certificate?))
              (add-to-store store name recursive? "sha256" file))))))
