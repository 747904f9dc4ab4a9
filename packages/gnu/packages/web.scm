;;; Commentary:
;;;
;;; Formats and protocols of the web.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages web)
  #:use-module (guix build-system cmake)
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

(define-public jansson
  (package
    (name "jansson")
    (version "2.14")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/j/jansson/jansson_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0yyiam681yj7pg07x312y5w1r4pyvkd2z6nva83slr5pys5mfff7"))))
    (build-system cmake-build-system)
    (arguments
     '(#:configure-flags '("-DJANSSON_BUILD_SHARED_LIBS=ON" "-DJANSSON_BUILD_DOCS=OFF")))
    (synopsis "JSON in C")
    (description "Jansson reads, writes and changes JSON in C.")
    (home-page "https://github.com/akheron/jansson")
    (license license:expat)))

(define-public json-c
  (package
    (name "json-c")
    (version "0.16")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/j/json-c/json-c_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "11a1j18v48mqbi4lxixbfd0890yrsxh9x7w1c890p9lrzpgyxjiy"))))
    (build-system cmake-build-system)
    (synopsis "JSON in C, with counted references")
    (description "JSON-C builds objects of JSON in C, and turns them into text and back.")
    (home-page "https://github.com/json-c/json-c/wiki")
    (license license:x11)))

(define-public libyaml
  (package
    (name "libyaml")
    (version "0.2.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/liby/libyaml/libyaml_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0bmzv6z6674j6g7zsaj2is0nr4qlsl1da1l0i7rm7q1b4szhs97s"))))
    (build-system cmake-build-system)
    (arguments
     '(#:configure-flags '("-DBUILD_SHARED_LIBS=ON")))
    (synopsis "YAML in C")
    (description "LibYAML reads and writes YAML piece by piece.")
    (home-page "https://pyyaml.org/wiki/LibYAML")
    (license license:expat)))
