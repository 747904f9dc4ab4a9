;;; Commentary:
;;;
;;; Phases of packages that CMake configures: those of the GNU build system, in a directory of their own.
;;; Interface: (guix build cmake-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build cmake-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            cmake-build))

(define (setting name value)
  "Return the option that sets CMake's variable NAME to VALUE."
  (string-append "-D" name "=" value))

(define (cross-settings target)
  "Return the options that make CMake build for TARGET, a GNU triplet."
  (list (setting "CMAKE_C_COMPILER" (string-append target "-gcc"))
        (setting "CMAKE_CXX_COMPILER" (string-append target "-g++"))
        (setting "CMAKE_SYSTEM_NAME"
                 (if (string-contains target "mingw") "Windows" "Linux"))))

(define* (configure #:key outputs (configure-flags '()) (out-of-source? #t) build-type target
                    #:allow-other-keys)
  "Run CMake, in the directory \"build\" beside the sources if OUT-OF-SOURCE? is true."
  (let* ((out (assoc-ref outputs "out"))
         (source (getcwd))
         (relative (if out-of-source?
                       (string-append "../" (basename source))
                       ".")))
    (format #t "source directory: ~s (relative from build: ~s)~%" source relative)
    (when out-of-source?
      (mkdir "../build")
      (chdir "../build"))
    (format #t "build directory: ~s~%" (getcwd))
    (let ((arguments
           (append (list relative)
                   (if build-type
                       (list (setting "CMAKE_BUILD_TYPE" build-type))
                       '())
                   (list (setting "CMAKE_INSTALL_PREFIX" out)
                         ;; Not lib64.
                         (setting "CMAKE_INSTALL_LIBDIR" "lib")
                         ;; Binaries find the libraries they are linked with, and the package's own.
                         (setting "CMAKE_INSTALL_RPATH_USE_LINK_PATH" "TRUE")
                         (setting "CMAKE_INSTALL_RPATH" (string-append out "/lib"))
                         (setting "CMAKE_VERBOSE_MAKEFILE" "ON"))
                   (if target (cross-settings target) '())
                   configure-flags)))
      (format #t "running 'cmake' with arguments ~s~%" arguments)
      (apply invoke "cmake" arguments))))

(define* (check #:key (tests? #t) (parallel-tests? #t) (test-target "test")
                #:allow-other-keys)
  "Run the tests; CTest shows what a failing one printed."
  (setenv "CTEST_OUTPUT_ON_FAILURE" "1")
  ((assq-ref gnu:%standard-phases 'check)
   #:tests? tests? #:test-target test-target #:parallel-tests? parallel-tests?))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'check check)
    (replace 'configure configure)))

(define* (cmake-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
