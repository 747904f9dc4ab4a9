;;; Commentary:
;;;
;;; Parser generators.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages bison)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages m4)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bison
  (package
    (name "bison")
    (version "3.8.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/b/bison/bison_" version "+dfsg.orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1rbv2wffgafjx1jgancyp0amhxppw54zm9v2iy122hfkdp4s7y6z"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:make-flags #~(list "MAKEINFO=true")
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'do-without-manual
                 (lambda _
                   ;; Debian's archive lacks it, and the examples that are taken from it.
                   (for-each (lambda (file)
                               (call-with-output-file file (const #t)))
                             '("doc/bison.texi" "examples/extracted.stamp"))
                   ;; What would take them from the manual, a program in Perl.
                   (call-with-output-file "examples/extexi"
                     (lambda (port)
                       (display "#!/bin/sh\nexit 0\n" port)))
                   (substitute* "Makefile.in"
                     (("^INFO_DEPS = .*") "INFO_DEPS =\n")))))))
    (native-inputs (list m4))
    (synopsis "Parser generator")
    (description
     "Bison turns the description of a context-free grammar into a program in C or C++ that parses text of
that grammar.")
    (home-page "https://www.gnu.org/software/bison/")
    (license license:gpl3+)))
