;;; Commentary:
;;;
;;; What builds packages for Python.  The source that Debian keeps of wheel is its package.
;;;
;;; Code:

(define-module (gnu packages python-build)
  #:use-module (guix build-system python)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public python-wheel
  (package
    (name "python-wheel")
    (version "0.38.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/w/wheel/python3-wheel_" version "-2_all.deb"))
              (file-name (string-append name "-" version ".deb"))
              (sha256
               (base32 "1ybkaw7zg9fdsbd2wr8s1c51z1h5fhaiycjsil6knwdsf1y8yfk2"))))
    (build-system python-build-system)
    (arguments
     (list #:tests? #f                  ;they want pytest
           #:phases
           #~(modify-phases %standard-phases
               (replace 'unpack
                 (lambda* (#:key source #:allow-other-keys)
                   (invoke "ar" "x" source)
                   (invoke "tar" "xf" "data.tar.xz")))
               ;; It is as its own build leaves it.
               (delete 'ensure-no-mtimes-pre-1980)
               (delete 'build)
               (replace 'install
                 (lambda* (#:key inputs outputs #:allow-other-keys)
                   (copy-recursively "usr/lib/python3/dist-packages" (site-packages inputs outputs)))))))
    (synopsis "Format for built Python packages")
    (description "This package makes wheels, the archives in which Python packages are built.")
    (home-page "https://github.com/pypa/wheel")
    (license license:expat)))
