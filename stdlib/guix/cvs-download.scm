;;; Commentary:
;;;
;;; Origins that are a module of a CVS repository, at a tag or a date.
;;; Interface: (guix cvs-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix cvs-download)
  #:use-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:select (default-guile))
  #:use-module (guix records)
  #:use-module (guix utils)
  #:export (cvs-reference
            cvs-reference?
            cvs-reference-root-directory
            cvs-reference-module
            cvs-reference-revision
            cvs-fetch))

(define-record-type* <cvs-reference>
  cvs-reference make-cvs-reference
  cvs-reference?
  (root-directory cvs-reference-root-directory)   ;string
  (module cvs-reference-module)                   ;string
  (revision cvs-reference-revision))              ;string: a tag, or a date as in ISO 8601

(define cvs-package
  (collection-variable '(gnu packages version-control) 'cvs))

(define* (cvs-fetch ref hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) (guile (default-guile))
                    (cvs (cvs-package)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <cvs-reference>.  The output is expected to
have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define modules
    (fetching-modules '((guix build cvs)
                        (guix build download-nar))))

  (define builder
    (with-imported-modules modules
      (with-extensions (download-extensions)
        #~(begin
            (use-modules (guix build cvs)
                         (guix build download-nar))

            (or (cvs-fetch '#$(cvs-reference-root-directory ref)
                           '#$(cvs-reference-module ref)
                           '#$(cvs-reference-revision ref)
                           #$output
                           #:cvs-command (string-append #+cvs "/bin/cvs"))
                (download-nar #$output))))))

  (checkout-derivation (or name "cvs-checkout") builder '() hash-algo hash
                       #:system system #:guile guile))
