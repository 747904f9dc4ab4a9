;;; Commentary:
;;;
;;; Images.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages image)
  #:use-module (guix build-system cmake)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages compression)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libpng
  (package
    (name "libpng")
    (version "1.6.39")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libp/libpng1.6/libpng1.6_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0hflh3ij120bj5s5x8rn3fkswlgqjy9jkf9d43j8chb65wprs3m0"))))
    (build-system gnu-build-system)
    (arguments
     '(#:configure-flags '("--disable-static")))
    (propagated-inputs (list zlib))
    (synopsis "Images in the format PNG")
    (description "This library reads and writes images in the format PNG.")
    (home-page "http://www.libpng.org/pub/png/libpng.html")
    (license license:zlib)))

(define-public libjpeg-turbo
  (package
    (name "libjpeg-turbo")
    (version "2.1.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libj/libjpeg-turbo/libjpeg-turbo_" version
                                  ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0z5zq5hyq4h309hrajahq7fil634chy168sifzp9yc2fn113ckr5"))))
    (build-system cmake-build-system)
    (arguments
     '(#:tests? #f                       ;they take longer than the build
       ;; NASM is not there.  Directories without a type would be taken relative to the build's.
       #:configure-flags '("-DENABLE_STATIC=OFF" "-DWITH_SIMD=OFF" "-DCMAKE_INSTALL_LIBDIR:PATH=lib")))
    (synopsis "Images in the format JPEG")
    (description "This library reads and writes images in the format JPEG.")
    (home-page "https://libjpeg-turbo.org/")
    (license (list license:bsd-3 license:ijg))))

(define-public libtiff
  (package
    (name "libtiff")
    (version "4.5.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/t/tiff/tiff_" version ".orig.tar.bz2"))
              (file-name (string-append name "-" version ".tar.bz2"))
              (sha256
               (base32 "02l83y53i916vplms6bl7k6dk501zir9bwz7vvalhfd3vvbl73v3"))))
    (build-system gnu-build-system)
    (arguments
     '(#:configure-flags '("--disable-static")))
    (inputs (list libjpeg-turbo zlib))
    (synopsis "Images in the format TIFF")
    (description "This library reads and writes images in the format TIFF.")
    (home-page "http://www.simplesystems.org/libtiff/")
    (license license:bsd-3)))
