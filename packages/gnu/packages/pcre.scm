;;; Commentary:
;;;
;;; Regular expressions of Perl.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages pcre)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public pcre
  (package
    (name "pcre")
    (version "8.39")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/pcre3/pcre3_" version ".orig.tar.bz2"))
              (file-name (string-append name "-" version ".tar.bz2"))
              (sha256
               (base32 "12wyajlqx2v7dsh39ra9v9m5hibjkrl129q90bp32c28haghjn5q"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they take longer than the build
       #:configure-flags '("--disable-static" "--enable-utf" "--enable-unicode-properties" "--enable-jit")))
    (synopsis "Regular expressions as in Perl")
    (description "This library matches regular expressions in the way of Perl 5.")
    (home-page "https://www.pcre.org/")
    (license license:bsd-3)))

(define-public pcre2
  (package
    (name "pcre2")
    (version "10.42")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/pcre2/pcre2_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "07sgsswwn6vis1vmqah2aqqzxr777331rip27lay6vlk7f742fy3"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they take longer than the build
       #:configure-flags '("--disable-static" "--enable-pcre2-16" "--enable-pcre2-32" "--enable-jit")))
    (synopsis "Regular expressions as in Perl")
    (description "This library matches regular expressions in the way of Perl 5, with a new interface.")
    (home-page "https://www.pcre.org/")
    (license license:bsd-3)))
