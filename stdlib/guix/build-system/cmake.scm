;;; Commentary:
;;;
;;; The build system of packages that CMake configures.  The phases are in (guix build cmake-build-system).
;;; Interface: (guix build-system cmake) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system cmake)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%cmake-build-system-modules
            cmake-build
            cmake-build-system))

(define %cmake-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build cmake-build-system)
    ,@%gnu-build-system-modules))

(define %cmake-scope
  ;; Build-side modules that the builder uses.
  '((guix build cmake-build-system)
    (guix build utils)))

(define %parameters
  '((configure-flags '()) (make-flags '())
    (out-of-source? #t)
    (build-type "RelWithDebInfo")
    (test-target "test")
    (parallel-build? #t) (parallel-tests? #t)
    (validate-runpath? #t) (patch-shebangs? #t)
    (strip-binaries? #t)
    (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))
    (substitutable? #t)))

(define cmake-build
  (native-builder 'cmake-build
                  #:documentation "Build SOURCE, which has a `CMakeLists.txt', with CMake and INPUTS."
                  #:imported-modules %cmake-build-system-modules
                  #:modules %cmake-scope
                  #:parameters `((tests? #t)
                                 (strip-flags '("--strip-debug"))
                                 ,@%parameters)
                  #:arguments '(source system outputs inputs search-paths
                                (phases code) (configure-flags code)
                                make-flags out-of-source? build-type tests? test-target
                                parallel-build? parallel-tests? validate-runpath?
                                patch-shebangs? strip-binaries? (strip-flags code)
                                (strip-directories code))
                  #:options '(#:target #f #:graft? #f)
                  #:forwarded '(substitutable?)))

(define cmake-cross-build
  (cross-builder 'cmake-cross-build
                 #:documentation "Build SOURCE for TARGET, a GNU triplet, with CMake and inputs for it."
                 #:procedure 'cmake-build
                 #:imported-modules %cmake-build-system-modules
                 #:modules %cmake-scope
                 ;; What was built cannot run here.
                 #:parameters `((tests? #f)
                                (build => ,build-triplet)
                                (strip-flags '("--strip-debug" "--enable-deterministic-archives"))
                                ,@%parameters)
                 #:arguments '(source system build target outputs inputs native-inputs
                               search-paths native-search-paths phases configure-flags
                               make-flags out-of-source? build-type tests? test-target
                               parallel-build? parallel-tests? validate-runpath?
                               patch-shebangs? (make-dynamic-linker-cache? constant #f)
                               strip-binaries? strip-flags strip-directories)
                 #:options '(#:graft? #f)
                 #:forwarded '(substitutable?)))

(define (default-cmake arguments)
  "Return the CMake that `lower' adds for ARGUMENTS: another one when cross-compiling."
  (let ((cmake (collection-variable '(gnu packages cmake)
                                    (if (keyword-argument arguments #:target)
                                        'cmake-minimal-cross
                                        'cmake-minimal))))
    `(("cmake" ,(keyword-argument arguments #:cmake cmake)))))

(define cmake-build-system
  (build-system
    (name 'cmake)
    (description "The standard CMake build system")
    (lower (lowering cmake-build
                     #:cross cmake-cross-build
                     #:private '(#:cmake)
                     #:build-inputs (list 'source default-cmake 'native-inputs 'inputs/native
                                          'cross-toolchain 'standard)
                     #:host-inputs '(inputs/cross)))))
