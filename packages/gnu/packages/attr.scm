;;; Commentary:
;;;
;;; Extended attributes.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages attr)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public attr
  (package
    (name "attr")
    (version "2.5.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/a/attr/attr_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0cnwgaaff3gsa208nlbhvsp35nm82rrpcdnnf2ls24wkdxi8li6v"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they want a file system with attributes
       #:configure-flags '("--disable-static")))
    (synopsis "Extended attributes")
    (description "This library reads and changes the extended attributes of files.")
    (home-page "https://savannah.nongnu.org/projects/attr/")
    (license license:lgpl2.1+)))
