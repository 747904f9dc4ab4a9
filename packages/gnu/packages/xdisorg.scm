;;; Commentary:
;;;
;;; Drawing.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages xdisorg)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages pkg-config)
  #:use-module ((guix licenses) #:prefix license:))

(define-public pixman
  (package
    (name "pixman")
    (version "0.42.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/pixman/pixman_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0pk298iqxqr64vk3z6nhjwr6vjg1971zfrjkqy5r9zd2mppq057a"))))
    (build-system gnu-build-system)
    (native-inputs (list pkgconf))
    (synopsis "Drawing of pixels")
    (description
     "Pixman combines images and draws trapezoids, pixel by pixel, as fast as the processor allows.")
    (home-page "http://www.pixman.org/")
    (license license:x11)))
