;;; Commentary:
;;;
;;; The build system of D packages that DUB builds.  The phases are in (guix build dub-build-system).
;;; Interface: (guix build-system dub) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system dub)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (dub-build-system))

(define %dub-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build dub-build-system)
    (guix build syscalls)
    ,@%gnu-build-system-modules))

(define dub-build
  (native-builder 'dub-build
                  #:documentation "Build SOURCE with DUB and INPUTS."
                  #:imported-modules %dub-build-system-modules
                  #:modules '((guix build dub-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((tests? #t)
                                 test-target
                                 (dub-build-flags '()))
                  #:arguments '(name source system test-target dub-build-flags tests? phases outputs
                                search-paths inputs)))

(define dub-build-system
  (build-system
    (name 'dub)
    (description "DUB build system, to build D packages")
    (lower (lowering dub-build
                     #:tools `(("ldc" #:ldc ,(collection-variable '(gnu packages dlang) 'ldc))
                               ("dub" #:dub ,(collection-variable '(gnu packages dlang) 'dub))
                               ;; The D compiler does not work with the default linker.
                               ("ld-gold-wrapper" #:ld-gold-wrapper
                                ,(collection-variable '(gnu packages commencement) 'ld-gold-wrapper)))
                     #:private '(#:pkg-config #:outputs)))))
