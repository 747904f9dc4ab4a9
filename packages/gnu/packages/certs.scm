;;; Commentary:
;;;
;;; Certificates of the authorities that browsers trust: Mozilla's, as Debian packs them.
;;;
;;; Code:

(define-module (gnu packages certs)
  #:use-module (guix build-system trivial)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages base)
  #:use-module (gnu packages compression)
  #:use-module ((guix licenses) #:prefix license:))

(define-public nss-certs
  (package
    (name "nss-certs")
    (version "20230311")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/c/ca-certificates/ca-certificates_" version
                                  "+deb12u1_all.deb"))
              (sha256
               (base32 "1v9bh0m0ycy24m02g88ni5jlrch9i9igrn21dbhw2j2fb57l8pqd"))))
    (build-system trivial-build-system)
    (arguments
     (list #:modules '((guix build utils))
           #:builder
           #~(begin
               (use-modules (guix build utils))
               (setenv "PATH" (string-append #+binutils "/bin:" #+tar "/bin:" #+xz "/bin"))
               (invoke "ar" "x" #$(package-source this-package))
               (invoke "tar" "xf" "data.tar.xz")
               (let ((directory (string-append #$output "/etc/ssl/certs")))
                 (mkdir-p directory)
                 (for-each (lambda (certificate)
                             (copy-file certificate
                                        (string-append directory "/" (basename certificate ".crt") ".pem")))
                           (find-files "usr/share/ca-certificates/mozilla" "\\.crt$"))))))
    (native-search-paths
     (list (search-path-specification
            (variable "SSL_CERT_DIR")
            (separator #f)
            (files '("etc/ssl/certs")))
           (search-path-specification
            (variable "SSL_CERT_FILE")
            (file-type 'regular)
            (separator #f)
            (files '("etc/ssl/certs/ca-certificates.crt")))))
    (synopsis "Certificates of authorities, from Mozilla")
    (description
     "Programs check with these certificates whom they are connected to.")
    (home-page "https://wiki.mozilla.org/CA")
    (license license:mpl2.0)))
