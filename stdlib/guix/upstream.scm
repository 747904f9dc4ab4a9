;;; Commentary:
;;;
;;; What upstream has released, how that is found out (updaters), and how it gets into a package's definition.  The updaters
;;; themselves are in (guix gnu-maintenance) and below (guix import), where they are found when they are asked for; the
;;; editing is in (guix upstream editing).  Interface: (guix upstream) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix upstream)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module ((guix download) #:select (download-to-store url-fetch))
  #:use-module (guix gexp)
  #:use-module (guix git-download)
  #:use-module (guix gnupg)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix upstream editing)
  #:use-module (guix upstream sources)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (guix store places)
  #:autoload (gcrypt hash) (port-sha256)
  #:autoload (guix config) (%gzip %bzip2 %xz)
  #:autoload (guix git) (latest-repository-commit git-reference->git-checkout)
  #:autoload (guix hash) (file-hash*)
  #:autoload (guix ui) (warn-about-load-error)
  #:re-export (upstream-source
               upstream-source?
               upstream-source-package
               upstream-source-version
               upstream-source-urls
               upstream-source-signature-urls
               upstream-source-archive-types
               upstream-source-input-changes
               coalesce-sources

               upstream-input-change?
               upstream-input-change-name
               upstream-input-change-type
               upstream-input-change-action
               changed-inputs

               package-archive-type
               update-package-source)
  #:export (url-predicate
            url-prefix-predicate

            upstream-updater
            upstream-updater?
            upstream-updater-name
            upstream-updater-description
            upstream-updater-predicate
            upstream-updater-latest

            %updaters
            lookup-updater

            download-tarball
            package-latest-release
            package-latest-release*
            package-update))


;;; Updaters.

(define-record-type* <upstream-updater>
  upstream-updater make-upstream-updater
  upstream-updater?
  (name        upstream-updater-name)           ;symbol
  (description upstream-updater-description)    ;string
  (pred        upstream-updater-predicate)      ;package -> Boolean
  (latest      upstream-updater-latest))        ;package -> <upstream-source> | #f

