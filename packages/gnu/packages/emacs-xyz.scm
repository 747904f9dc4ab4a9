;;; Commentary:
;;;
;;; Packages for Emacs.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages emacs-xyz)
  #:use-module (guix build-system emacs)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public emacs-popup
  (package
    (name "emacs-popup")
    (version "0.5.8")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/popup-el/popup-el_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "09j1h0rylqj70701335smxq99k1hi3v9cg7h6sdcimpsrp2p7q1x"))))
    (build-system emacs-build-system)
    (synopsis "Menus and tips over the text")
    (description "Popup shows menus and tips beside the cursor, on terminals too.")
    (home-page "https://github.com/auto-complete/popup-el")
    (license license:gpl3+)))
