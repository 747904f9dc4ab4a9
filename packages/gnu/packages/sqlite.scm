;;; Commentary:
;;;
;;; SQLite.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages sqlite)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public sqlite
  (package
    (name "sqlite")
    (version "3.40.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/s/sqlite3/sqlite3_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0mfnlln1wc66xcik2y5jnmv8ck2834c8k9sandnrgp5l18k7d9xa"))))
    (build-system gnu-build-system)
    (synopsis "SQL in a file")
    (description "SQLite is a library with a database in one file that speaks SQL.")
    (home-page "https://www.sqlite.org/")
    (license license:public-domain)))
