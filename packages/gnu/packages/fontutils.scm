;;; Commentary:
;;;
;;; Fonts.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages fontutils)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages image)
  #:use-module (gnu packages pkg-config)
  #:use-module ((guix licenses) #:prefix license:))

(define-public freetype
  (package
    (name "freetype")
    (version "2.12.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/f/freetype/freetype_" version "+dfsg.orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1ldhh2w9wlmlpp2f3j2yd0z7aap4ilxsh556msfmacgkmnwvdvbx"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;there are none
       #:configure-flags '("--disable-static" "--enable-freetype-config")))
    (native-inputs (list pkg-config))
    (propagated-inputs (list libpng zlib))
    (synopsis "Fonts as outlines and bitmaps")
    (description "FreeType reads fonts and draws their characters.")
    (home-page "https://www.freetype.org/")
    (license license:freetype)))
