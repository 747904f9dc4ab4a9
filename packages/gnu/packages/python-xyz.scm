;;; Commentary:
;;;
;;; Libraries for Python.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages python-xyz)
  #:use-module (guix build-system pyproject)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public python-toml
  (package
    (name "python-toml")
    (version "0.10.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/python-toml/python-toml_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0anxzi1zfy63rlx7ixp52wnrm3y58g4xdi8yb7ky74gcpndh7m3i"))))
    (build-system pyproject-build-system)
    (arguments (list #:tests? #f))      ;they want pytest
    (synopsis "TOML for Python")
    (description "This library reads and writes files in the format TOML.")
    (home-page "https://github.com/uiri/toml")
    (license license:expat)))
