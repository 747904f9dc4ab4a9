;;; Commentary:
;;;
;;; Origins that are a changeset of a Mercurial repository.  Interface: (guix hg-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix hg-download)
  #:use-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:select (default-guile))
  #:use-module (guix records)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:export (hg-reference
            hg-reference?
            hg-reference-url
            hg-reference-changeset
            hg-predicate
            hg-fetch
            hg-version
            hg-file-name))

(define-record-type* <hg-reference>
  hg-reference make-hg-reference
  hg-reference?
  (url hg-reference-url)                   ;string
  (changeset hg-reference-changeset))      ;string

(define mercurial
  (collection-variable '(gnu packages version-control) 'mercurial))

(define* (hg-fetch ref hash-algo hash
                   #:optional name
                   #:key (system (%current-system)) (guile (default-guile))
                   (hg (mercurial)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <hg-reference>.  The output is expected to have
recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define inputs (archive-unpackers))

  (define modules
    (fetching-modules '((guix build hg)
                        (guix build download-nar)
                        (guix swh))))

  (define builder
    (with-imported-modules modules
      (with-extensions (download-extensions)
        #~(begin
            (use-modules (guix build hg)
                         (guix build utils)
                         (guix build download-nar)
                         (guix swh)
                         (ice-9 match))

            (set-path-environment-variable "PATH" '("bin")
                                           (match '#+inputs
                                             (((names dirs outputs ...) ...)
                                              dirs)))

            (setvbuf (current-output-port) 'line)
            (setvbuf (current-error-port) 'line)

            (or (hg-fetch '#$(hg-reference-url ref)
                          '#$(hg-reference-changeset ref)
                          #$output
                          #:hg-command (string-append #+hg "/bin/hg"))
                (download-nar #$output)
                (parameterize ((%verify-swh-certificate? #f))
                  (format (current-error-port)
                          "Trying to download from Software Heritage...~%")
                  (swh-download #$(hg-reference-url ref)
                                #$(hg-reference-changeset ref)
                                #$output)))))))

  (checkout-derivation (or name "hg-checkout") builder '() hash-algo hash
                       #:system system #:guile guile))

(define (hg-version version revision changeset)
  "Return the version string of a package at CHANGESET: VERSION, REVISION and the start of CHANGESET."
  (checkout-version version revision changeset "hg-version: changeset ID unexpectedly short"))

(define (hg-file-name name version)
  "Return the file name of the checkout of the package NAME at VERSION."
  (checkout-file-name name version))


;;;
;;; Files under version control.
;;;

(define (hg-files directory)
  "Return the absolute names of the files that Mercurial tracks in the repository at DIRECTORY."
  (let ((port (open-pipe* OPEN_READ "hg" "files" "--repository" directory)))
    (let loop ((files '()))
      (match (read-line port)
        ((? eof-object?)
         (close-pipe port)
         (filter-map (lambda (file) (false-if-exception (canonicalize-path file)))
                     (reverse files)))
        (file (loop (cons file files)))))))

(define (hg-predicate directory)
  "Return a predicate, of a file name and what `lstat' returned, that is true for the files that Mercurial tracks in
DIRECTORY and for directories."
  (define tracked (make-hash-table))

  (for-each (lambda (file) (hash-set! tracked file #t))
            (hg-files directory))
  (lambda (file stat)
    (or (eq? (stat:type (lstat file)) 'directory)
        (hash-ref tracked (canonicalize-path file) #f))))
