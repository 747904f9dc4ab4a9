;;; Commentary:
;;;
;;; Package managers.  The source is the one that Debian keeps, whose address does not change.
;;;
;;; Code:

(define-module (gnu packages package-management)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages guile)
  #:use-module (gnu packages pkg-config)
  #:use-module ((guix licenses) #:prefix license:))

(define-public guix
  (package
    (name "guix")
    (version "1.4.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/guix/guix_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "197q94hppfkv2d3pxg3a9i4k6b0mpb0liyn1k920bvrjyv5nkis3"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags #~(list "--localstatedir=/var" "--sysconfdir=/etc")))
    (native-inputs (list guile-3.0 pkgconf))
    (synopsis "Functional package manager")
    (description "Guix builds, installs and removes packages as pure functions of what they are made from.")
    (home-page "https://guix.gnu.org/")
    (license license:gpl3+)))
