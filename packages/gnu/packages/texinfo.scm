;;; Commentary:
;;;
;;; Texinfo, which manuals are written in.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages texinfo)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages perl)
  #:use-module ((guix licenses) #:prefix license:))

(define-public texinfo
  (package
    (name "texinfo")
    (version "6.8")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/t/texinfo/texinfo_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1i7yb7mrp3inz25zbzv2pllr4y7d58v818f1as7iz8mw53nm7dwf"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           ;; Modules in C only make it faster.
           #:configure-flags '(list "--disable-perl-xs")))
    (inputs (list ncurses perl))
    (native-search-paths
     (list (search-path-specification
            (variable "INFOPATH")
            (files '("share/info")))))
    ;; Whoever has no reader of manuals need not wait for Perl to be built.
    (properties '((for-builders? . #f)))
    (synopsis "Documentation system of GNU")
    (description
     "Texinfo makes manuals for reading online, in print and with @command{info} from one source.")
    (home-page "https://www.gnu.org/software/texinfo/")
    (license license:gpl3+)))
