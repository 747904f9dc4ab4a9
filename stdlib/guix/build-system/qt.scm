;;; Commentary:
;;;
;;; The CMake build system with one more phase, which wraps programs that use Qt so that they find plug-ins and QML modules.
;;; The phases are in (guix build qt-build-system).
;;; Interface: (guix build-system qt) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system qt)
  #:use-module ((guix build qt-utils) #:select (%qt-wrap-excluded-inputs))
  #:use-module (guix build-system)
  #:use-module (guix build-system cmake)
  #:use-module (guix build-system declarative)
  #:use-module (guix gexp)
  #:export (%qt-build-system-modules
            qt-build
            qt-build-system))

(define %qt-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build qt-build-system)
    (guix build qt-utils)
    ,@%cmake-build-system-modules))

(define %scope
  '((guix build qt-build-system)
    (guix build utils)))

(define default-qtbase
  (collection-variable '(gnu packages qt) 'qtbase-5))

(define %parameters
  `((qtbase => ,(lambda (ref) (default-qtbase)))
    (configure-flags '()) (make-flags '())
    (out-of-source? #t)
    (build-type "RelWithDebInfo")
    (test-target "test")
    (parallel-build? #t) (parallel-tests? #f)
    (validate-runpath? #t) (patch-shebangs? #t)
    (strip-binaries? #t)
    (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))))

(define (native-qtbase ref)
  (list #~#+(ref 'qtbase)))

(define qt-build
  (native-builder 'qt-build
                  #:documentation "Build SOURCE with CMake, QTBASE and INPUTS, then wrap its programs."
                  #:imported-modules %qt-build-system-modules
                  #:modules %scope
                  #:variables? #f
                  #:parameters `((tests? #t)
                                 (strip-flags '("--strip-debug"))
                                 (qt-wrap-excluded-outputs '())
                                 (qt-wrap-excluded-inputs ,%qt-wrap-excluded-inputs)
                                 ,@%parameters)
                  #:arguments `(source system outputs inputs search-paths (phases code)
                                (qtbase . ,native-qtbase)
                                qt-wrap-excluded-outputs qt-wrap-excluded-inputs configure-flags make-flags
                                out-of-source? build-type tests? test-target parallel-build? parallel-tests?
                                validate-runpath? patch-shebangs? strip-binaries? strip-flags
                                strip-directories)
                  #:options '(#:graft? #f)))

(define qt-cross-build
  (cross-builder 'qt-cross-build
                 #:documentation "Build SOURCE for TARGET with CMake, QTBASE and inputs for it."
                 #:procedure 'qt-build
                 #:imported-modules %qt-build-system-modules
                 #:modules %scope
                 #:variables '(%outputs)
                 #:parameters `((tests? #f)
                                (build => ,build-triplet)
                                (strip-flags '("--strip-debug" "--enable-deterministic-archives"))
                                ,@%parameters)
                 #:arguments `(source system build target outputs inputs native-inputs
                               search-paths native-search-paths phases
                               (qtbase . ,native-qtbase)
                               configure-flags make-flags out-of-source? build-type tests? test-target
                               parallel-build? parallel-tests? validate-runpath? patch-shebangs?
                               (make-dynamic-linker-cache? constant #f)
                               strip-binaries? strip-flags strip-directories)
                 #:cross-options? #f
                 #:options '(#:graft? #f)))

(define qt-build-system
  (build-system
    (name 'qt)
    (description
     "The CMake build system augmented with definition of suitable environment
variables for Qt and KDE in program wrappers.")
    (lower (lowering qt-build
                     #:cross qt-cross-build
                     #:tools `(("cmake" #:cmake ,(collection-variable '(gnu packages cmake) 'cmake-minimal)))
                     #:private '(#:outputs)
                     #:build-inputs
                     (list 'source 'tools
                           ;; Not one of the tools: the argument reaches the phases as well.
                           (lambda (arguments)
                             `(("qtbase" ,(keyword-argument arguments #:qtbase default-qtbase))))
                           'native-inputs 'cross-toolchain 'standard)
                     #:host-inputs '(inputs)))))
