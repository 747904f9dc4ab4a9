;;; Commentary:
;;;
;;; The build system of packages whose files are just copied: `#:install-plan' says which and where.
;;; The phases are in (guix build copy-build-system).
;;; Interface: (guix build-system copy) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system copy)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%copy-build-system-modules
            default-glibc
            lower
            copy-build
            copy-build-system))

(define %copy-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build copy-build-system)
    ,@%gnu-build-system-modules))

(define default-glibc
  ;; The C library of programs that are copied.
  (collection-variable '(gnu packages base) 'glibc))

(define copy-build
  (native-builder 'copy-build
                  #:documentation "Copy files of SOURCE as INSTALL-PLAN says, with INPUTS."
                  #:imported-modules %copy-build-system-modules
                  #:modules '((guix build copy-build-system)
                              (guix build utils))
                  #:parameters '((install-plan '(("." "./")))
                                 (phases (@ (guix build copy-build-system) %standard-phases))
                                 (out-of-source? #t)
                                 (validate-runpath? #t) (patch-shebangs? #t)
                                 (strip-binaries? #t)
                                 (strip-flags '("--strip-debug"))
                                 (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))
                                 target)
                  #:arguments '(source system outputs inputs (install-plan code) search-paths (phases code)
                                out-of-source? validate-runpath? patch-shebangs? strip-binaries?
                                (strip-flags code) (strip-directories code))
                  #:options '(#:target #f)))

(define lower
  ;; The files are the same for all targets.
  (lowering copy-build
            #:cross 'ignored
            #:build-inputs '(native-inputs)))

(define copy-build-system
  (build-system
    (name 'copy)
    (description "The standard copy build system")
    (lower lower)))
