;;; Commentary:
;;;
;;; Secure connections.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages tls)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages perl)
  #:use-module ((guix licenses) #:prefix license:))

(define-public openssl
  (package
    (name "openssl")
    (version "3.0.20")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/o/openssl/openssl_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0vysxha57mvdk2jq3k3csh2d8hlhfcvjr4v82714vkhfqzgh22n8"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases
           #~(modify-phases %standard-phases
               ;; Without the manual, which takes longer than the rest.
               (replace 'build
                 (lambda _
                   (invoke "make" "build_sw" "-j" (number->string (parallel-job-count)))))
               (replace 'install
                 (lambda _
                   (invoke "make" "install_sw")))
               (replace 'configure
                 (lambda _
                   (invoke "perl" "Configure" "linux-x86_64" "shared" "--libdir=lib"
                           (string-append "--prefix=" #$output)
                           (string-append "-Wl,-rpath," #$output "/lib")))))))
    (native-inputs (list perl))
    (synopsis "Cryptography and Transport Layer Security")
    (description
     "OpenSSL has the algorithms and protocols of secure connections as libraries and as a program.")
    (home-page "https://www.openssl.org/")
    (license license:asl2.0)))
