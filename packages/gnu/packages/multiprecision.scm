;;; Commentary:
;;;
;;; Numbers of any size and precision.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages multiprecision)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages m4)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gmp
  (package
    (name "gmp")
    (version "6.2.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/gmp/gmp_" version "+dfsg1.orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0k56xy42khdvc5666qpbvsp9rfd4y32sy5gj4h0jldh47r39w6s7"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they take longer than the build
           #:configure-flags #~'("--enable-cxx" "--enable-fat" "--disable-static")
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'leave-out-manual
                 ;; Debian's archive is without its text.
                 (lambda _
                   (mkdir-p "doc")
                   (call-with-output-file "doc/Makefile.in"
                     (lambda (port)
                       (display "all install:\n" port))))))))
    (native-inputs (list m4))
    (synopsis "Numbers of any size")
    (description "GMP computes with integers, fractions and floating-point numbers of any size, fast.")
    (home-page "https://gmplib.org/")
    (license (list license:lgpl3+ license:gpl2+))))

(define-public mpfr
  (package
    (name "mpfr")
    (version "4.2.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/m/mpfr4/mpfr4_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "14yr4sf4mys64nzbgnd997l6l4n8l9vsjnnvnb0lh4jh2ggpi8q6"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they take longer than the build
       #:configure-flags '("--disable-static")))
    (propagated-inputs (list gmp))
    (synopsis "Floating-point numbers of any precision")
    (description "MPFR computes with floating-point numbers of any precision, correctly rounded.")
    (home-page "https://www.mpfr.org/")
    (license license:lgpl3+)))
