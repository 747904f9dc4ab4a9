;;; Commentary:
;;;
;;; Ninja, which runs builds that others describe.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages ninja)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages python)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ninja
  (package
    (name "ninja")
    (version "1.11.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/n/ninja-build/ninja-build_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1shc83kpzimwvca1q7b9yph1455aqa1nys2273d1wgr16gk7lx1i"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they want GoogleTest
           #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 (lambda _
                   (substitute* "src/subprocess-posix.cc"
                     (("/bin/sh") (which "sh")))))
               (replace 'build
                 (lambda _
                   (invoke "python3" "configure.py" "--bootstrap")))
               (replace 'install
                 (lambda _
                   (install-file "ninja" (string-append #$output "/bin")))))))
    (native-inputs (list python))
    (synopsis "Small build system for speed")
    (description
     "Ninja runs the commands of a build whose description another program wrote, as few and as soon as possible.")
    (home-page "https://ninja-build.org/")
    (license license:asl2.0)))
