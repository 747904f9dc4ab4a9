;;; Commentary:
;;;
;;; Reading lines.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages readline)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages ncurses)
  #:use-module ((guix licenses) #:prefix license:))

(define-public readline
  (package
    (name "readline")
    (version "8.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/r/readline/readline_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0dbw02ai0z8x6d9s14pl0hnaa2g1kdxnv8qqra1fx13ay5qp3srz"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;there are none
           #:configure-flags #~'("--disable-static")
           ;; Its library names the one that it uses.
           #:make-flags #~'("SHLIB_LIBS=-lncursesw")))
    (propagated-inputs (list ncurses))
    (synopsis "Editing of command lines")
    (description "Readline lets users edit what they type to a program, and have earlier lines back.")
    (home-page "https://tiswww.case.edu/php/chet/readline/rltop.html")
    (license license:gpl3+)))
