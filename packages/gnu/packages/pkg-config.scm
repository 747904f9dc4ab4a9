;;; Commentary:
;;;
;;; Where libraries are, told to build procedures.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages pkg-config)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module ((guix licenses) #:prefix license:))

(define-public pkgconf
  (package
    (name "pkgconf")
    (version "1.8.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/pkgconf/pkgconf_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0h38vjrdws0zgwl9nhms3g1lf5kr32q2wiflambf0awllann2hv4"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they are run by Kyua
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'install 'answer-to-pkg-config
                 (lambda _
                   (symlink "pkgconf" (string-append #$output "/bin/pkg-config")))))))
    (native-search-paths
     (list (search-path-specification
            (variable "PKG_CONFIG_PATH")
            (files '("lib/pkgconfig" "lib64/pkgconfig" "share/pkgconfig")))))
    (synopsis "Compiler and linker flags of installed libraries")
    (description
     "Pkgconf tells build procedures what flags the libraries they need are to be used with.")
    (home-page "http://pkgconf.org/")
    (license license:isc)))

(define-public pkg-config
  ;; What recipes ask for: its commands and options are the same.
  (package
    (inherit pkgconf)
    (name "pkg-config")))
