;;; Commentary:
;;;
;;; Formatting of text.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages pretty-print)
  #:use-module (guix build-system cmake)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public fmt
  (package
    (name "fmt")
    (version "9.1.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/f/fmtlib/fmtlib_" version "+ds1.orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "10rm8s0zq2v4fhjghcn0m9f14w39xkf6jy8k6lwqdag31cnirkl4"))))
    (build-system cmake-build-system)
    (arguments
     '(#:tests? #f                      ;Debian's archive is without GoogleTest
       #:configure-flags '("-DBUILD_SHARED_LIBS=ON" "-DFMT_TEST=OFF" "-DFMT_DOC=OFF")))
    (synopsis "Formatting for C++")
    (description "Fmt formats text in C++ safely and fast, with format strings as in Python.")
    (home-page "https://fmt.dev")
    (license license:bsd-2)))
