;;; Commentary:
;;;
;;; The build system of R packages.  The phases are in (guix build r-build-system).
;;; Interface: (guix build-system r) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system r)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%r-build-system-modules
            r-build
            r-build-system
            cran-uri
            bioconductor-uri))

(define (cran-uri name version)
  "Return the URIs of the source of the R package NAME at VERSION on CRAN: where the latest version is, and the archive."
  (let ((archive (string-append name "_" version ".tar.gz"))
        (contrib "mirror://cran/src/contrib/"))
    (list (string-append contrib archive)
          (string-append contrib "Archive/" name "/" archive))))

(define %bioconductor-version
  ;; The release that the collection follows.
  "3.16")

(define* (bioconductor-uri name version #:optional type)
  "Return the URIs of the source of the R package NAME at VERSION on Bioconductor; TYPE is #f, 'annotation or
'experiment."
  (define part
    (case type
      ((annotation) "/data/annotation")
      ((experiment) "/data/experiment")
      (else "/bioc")))

  (map (lambda (release)
         (string-append "https://bioconductor.org/packages/" release part "/src/contrib/"
                        name "_" version ".tar.gz"))
       (list "release" %bioconductor-version)))

(%declare-pure! bioconductor-uri)

(define %r-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build r-build-system)
    ,@%gnu-build-system-modules))

(define r-build
  (native-builder 'r-build
                  #:documentation "Build SOURCE with R and INPUTS."
                  #:imported-modules %r-build-system-modules
                  #:modules '((guix build r-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((tests? #t)
                                 (test-target "tests")
                                 (configure-flags '())
                                 (substitutable? #t))
                  #:arguments '(name source configure-flags system tests? test-target phases outputs
                                search-paths inputs)
                  #:forwarded '(substitutable?)))

(define r-build-system
  (build-system
    (name 'r)
    (description "The standard R build system")
    (lower (lowering r-build
                     #:tools `(("r" #:r ,(collection-variable '(gnu packages statistics) 'r-minimal)))))))
