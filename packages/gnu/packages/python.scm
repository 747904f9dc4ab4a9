;;; Commentary:
;;;
;;; Python, which build procedures are written in.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages python)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages tls)
  #:use-module ((guix licenses) #:prefix license:))

(define-public python
  (package
    (name "python")
    (version "3.11.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/python3.11/python3.11_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0jgqvgpkll99n20ykbi9ym3z4wyw39nzcca5mzfzrg2vv95wf494"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags #~(list "--enable-shared" "--without-ensurepip")))
    (native-inputs (list pkgconf))
    (inputs (list bzip2 openssl zlib))
    (native-search-paths
     (list (search-path-specification
            (variable "GUIX_PYTHONPATH")
            (files (list (string-append "lib/python" (version-major+minor version) "/site-packages"))))))
    (synopsis "High-level, dynamically typed language")
    (description
     "Python is an interpreted language with a large standard library.")
    (home-page "https://www.python.org/")
    (license license:psfl)))
