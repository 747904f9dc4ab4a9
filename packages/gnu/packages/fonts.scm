;;; Commentary:
;;;
;;; Fonts.
;;;
;;; Code:

(define-module (gnu packages fonts)
  #:use-module (guix build-system font)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages base)
  #:use-module ((guix licenses) #:prefix license:))

(define-public font-dejavu
  (package
    (name "font-dejavu")
    (version "2.37")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/f/fonts-dejavu/fonts-dejavu-core_" version "-6_all.deb"))
              (file-name (string-append name "-" version ".deb"))
              (sha256
               (base32 "0xmv4b5g62r43r738sf3hfnhzmxpvpc3k3icd1bdrd5aa6g6d4l8"))))
    (build-system font-build-system)
    (arguments
     (list #:phases
           #~(modify-phases %standard-phases
               (replace 'unpack
                 (lambda* (#:key source #:allow-other-keys)
                   (invoke "ar" "x" source)
                   (invoke "tar" "xf" "data.tar.xz")
                   (chdir "usr"))))))
    (native-inputs (list binutils))     ;ar
    (synopsis "Vera font family derivate with additional characters")
    (description "DejaVu is a family of fonts for many scripts, with and without serifs and of fixed width.")
    (home-page "https://dejavu-fonts.github.io/")
    (license license:x11)))
