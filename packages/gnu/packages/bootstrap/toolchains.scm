;;; Commentary:
;;;
;;; Packages made of what another distribution has compiled.  Some compilers are written in their own language and can
;;; be had from a compiled one only; the collection takes theirs where the seed comes from.
;;;
;;; Code:

(define-module (gnu packages bootstrap toolchains)
  #:use-module (guix build-system gnu)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages bootstrap debian-binaries)
  #:export (relocated-package))

(define patchelf
  ;; Its module has packages made here too.
  (collection-variable '(gnu packages elf) 'patchelf))

(define* (relocated-package name version binaries
                            #:key
                            (outputs '("out"))
                            (library-directories ''("lib"))
                            (finish #~(const #t))
                            (inputs '()) (native-search-paths '())
                            synopsis description home-page license)
  "Return the package NAME at VERSION that is made of BINARIES, symbols that name binary packages of Debian.  Libraries are in
LIBRARY-DIRECTORIES of it.  FINISH, the code of a phase, is run on what was installed."
  (package
    (name name)
    (version version)
    (source #f)
    (build-system gnu-build-system)
    (outputs outputs)
    (arguments
     (list #:tests? #f
           #:strip-binaries? #f
           ;; Parts that nobody asks for, windows for one, name libraries that are not there.
           #:validate-runpath? #f
           #:imported-modules `((gnu build relocated-binaries)
                                ,@%gnu-build-system-modules)
           #:modules '((gnu build relocated-binaries)
                       (guix build gnu-build-system)
                       (guix build utils)
                       (ice-9 match)
                       (srfi srfi-1))
           #:phases
           #~(modify-phases %standard-phases
               (delete 'unpack)
               (delete 'bootstrap)
               (delete 'patch-usr-bin-file)
               (delete 'patch-source-shebangs)
               (delete 'configure)
               (delete 'patch-generated-file-shebangs)
               (delete 'build)
               (delete 'check)
               (replace 'install
                 (lambda* (#:key inputs outputs #:allow-other-keys)
                   (install-relocated '#$(debian-binaries binaries) (assoc-ref outputs "out")
                                      #:libc (assoc-ref inputs "libc")
                                      #:libraries (list #$(file-append %bootstrap-gcc-lib "/lib"))
                                      #:directories #$library-directories)))
               (add-after 'install 'finish #$finish)
               (delete 'make-dynamic-linker-cache))))
    (native-inputs (list (patchelf)))
    (inputs inputs)
    (native-search-paths native-search-paths)
    (supported-systems '("x86_64-linux"))
    (synopsis synopsis)
    (description description)
    (home-page home-page)
    (license license)))
