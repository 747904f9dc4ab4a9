;;; Commentary:
;;;
;;; Origins that are a revision of a Bazaar branch.  Interface: (guix bzr-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix bzr-download)
  #:use-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module (guix modules)
  #:use-module ((guix packages) #:select (default-guile))
  #:use-module (guix records)
  #:use-module (guix utils)
  #:export (bzr-reference
            bzr-reference?
            bzr-reference-url
            bzr-reference-revision

            bzr-fetch))

(define-record-type* <bzr-reference>
  bzr-reference make-bzr-reference
  bzr-reference?
  (url bzr-reference-url)                ;string
  (revision bzr-reference-revision))     ;string

(define breezy
  (collection-variable '(gnu packages version-control) 'breezy))

(define* (bzr-fetch ref hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) (guile (default-guile))
                    (bzr (breezy)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <bzr-reference>.  The output is expected to
have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define builder
    (with-imported-modules (source-module-closure '((guix build bzr)))
      #~(begin
          (use-modules (guix build bzr))
          (bzr-fetch
           (getenv "bzr url") (getenv "bzr reference") #$output
           #:bzr-command (string-append #+bzr "/bin/brz")))))

  (checkout-derivation (or name "bzr-branch") builder
                       `(("bzr url" . ,(bzr-reference-url ref))
                         ("bzr reference" . ,(bzr-reference-revision ref)))
                       hash-algo hash
                       #:system system #:guile guile #:script-name "bzr-download"))
