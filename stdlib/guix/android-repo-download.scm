;;; Commentary:
;;;
;;; Origins that are a revision of an Android repository: many Git repositories that a manifest lists.
;;; Interface: (guix android-repo-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix android-repo-download)
  #:use-module ((guix build-system gnu) #:select (standard-packages))
  #:use-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:select (default-guile))
  #:use-module (guix records)
  #:use-module (guix utils)
  #:export (android-repo-reference
            android-repo-reference?
            android-repo-reference-manifest-url
            android-repo-reference-manifest-revision
            ;; The name that Guix 1.4 exports, which it does not define.
            (android-repo-reference-manifest-revision . android-repo-reference-revision)

            android-repo-fetch
            android-repo-version
            android-repo-file-name))

(define-record-type* <android-repo-reference>
  android-repo-reference make-android-repo-reference
  android-repo-reference?
  (manifest-url android-repo-reference-manifest-url)                  ;string
  (manifest-revision android-repo-reference-manifest-revision))      ;string

(define git-repo-package
  (collection-variable '(gnu packages android) 'git-repo))

(define* (android-repo-fetch ref hash-algo hash
                             #:optional name
                             #:key (system (%current-system))
                             (guile (default-guile))
                             (git-repo (git-repo-package)))
  "Return as a monadic value a fixed-output derivation that fetches REF, an <android-repo-reference>.  The output is
expected to have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define inputs (standard-packages))
  (define zlib ((collection-variable '(gnu packages compression) 'zlib)))
  (define guile-json ((collection-variable '(gnu packages guile) 'guile-json-4)))
  (define gnutls ((collection-variable '(gnu packages tls) 'gnutls)))

  (define config.scm
    (scheme-file "config.scm"
                 #~(begin
                     (define-module (guix config)
                       #:export (%libz))

                     (define %libz
                       #+(file-append zlib "/lib/libz")))))

  (define modules
    (cons `((guix config) => ,config.scm)
          (fetching-modules '((guix build android-repo)
                              (guix build utils)
                              (guix build download-nar)))))

  (define builder
    (with-imported-modules modules
      (with-extensions (list gnutls guile-json)
        #~(begin
            (use-modules (guix build android-repo)
                         (guix build utils)
                         (guix build download-nar)
                         (ice-9 match))

            (set-path-environment-variable "PATH" '("bin")
                                           (match '#+inputs
                                             (((names dirs outputs ...) ...)
                                              dirs)))

            (setvbuf (current-output-port) 'line)
            (setvbuf (current-error-port) 'line)

            (or (android-repo-fetch (getenv "android-repo manifest-url")
                                    (getenv "android-repo manifest-revision")
                                    #$output
                                    #:git-repo-command
                                    (string-append #+git-repo "/bin/repo"))
                (download-nar #$output))))))

  (checkout-derivation (or name "android-repo-checkout") builder
                       `(("android-repo manifest-url" . ,(android-repo-reference-manifest-url ref))
                         ("android-repo manifest-revision" . ,(android-repo-reference-manifest-revision ref)))
                       hash-algo hash
                       #:system system #:guile guile #:script-name "android-repo-download"))

(define (android-repo-version version revision)
  "Return the version string of a package at REVISION."
  (string-append version "-"
                 (string-map (lambda (char) (if (char=? char #\/) #\_ char)) revision)))

(define (android-repo-file-name name version)
  "Return the file name of the checkout of the package NAME at VERSION."
  (checkout-file-name name version))
