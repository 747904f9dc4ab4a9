;;; Commentary:
;;;
;;; The build system of packages that SCons builds.  The phases are in (guix build scons-build-system).
;;; Interface: (guix build-system scons) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system scons)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:export (%scons-build-system-modules
            scons-build
            scons-build-system))

(define %scons-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build scons-build-system)
    ,@%gnu-build-system-modules))

(define scons-build
  (native-builder 'scons-build
                  #:documentation "Build SOURCE, which has an `SConstruct', with SCons and INPUTS."
                  #:imported-modules %scons-build-system-modules
                  #:modules '((guix build scons-build-system)
                              (guix build utils))
                  #:parameters `((tests? #t)
                                 (scons-flags '())
                                 (build-targets ,#~'())
                                 (test-target "test")
                                 (install-targets ,#~'("install")))
                  #:arguments '(name source (scons-flags code) system build-targets test-target tests?
                                install-targets (phases code) outputs inputs search-paths)
                  #:options '(#:target #f)))

(define scons-build-system
  (build-system
    (name 'scons)
    (description "The standard SCons build system")
    (lower (lowering scons-build
                     #:tools `(("scons" #:scons ,(collection-variable '(gnu packages build-tools) 'scons)))))))
