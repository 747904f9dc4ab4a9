;;; Commentary:
;;;
;;; Strings of Unicode.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages libunistring)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libunistring
  (package
    (name "libunistring")
    (version "1.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libu/libunistring/libunistring_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0h97qx3c4970wvh25g51sjgz54xn37lrfy95dg97xmvmkys5basv"))))
    (build-system gnu-build-system)
    (arguments (list #:tests? #f))
    (synopsis "Library for strings of Unicode")
    (description "Libunistring has functions for strings of Unicode and for their properties, for programs in C.")
    (home-page "https://www.gnu.org/software/libunistring/")
    (license license:lgpl3+)))
