;;; Commentary:
;;;
;;; Programs that look after machines.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages admin)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bison)
  #:use-module (gnu packages flex)
  #:use-module ((guix licenses) #:prefix license:))

(define-public acpica
  (package
    (name "acpica")
    (version "20200925")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/a/acpica-unix/acpica-unix_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0ilyi09d6yn0v6734nrcss0dymcyy1vh45w9z5hsr7gdczf603f7"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:make-flags #~(list (string-append "PREFIX=" #$output) "HOST=_LINUX" "NOWERROR=TRUE")
           #:phases #~(modify-phases %standard-phases (delete 'configure))))
    (native-inputs (list bison flex))
    (synopsis "Compiler and tools for ACPI tables")
    (description
     "Acpica compiles the tables in which firmware describes a machine, and takes them apart again.")
    (home-page "https://acpica.org/")
    (license (list license:gpl2 license:bsd-3))))
