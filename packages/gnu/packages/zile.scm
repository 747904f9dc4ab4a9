;;; Commentary:
;;;
;;; The small editor.
;;;
;;; Code:

(define-module (gnu packages zile)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages perl)
  #:use-module (gnu packages pkg-config)
  #:use-module ((guix licenses) #:prefix license:))

(define-public zile
  (package
    (name "zile")
    (version "2.6.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://gnu/zile/zile-" version ".tar.gz"))
              (sha256
               (base32 "0hf788zadmwx0xp1dhrgqcfvhwnarh6h9b51va4dr2y9yfppvsvp"))))
    (build-system gnu-build-system)
    (arguments (list #:tests? #f))
    (native-inputs (list perl pkgconf))
    (inputs (list ncurses))
    (synopsis "Small editor with the keys of Emacs")
    (description "Zile is a small and quick text editor for terminals with the keys of Emacs.")
    (home-page "https://www.gnu.org/software/zile/")
    (license license:gpl3+)))
