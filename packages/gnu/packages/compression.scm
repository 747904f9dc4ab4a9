;;; Commentary:
;;;
;;; Compression: the programs that the seed has, and libraries.
;;;
;;; Code:

(define-module (gnu packages compression)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gzip
  (seed-package "gzip" "1.12" "tools" license:gpl3+
                #:synopsis "General file (de)compression (using lzw)"))
(define-public bzip2
  (seed-package "bzip2" "1.0.8" "tools" (license:non-copyleft "file://LICENSE")
                #:synopsis "High-quality data compression program"))
(define-public xz
  (seed-package "xz" "5.4.1" "tools" license:gpl2+
                #:synopsis "General-purpose data compression"))

(define-public zlib
  (package
    (name "zlib")
    (version "1.2.13")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/z/zlib/zlib_" version ".dfsg.orig.tar.bz2"))
              (file-name (string-append name "-" version ".tar.bz2"))
              (sha256
               (base32 "18dh3a6pa1hz765y9asv3qbk3plva979mdw3bw9fy01wgsabgzki"))))
    (build-system gnu-build-system)
    (arguments
     (list #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 ;; Not made by Autoconf: it refuses options that it does not know.
                 (lambda _
                   (invoke "./configure" (string-append "--prefix=" #$output)))))))
    (synopsis "Compression library")
    (description
     "Zlib compresses and decompresses data in the format of gzip, in memory and in files.")
    (home-page "https://zlib.net/")
    (license license:zlib)))

(define-public zstd
  (package
    (name "zstd")
    (version "1.5.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libz/libzstd/libzstd_" version
                                  "+dfsg2.orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0lwrq606icgww9dqnk7nvmdl6vd6xcq6539c0n6k9v3pbsvbpx4c"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:make-flags #~(list "CC=gcc" (string-append "prefix=" #$output) "HAVE_LZMA=0" "HAVE_LZ4=0")
           #:phases #~(modify-phases %standard-phases (delete 'configure))))
    (inputs (list zlib))
    (synopsis "Fast compression")
    (description
     "Zstandard compresses about as well as gzip, and several times as fast.")
    (home-page "https://facebook.github.io/zstd/")
    (license (list license:bsd-3 license:gpl2))))

(define (info-zip-phases flags-variable programs)
  "Return the phases of a package of Info-ZIP, which installs PROGRAMS; make takes flags from FLAGS-VARIABLE."
  #~(modify-phases %standard-phases
      (delete 'configure)
      (replace 'build
        (lambda _
          (invoke "make" "-f" "unix/Makefile" "generic" "CC=gcc"
                  (string-append #$flags-variable "=-DNO_LCHMOD"))))
      (replace 'install
        (lambda _
          (for-each (lambda (name)
                      (install-file name (string-append #$output "/bin")))
                    '#$programs)))))

(define-public unzip
  (package
    (name "unzip")
    (version "6.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/u/unzip/unzip_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0dxx11knh3nk95p2gg2ak777dd11pr7jx5das2g49l262scrcv83"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases (info-zip-phases "LOCAL_UNZIP" '("unzip" "funzip"))))
    (synopsis "Decompression of ZIP archives")
    (description "UnZip lists, tests and extracts archives in the format ZIP.")
    (home-page "https://infozip.sourceforge.net/")
    (license license:bsd-3)))

(define-public zip
  (package
    (name "zip")
    (version "3.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/z/zip/zip_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0sb3h3067pzf3a7mlxn1hikpcjrsvycjcnj9hl9b1c3ykcgvps7h"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases (info-zip-phases "LOCAL_ZIP" '("zip"))))
    (synopsis "Compression to ZIP archives")
    (description "Zip packs files into archives in the format ZIP.")
    (home-page "https://infozip.sourceforge.net/")
    (license license:bsd-3)))

(define-public lz4
  (package
    (name "lz4")
    (version "1.9.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/l/lz4/lz4_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0jz5w23ykwsp54kza3qaljyn45bswgvvv0mh83gks1lcgjh3l3hb"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;they take longer than the build
           #:make-flags #~(list "CC=gcc" (string-append "prefix=" #$output))
           #:phases #~(modify-phases %standard-phases (delete 'configure))))
    (synopsis "Very fast compression")
    (description "LZ4 compresses and decompresses data as fast as they can be copied.")
    (home-page "https://www.lz4.org")
    (license (list license:bsd-2 license:gpl2+))))
