;;; Commentary:
;;;
;;; What origins that are checkouts of a version control system have in common: the derivation, and what a builder needs
;;; to fetch the same files from a substitute server or from Software Heritage when the repository is gone.
;;; Used by (guix git-download), (guix hg-download) and others.
;;;
;;; Code:

(define-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module (guix modules)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (archive-unpackers
            download-extensions
            fetching-modules
            checkout-derivation
            checkout-version
            checkout-file-name))

(define (archive-unpackers)
  "Return the inputs that unpack what Software Heritage sends."
  `(("gzip" ,((collection-variable '(gnu packages compression) 'gzip)))
    ("tar" ,((collection-variable '(gnu packages base) 'tar)))))

(define (download-extensions)
  "Return the packages of the Guile modules that downloads need: JSON, TLS and zlib.  A collection whose builder has these
itself need not have the packages."
  (filter-map (lambda (module name)
                ((collection-variable module name #:default (const #f))))
              '((gnu packages guile) (gnu packages tls) (gnu packages guile))
              '(guile-json-4 gnutls guile-zlib)))

(define (fetching-modules modules)
  "Return the closure of MODULES, without the configuration, which is not the same everywhere."
  (delete '(guix config) (source-module-closure modules)))

(define* (checkout-derivation name builder ref-variables hash-algo hash
                              #:key system guile script-name
                              (leaked-env-vars '("http_proxy" "https_proxy" "LC_ALL" "LC_MESSAGES" "LANG" "COLUMNS")))
  "Return as a monadic value the fixed-output derivation NAME with recursive HASH that runs BUILDER with GUILE.  When
SCRIPT-NAME is true, the builder, stored under that name, is the same for all checkouts, and REF-VARIABLES, environment
variables, tell what to fetch."
  (mlet %store-monad ((guile (if (package? guile)
                                 (package->derivation guile system)
                                 (lower-object guile system))))
    (apply gexp->derivation name builder
           #:env-vars ref-variables
           #:leaked-env-vars leaked-env-vars
           #:system system
           ;; A checkout is not worth offloading.
           #:local-build? #t
           #:hash-algo hash-algo
           #:hash hash
           #:recursive? #t
           #:guile-for-build guile
           (if script-name (list #:script-name script-name) '()))))

(define (checkout-version version revision id complaint)
  "Return the version string of a package at ID, a commit: VERSION, REVISION and the start of ID.  Raise an error with the
message COMPLAINT when ID is shorter than what is taken of it."
  (when (< (string-length id) 7)
    ;; Recipes call this while they are loaded: say what is wrong in words.
    (raise (condition
            (&message (message complaint)))))
  (string-append version "-" revision "." (string-take id 7)))

(define (checkout-file-name name version)
  "Return the file name of the checkout of the package NAME at VERSION."
  (string-append name "-" version "-checkout"))

;; Packages that are made with these may wait until somebody looks at them.
(for-each %declare-pure! (list checkout-version checkout-file-name))
