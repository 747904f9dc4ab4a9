;;; Commentary:
;;;
;;; Parser generators.
;;;
;;; Code:

(define-module (gnu packages bison)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages m4)
  #:use-module (gnu packages perl)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bison
  (package
    (name "bison")
    (version "3.7.6")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://gnu/bison/bison-" version ".tar.xz"))
              (sha256
               (base32 "1kzkxrd3z4262k2sbxmyh9k5g5r2lakw0gv44l2hb4i1wbhqrmk7"))))
    (build-system gnu-build-system)
    (native-inputs (list m4 perl))
    (synopsis "Parser generator")
    (description
     "Bison turns the description of a context-free grammar into a program in C or C++ that parses
text of that grammar.")
    (home-page "https://www.gnu.org/software/bison/")
    (license license:gpl3+)))
