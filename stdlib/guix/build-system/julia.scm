;;; Commentary:
;;;
;;; The build system of Julia packages.  The phases are in (guix build julia-build-system).
;;; Interface: (guix build-system julia) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system julia)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%julia-build-system-modules
            julia-build
            julia-build-system))

(define %julia-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build julia-build-system)
    ,@%gnu-build-system-modules))

(define julia-build
  (native-builder 'julia-build
                  #:documentation "Build SOURCE with Julia and INPUTS."
                  #:imported-modules %julia-build-system-modules
                  #:modules '((guix build julia-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((tests? #t) (parallel-tests? #t)
                                 julia-package-name julia-package-uuid
                                 (julia-package-dependencies '()))
                  #:arguments '(name source system tests? parallel-tests? phases outputs search-paths inputs
                                julia-package-name julia-package-uuid julia-package-dependencies)))

(define julia-build-system
  (build-system
    (name 'julia)
    (description "The build system for Julia packages")
    (lower (lowering julia-build
                     #:tools `(("julia" #:julia ,(collection-variable '(gnu packages julia) 'julia)))))))
