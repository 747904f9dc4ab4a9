;;; Commentary:
;;;
;;; CMake.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages cmake)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public cmake-minimal
  (package
    (name "cmake-minimal")
    (version "3.25.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/c/cmake/cmake_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1n4inb3fvk70sni5gmkljqw3cyllalyg3fnr9rlr7x3aa44isl8w"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they take longer than the build
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'name-shell
                 ;; The one of the makefiles that it writes.
                 (lambda _
                   (substitute* (find-files "Source" "\\.cxx$")
                     (("/bin/sh") (which "sh")))))
               (replace 'configure
                 (lambda _
                   (invoke "./bootstrap" "--no-qt-gui"
                           (string-append "--prefix=" #$output)
                           (string-append "--parallel=" (number->string (parallel-job-count)))
                           "--" "-DCMAKE_USE_OPENSSL=OFF" "-DBUILD_TESTING=OFF"))))))
    (synopsis "Generator of build procedures")
    (description "CMake makes from one description the build procedures of many systems and tools.")
    (home-page "https://cmake.org/")
    (license license:bsd-3)))

(define-public cmake cmake-minimal)