(define (url-predicate matching-url?)
  "Return a predicate for packages whose source is downloaded by `url-fetch' from a URL for which MATCHING-URL? returns true."
  (lambda (package)
    (match (package-source package)
      ((? origin? origin)
       (and (eq? url-fetch (origin-method origin))
            (match (origin-uri origin)
              ((? string? url) (matching-url? url))
              (((? string? urls) ...) (any matching-url? urls))
              (_ #f))))
      (_ #f))))

(define (url-prefix-predicate prefix)
  "Return a predicate for packages with a source URL that starts with PREFIX."
  (url-predicate (lambda (url) (string-prefix? prefix url))))

(define (updater-modules)
  "Return the interfaces of the modules that updaters may be in."
  (cons (resolve-interface '(guix gnu-maintenance))
        (all-modules (map (lambda (directory) (cons directory "guix/import"))
                          %load-path)
                     #:warn warn-about-load-error)))

(define (updater<? a b)
  (string<? (symbol->string (upstream-updater-name a))
            (symbol->string (upstream-updater-name b))))

(define %updaters
  ;; All updaters, by name; a promise.
  (delay
    (sort (fold-module-public-variables (lambda (value updaters)
                                          (if (upstream-updater? value)
                                              (cons value updaters)
                                              updaters))
                                        '()
                                        (updater-modules))
          updater<?)))

(define* (lookup-updater package #:optional (updaters (force %updaters)))
  "Return the first of UPDATERS that is for packages like PACKAGE, or #f."
  (find (lambda (updater)
          ((upstream-updater-predicate updater) package))
        updaters))

(define* (package-latest-release package #:optional (updaters (force %updaters)))
  "Return what the first of UPDATERS that knows PACKAGE says is its latest release, an <upstream-source>, which need not be
newer than PACKAGE; #f when none knows it."
  (any (lambda (updater)
         (and ((upstream-updater-predicate updater) package)
              ((upstream-updater-latest updater) package)))
       updaters))

(define (newer? source package)
  (version>? (upstream-source-version source) (package-version package)))

(define* (package-latest-release* package #:optional (updaters (force %updaters)))
  "Like `package-latest-release', but return #f unless the release is newer than PACKAGE."
  (match (package-latest-release package updaters)
    ((? upstream-source? source)
     (and (newer? source package) source))
    (_ #f)))


;;; Downloads.

(define (decompression-command file)
  "Return the program that writes what FILE, by its name, has in compressed form."
  (match (file-extension file)
    ((or "gz" "tgz") %gzip)
    ("bz2" %bzip2)
    ("xz" %xz)
    ("lz" "lzip")
    (_ (raise (formatted-message (G_ "unknown archive type: ~a") (basename file))))))

(define (call-with-signed-file tarball url signature-url proc)
  "Call PROC with the file that the signature at SIGNATURE-URL is of: TARBALL, which was at URL, or what it has when it is
decompressed, as kernel.org signs it."
  (if (string-prefix? (basename url) (basename signature-url))
      (proc tarball)
      (call-with-temporary-output-file
       (lambda (file port)
         (let ((pipe (open-pipe* OPEN_READ (decompression-command url) "-dc" (place-of-item tarball))))
           (dump-port pipe port)
           (close-port port)
           (unless (zero? (status:exit-val (close-pipe pipe)))
             (raise (formatted-message (G_ "~a: cannot be decompressed") tarball))))
         (proc file)))))

(define* (download-tarball store url signature-url #:key (key-download 'interactive))
  "Download what is at URL to STORE and return its file name there, or #f when that fails.  Unless SIGNATURE-URL is #f, #f is
also returned, with a warning, when what is there is no valid OpenPGP signature.  KEY-DOWNLOAD says what to do about missing
keys: `interactive', `always' or `never'."
  (define (verdict tarball signature)
    ;; One of `gnupg-verify*', and what it is about.
    (call-with-signed-file tarball url signature-url
      (lambda (file)
        (call-with-values
            (lambda () (gnupg-verify* signature file #:key-download key-download))
          cons))))

  (match (download-to-store store url)
    (#f #f)
    (tarball
     (match (and signature-url
                 (match (download-to-store store signature-url)
                   (#f '(missing-signature . #f))
                   (signature (verdict tarball signature))))
       ((or #f ('valid-signature . _))
        tarball)
       (('missing-signature . _)
        (warning (G_ "failed to download detached signature from ~a~%") signature-url)
        #f)
       (('invalid-signature . key)
        (warning (G_ "signature verification failed for '~a' (key: ~a)~%") url key)
        #f)
       (('missing-key . key)
        (warning (G_ "missing public key ~a for '~a'~%") key url)
        #f)))))

(define* (update-by-url-fetch store package source #:key key-download)
  "Download SOURCE, an archive of the kind that PACKAGE has if there is one.  Return the values of `package-update'."
  (match (source-choice package source)
    ((url . signature-url)
     (values (upstream-source-version source)
             (download-tarball store url signature-url #:key-download key-download)
             source))))

(define* (update-by-git-fetch store package source #:key key-download)
  "Check out SOURCE.  Return the values of `package-update'."
  (let ((reference (upstream-source-urls source)))
    (values (upstream-source-version source)
            (latest-repository-commit store (git-reference-url reference)
                                      #:ref `(tag-or-commit . ,(git-reference-commit reference))
                                      #:recursive? (git-reference-recursive? reference))
            source)))

(define (method->update method package)
  "Return the procedure that downloads what origins of METHOD are about."
  (cond ((eq? method url-fetch) update-by-url-fetch)
        ((eq? method git-fetch) update-by-git-fetch)
        (else
         (raise (make-compound-condition
                 (formatted-message (G_ "cannot download for this method: ~s") method)
                 (condition (&error-location (location (package-location package)))))))))

(define* (package-update store package
                         #:optional (updaters (force %updaters))
                         #:key (key-download 'interactive))
  "Download the latest release that UPDATERS know of PACKAGE and return three values: its version, the file name of its source
in STORE, or #f when that could not be downloaded and verified, and the <upstream-source>.  Return #f three times when there
is nothing newer than PACKAGE or, after a warning, when nothing is known.  KEY-DOWNLOAD is as for `download-tarball'."
  (match (package-latest-release package updaters)
    (#f
     (warning (G_ "updater failed to determine available releases for ~a~%") (package-name package))
     (values #f #f #f))
    ((? (lambda (source) (newer? source package)) source)
     ((method->update (and=> (package-source package)
                             (lambda (source) (and (origin? source) (origin-method source))))
                      package)
      store package source #:key-download key-download))
    (_ (values #f #f #f))))


;;; Sources in gexps: what `--with-latest' gives to builds.

(define (lower-tarball source system)
  "Return, as a monadic value, the derivation that downloads SOURCE, after it was downloaded and verified."
  (define urls (upstream-source-urls source))

  (mlet %store-monad ((tarball ((store-lift download-tarball)
                                (first urls)
                                (and=> (upstream-source-signature-urls source) first))))
    (unless tarball
      (raise (formatted-message (G_ "failed to fetch source from '~a'") (first urls))))
    (url-fetch (first urls) 'sha256 (call-with-input-file tarball port-sha256)
               (store-path-package-name tarball)
               #:system system)))

(define (lower-checkout source system)
  "Return, as a monadic value, the derivation that checks out SOURCE, after it was checked out."
  (define reference (upstream-source-urls source))

  (mlet %store-monad ((checkout (lower-object (git-reference->git-checkout reference) system)))
    (git-fetch reference 'sha256
               (file-hash* checkout #:recursive? #t #:select? (const #t))
               (git-file-name (upstream-source-package source) (upstream-source-version source))
               #:system system)))

(define-gexp-compiler (upstream-source-compiler (source <upstream-source>) system target)
  (if (git-reference? (upstream-source-urls source))
      (lower-checkout source system)
      (lower-tarball source system)))
