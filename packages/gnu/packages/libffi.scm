;;; Commentary:
;;;
;;; Calls of foreign functions.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages libffi)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libffi
  (package
    (name "libffi")
    (version "3.4.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libf/libffi/libffi_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0xpn5mqlbdmqgxgp910ba1qj79axpwr8nh7wklmcz0ls4nnmcv6n"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they want DejaGnu
           #:configure-flags '(list "--disable-exec-static-tramp")))
    (synopsis "Calls of functions whose types are known only then")
    (description "Libffi lets interpreters call the functions of compiled libraries.")
    (home-page "https://sourceware.org/libffi/")
    (license license:expat)))
