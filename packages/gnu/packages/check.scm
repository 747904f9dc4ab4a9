;;; Commentary:
;;;
;;; Testing of programs.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages check)
  #:use-module (guix build-system cmake)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public googletest
  (package
    (name "googletest")
    (version "1.12.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/googletest/googletest_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1whdbpj1074dljz7sfbyjqcrwxg6svjch2fvvya7rgg9g3jlz5l1"))))
    (build-system cmake-build-system)
    (arguments
     '(#:tests? #f                       ;they want Python
       #:configure-flags '("-DBUILD_SHARED_LIBS=ON")))
    (synopsis "Tests for C++")
    (description "GoogleTest runs tests of programs in C++, with expectations and stand-ins for objects.")
    (home-page "https://github.com/google/googletest/")
    (license license:bsd-3)))
