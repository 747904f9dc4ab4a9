;;; Commentary:
;;;
;;; Meson, which build procedures are written in.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages build-tools)
  #:use-module (guix build-system python)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages ninja)
  #:use-module ((guix licenses) #:prefix license:))

(define-public meson
  (package
    (name "meson")
    (version "1.0.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/m/meson/meson_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1hfk75wcrci7jhv9wbsjqghblrqnf1gbqmvwrhl8flbgvqqbf9nr"))))
    (build-system python-build-system)
    (arguments
     (list #:tests? #f                  ;they want many compilers
           #:phases
           #~(modify-phases %standard-phases
               (replace 'wrap
                 ;; Builds run the script again, with Python and without what a wrapper would set.
                 (lambda* (#:key inputs outputs #:allow-other-keys)
                   (substitute* (search-input-file outputs "bin/meson")
                     (("^import sys")
                      (string-append "import sys\nsys.path.insert(0, '" (site-packages inputs outputs) "')"))))))))
    (inputs (list ninja))
    (synopsis "Build system that prefers speed and clarity")
    (description
     "Meson configures builds that Ninja then runs, for C, C++ and other languages.")
    (home-page "https://mesonbuild.com/")
    (license license:asl2.0)))
