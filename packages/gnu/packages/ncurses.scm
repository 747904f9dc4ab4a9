;;; Commentary:
;;;
;;; Text terminals.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages ncurses)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ncurses
  (package
    (name "ncurses")
    (version "6.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/n/ncurses/ncurses_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0nc14knjp080h6n06dpwnhmn68azqz290qhbydrm0z68k8yjhcb9"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags
           #~(list "--with-shared" "--enable-widec" "--enable-pc-files" "--without-debug" "--without-ada"
                   (string-append "--with-pkg-config-libdir=" #$output "/lib/pkgconfig")
                   (string-append "LDFLAGS=-Wl,-rpath=" #$output "/lib"))))
    (synopsis "Library for text windows on terminals")
    (description
     "Ncurses draws windows and menus on text terminals and reads keys from them, whatever the terminal.")
    (home-page "https://www.gnu.org/software/ncurses/")
    (license license:x11)))
