;;; Commentary:
;;;
;;; The pager.  Its source is the one that Debian keeps, whose address does not change.
;;;
;;; Code:

(define-module (gnu packages less)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages ncurses)
  #:use-module ((guix licenses) #:prefix license:))

(define-public less
  (package
    (name "less")
    (version "590")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/l/less/less_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "044fl3izmsi8n1vqzsqdp65q0qyyn5kmsg4sk7id0mxzx15zbbba"))))
    (build-system gnu-build-system)
    (inputs (list ncurses))
    (synopsis "Reading text page by page")
    (description "Less shows a text on a terminal page by page, forwards and backwards, and searches it.")
    (home-page "https://www.greenwoodsoftware.com/less/")
    (license license:gpl3+)))
