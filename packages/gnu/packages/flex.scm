;;; Commentary:
;;;
;;; Scanner generators.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages flex)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages bison)
  #:use-module (gnu packages m4)
  #:use-module ((guix licenses) #:prefix license:))

(define-public flex
  (package
    (name "flex")
    (version "2.6.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/f/flex/flex_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "15g9bv236nzi665p9ggqjlfn4dwck5835vf0bbw2cz7h5c1swyp8"))))
    (build-system gnu-build-system)
    (native-inputs (list bison m4))
    (synopsis "Scanner generator")
    (description
     "Flex turns pairs of regular expressions and actions into a program in C that finds them in its
input.")
    (home-page "https://github.com/westes/flex")
    (license (license:non-copyleft "file://COPYING"))))
