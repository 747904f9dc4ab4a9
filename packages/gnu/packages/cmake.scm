;;; Commentary:
;;;
;;; CMake: from its source, and, as builds take it, as it was compiled, since its build takes longer than most that it is
;;; for.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages cmake)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define %search-paths
  (list (search-path-specification
         (variable "CMAKE_PREFIX_PATH")
         (files '("")))))

(define-public cmake-minimal
  (relocated-package
   "cmake-minimal" "3.25.1"
   '(cmake cmake-data libacl1 libarchive13 libbrotli1 libbz2-1.0 libcom-err2 libcurl4 libexpat1 libffi8 libgmp10
     libgnutls30 libgssapi-krb5-2 libhogweed6 libicu72 libidn2-0 libjsoncpp25 libk5crypto3 libkeyutils1 libkrb5-3
     libkrb5support0 libldap-2.5-0 liblz4-1 liblzma5 libnettle8 libnghttp2-14 libp11-kit0 libpsl5 librhash0 librtmp1
     libsasl2-2 libssh2-1 libssl3 libtasn1-6 libunistring2 libuv1 libxml2 libzstd1 zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       ;; The shell of the makefiles that it writes, and of the commands in them, is the one on the search path.  The
       ;; programs stay as long as they are.
       (for-each (lambda (program)
                   (invoke "sed" "-i"
                           "-e" "s|SHELL = /bin/sh|SHELL =      sh|g"
                           "-e" "s|/bin/sh |sh      |g"
                           (search-input-file outputs (string-append "bin/" program))))
                 '("cmake" "cpack" "ctest")))
   #:native-search-paths %search-paths
   #:synopsis "Generator of build procedures"
   #:description "CMake makes from one description the build procedures of many systems and tools."
   #:home-page "https://cmake.org/"
   #:license license:bsd-3))

(define-public cmake
  (package
    (name "cmake")
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
    (native-search-paths %search-paths)
    (synopsis "Generator of build procedures")
    (description "CMake makes from one description the build procedures of many systems and tools.")
    (home-page "https://cmake.org/")
    (license license:bsd-3)))
