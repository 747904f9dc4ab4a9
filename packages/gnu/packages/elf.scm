;;; Commentary:
;;;
;;; Programs that read and change executables.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages elf)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public patchelf
  (package
    (name "patchelf")
    (version "0.14.3")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/patchelf/patchelf_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1fskr0bk6rkylwqqb4qa03glx8l0g5ipm5hdrbqi75662jlqqyl2"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they want Automake
           #:phases
           #~(modify-phases %standard-phases
               ;; One file, whose build description would have to be made first.
               (delete 'bootstrap)
               (delete 'configure)
               (replace 'build
                 (lambda _
                   (invoke "g++" "-std=c++17" "-O2" "-D_FILE_OFFSET_BITS=64"
                           (string-append "-DPACKAGE_STRING=\"patchelf " #$(package-version this-package) "\"")
                           "-o" "patchelf" "src/patchelf.cc")))
               (replace 'install
                 (lambda _
                   (install-file "patchelf" (string-append #$output "/bin")))))))
    (synopsis "Changes where executables look for libraries")
    (description "PatchELF changes the dynamic linker and the search path that executables have been linked with.")
    (home-page "https://nixos.org/patchelf.html")
    (license license:gpl3+)))

(define-public elfutils
  (relocated-package
   "elfutils" "0.188"
   '(libelf-dev libelf1 zlib1g zlib1g-dev)
   #:synopsis "Library that reads and writes ELF files"
   #:description "Libelf reads and writes the files of the format ELF: programs, libraries and objects."
   #:home-page "https://sourceware.org/elfutils/"
   #:license (list license:gpl2+ license:lgpl3+)))
