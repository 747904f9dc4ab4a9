;;; Commentary:
;;;
;;; The programs that make configure scripts and makefiles.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages autotools)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages m4)
  #:use-module (gnu packages perl)
  #:use-module ((guix licenses) #:prefix license:))

(define-public autoconf
  (package
    (name "autoconf")
    (version "2.71")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/a/autoconf/autoconf_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "071ayjz4m7ca5ci8cmh1h0z11093ahn09sa1rc9yyagm1fnpa423"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f))                     ;they take longer than the build
    (native-inputs (list perl m4))
    (inputs (list bash perl m4))
    (synopsis "Maker of configure scripts")
    (description "Autoconf makes scripts that find out what a system has.")
    (home-page "https://www.gnu.org/software/autoconf/")
    (license license:gpl3+)))

(define-public automake
  (package
    (name "automake")
    (version "1.16.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/a/automake-1.16/automake-1.16_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0sdl32qxdy7m06iggmkkvf7j520rmmgbsjzbm7fgnxwxdp6mh7gh"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f))                     ;they take longer than the build
    (native-inputs (list autoconf perl))
    (inputs (list autoconf bash perl))
    (native-search-paths
     (list (search-path-specification
            (variable "ACLOCAL_PATH")
            (files '("share/aclocal")))))
    (synopsis "Maker of makefiles")
    (description "Automake makes portable makefiles of short descriptions.")
    (home-page "https://www.gnu.org/software/automake/")
    (license license:gpl2+)))

(define-public libtool
  (package
    (name "libtool")
    (version "2.4.7")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libt/libtool/libtool_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "12hjax5wcqv4vbxpzy9yfbjjrvbh6hb3zbgfgj80icir0hkpwqyx"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f))                     ;they take longer than the build
    (native-inputs (list m4))
    (propagated-inputs (list m4))
    (native-search-paths
     (list (search-path-specification
            (variable "ACLOCAL_PATH")
            (files '("share/aclocal")))))
    (synopsis "Building of shared libraries")
    (description "Libtool hides how shared libraries are made on various systems.")
    (home-page "https://www.gnu.org/software/libtool/")
    (license license:gpl3+)))
