;;; Commentary:
;;;
;;; The build system of packages that are Guile modules only.  The phases are in (guix build guile-build-system).
;;; Interface: (guix build-system guile) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system guile)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module ((srfi srfi-1) #:select (filter-map))
  #:export (%guile-build-system-modules
            guile-build-system))

(define %guile-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build guile-build-system)
    ,@%gnu-build-system-modules))

(define %scope
  '((guix build guile-build-system)
    (guix build utils)))

(define %parameters
  ;; The warnings are those that all of Guile 2.0 and later know.
  '((source-directory ".")
    not-compiled-file-regexp
    (compile-flags '("-Wunbound-variable" "-Warity-mismatch" "-Wformat"))))

(define guile-build
  (native-builder 'guile-build
                  #:documentation "Compile and install the modules of SOURCE with the Guile among INPUTS."
                  #:imported-modules %guile-build-system-modules
                  #:modules %scope
                  #:variables? #f
                  #:parameters `((scheme-file-regexp "\\.(scm|sls)$") ,@%parameters)
                  #:arguments '(name source source-directory scheme-file-regexp not-compiled-file-regexp
                                compile-flags phases system outputs inputs search-paths)
                  #:options '(#:target #f)))

(define guile-cross-build
  (cross-builder 'guile-cross-build
                 #:documentation "Compile and install the modules of SOURCE for TARGET."
                 #:procedure 'guile-build
                 #:imported-modules %guile-build-system-modules
                 #:modules %scope
                 #:variables '(%outputs)
                 #:parameters %parameters
                 #:arguments '(source system target outputs source-directory not-compiled-file-regexp
                               compile-flags inputs native-inputs search-paths native-search-paths
                               (make-dynamic-linker-cache? constant #f) phases)))

(define (unpacking-tools arguments)
  "Return the implicit inputs: what unpacks sources, and locales.  Guile is the package's own business, so that
variants for other versions of Guile are a matter of inputs."
  (if (keyword-argument arguments #:implicit-inputs? (const #t))
      (let ((standard ((standard-inputs))))
        (filter-map (lambda (label) (assoc label standard))
                    '("tar" "gzip" "bzip2" "xz" "locales")))
      '()))

(define guile-build-system
  (build-system
    (name 'guile)
    (description "The build system for simple Guile packages")
    (lower (lowering guile-build
                     #:cross guile-cross-build
                     #:cross-library? #f
                     #:private '(#:target #:implicit-inputs?)
                     #:host-inputs '(inputs)
                     #:build-inputs (list 'source 'native-inputs unpacking-tools)))))
