;;; Commentary:
;;;
;;; Access control lists.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages acl)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages attr)
  #:use-module ((guix licenses) #:prefix license:))

(define-public acl
  (package
    (name "acl")
    (version "2.3.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/a/acl/acl_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1cb63kzxqd47zfbndvsbwixxn3h7bs7b0f604dn304bzw51408y0"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they want a file system with such lists
       #:configure-flags '("--disable-static")))
    (propagated-inputs (list attr))
    (synopsis "Access control lists")
    (description "This library reads and changes who may do what with files.")
    (home-page "https://savannah.nongnu.org/projects/acl")
    (license (list license:gpl2+ license:lgpl2.1+))))
