;;; Commentary:
;;;
;;; Version control.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages version-control)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages curl)
  #:use-module (gnu packages tls)
  #:use-module ((guix licenses) #:prefix license:))

(define-public git-minimal
  (package
    (name "git-minimal")
    (version "2.39.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/git/git_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0nbb0qwjqhy2v22a4rp25v18czirlybnh9ikra3akx4d6wnak3f5"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they take longer than the build
           #:make-flags #~(list "NO_PERL=1" "NO_PYTHON=1" "NO_TCLTK=1" "NO_GETTEXT=1" "NO_EXPAT=1"
                                "INSTALL_SYMLINKS=1" (string-append "SHELL_PATH=" (which "sh")))))
    (inputs (list curl openssl zlib))
    (properties '((store-fetches? . #t)))        ;see (guix git-download)
    (synopsis "Distributed version control")
    (description "Git keeps the history of files, in copies that know all of it.")
    (home-page "https://git-scm.com")
    (license license:gpl2)))
