;;; Commentary:
;;;
;;; Formats and protocols of the web.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages web)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libyajl
  (package
    (name "libyajl")
    (version "2.1.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/y/yajl/yajl_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0nmcqpaiq4pv7dymyg3n3jsd57yhp5npxl26a1hzw3m3lmj37drz"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases
           ;; Its own procedure needs CMake, for nine files of C.
           #~(modify-phases %standard-phases
               (replace 'configure
                 (lambda _
                   (mkdir-p "include/yajl")
                   (for-each (lambda (file)
                               (install-file file "include/yajl"))
                             (find-files "src/api" "\\.h$"))
                   (copy-file "src/api/yajl_version.h.cmake" "include/yajl/yajl_version.h")
                   (substitute* "include/yajl/yajl_version.h"
                     (("\\$\\{YAJL_MAJOR\\}") "2")
                     (("\\$\\{YAJL_MINOR\\}") "1")
                     (("\\$\\{YAJL_MICRO\\}") "0"))))
               (replace 'build
                 (lambda _
                   (apply invoke "gcc" "-O2" "-fPIC" "-shared" "-Iinclude" "-Wl,-soname,libyajl.so.2"
                          "-o" "libyajl.so.2" (find-files "src" "\\.c$"))))
               (replace 'install
                 (lambda _
                   (let ((lib (string-append #$output "/lib")))
                     (install-file "libyajl.so.2" lib)
                     (symlink "libyajl.so.2" (string-append lib "/libyajl.so"))
                     (copy-recursively "include" (string-append #$output "/include"))))))))
    (synopsis "JSON parser for streams")
    (description
     "Yajl reads and writes JSON piece by piece, in C.")
    (home-page "https://lloyd.github.io/yajl/")
    (license license:isc)))
