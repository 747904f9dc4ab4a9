;;; Commentary:
;;;
;;; The implicit inputs of builds: what "./configure && make" needs.  They start as items of the seed and are to be
;;; replaced, package by package, by what the collection built itself.
;;;
;;; Code:

(define-module (gnu packages commencement)
  #:use-module (guix build-system trivial)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages base)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages file)
  #:use-module (gnu packages gawk)
  #:use-module (gnu packages gcc)
  #:export (guile-final
            make-gcc-toolchain
            %final-inputs))

(define guile-final %bootstrap-guile)

(define %final-inputs
  ;; The list of (LABEL PACKAGE) of the implicit inputs.
  `(("tar" ,tar)
    ("gzip" ,gzip)
    ("bzip2" ,bzip2)
    ("file" ,file)
    ("diffutils" ,diffutils)
    ("patch" ,patch)
    ("findutils" ,findutils)
    ("gawk" ,gawk)
    ("sed" ,sed)
    ("grep" ,grep)
    ("xz" ,xz)
    ("coreutils" ,coreutils)
    ("make" ,gnu-make)
    ("bash" ,bash)
    ("ld-wrapper" ,ld-wrapper)
    ("binutils" ,binutils)
    ("gcc" ,gcc)
    ("libc" ,glibc)))

(define* (make-gcc-toolchain gcc #:optional (libc glibc))
  "Return the package of all that makes programs from C with GCC and LIBC, for environments and profiles."
  (package
    (name (string-append (package-name gcc) "-toolchain"))
    (version (package-version gcc))
    (source #f)
    (build-system trivial-build-system)
    (outputs '("out" "static"))
    (arguments
     (list #:modules '((guix build utils) (guix build union))
           #:builder
           #~(begin
               (use-modules (guix build utils) (guix build union))
               (union-build #$output
                            ;; The wrapper of the linker comes before the linker.
                            (list #+ld-wrapper #+gcc #+binutils #+libc)
                            #:log-port (%make-void-port "w")
                            #:resolve-collision car)
               (let ((directory (string-append #$output:static "/lib")))
                 (mkdir-p directory)
                 (for-each (lambda (archive)
                             (symlink archive (string-append directory "/" (basename archive))))
                           (find-files #+(file-append libc "/lib") "\\.a$"))))))
    (native-search-paths (package-native-search-paths gcc))
    (supported-systems (package-supported-systems gcc))
    (synopsis "Complete GCC tool chain for C and C++ development")
    (description
     "This package has what makes programs from C and C++: compiler, linker and C library with their headers.")
    (home-page "https://gcc.gnu.org/")
    (license (package-license gcc))))

(define-public gcc-toolchain
  (make-gcc-toolchain gcc))
