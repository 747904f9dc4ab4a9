;;; Commentary:
;;;
;;; What belongs to the kernel Linux.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages linux)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages algebra)
  #:use-module (gnu packages bison)
  #:use-module (gnu packages elf)
  #:use-module (gnu packages flex)
  #:use-module (gnu packages perl)
  #:use-module (gnu packages pkg-config)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libaio
  (package
    (name "libaio")
    (version "0.3.113")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/liba/libaio/libaio_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "02r0g2vfv6kfljplm3ga93w4xw13q2wixbn9hwi7ahqdzp2x2i1c"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:make-flags #~(list "CC=gcc" (string-append "prefix=" #$output))
           #:phases #~(modify-phases %standard-phases (delete 'configure))))
    (synopsis "Asynchronous reading and writing of files")
    (description
     "Libaio lets programs go on while the kernel, Linux, reads and writes for them.")
    (home-page "https://pagure.io/libaio")
    (license license:lgpl2.1+)))

(define-public util-linux
  (package
    (name "util-linux")
    (version "2.38.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/u/util-linux/util-linux_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0kz82x8lrapcl3bfpqwwqnv552rv6ddk4s7zvnizjv2fnhcjljb0"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags
           #~(list "--disable-all-programs" "--enable-libuuid" "--enable-libblkid")))
    (native-inputs (list pkgconf))
    (synopsis "System programs and libraries, among them libuuid")
    (description
     "Util-linux has programs to mount file systems and to look after a machine, and libraries for
identifiers and devices.")
    (home-page "https://www.kernel.org/pub/linux/utils/util-linux/")
    (license (list license:gpl2+ license:lgpl2.1+ license:bsd-4))))

(define-public e2fsprogs
  (package
    (name "e2fsprogs")
    (version "1.47.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/e/e2fsprogs/e2fsprogs_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0y1m3barb492wvsini7997m8h8jd1r078jb84spwdw7favgayrv6"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags #~(list "--disable-libblkid" "--disable-libuuid" "--disable-uuidd" "--disable-fsck")))
    (native-inputs (list pkgconf))
    (inputs (list util-linux))
    (synopsis "Making and checking ext2, ext3 and ext4 file systems")
    (description "E2fsprogs makes, checks and changes file systems of the types ext2, ext3 and ext4.")
    (home-page "http://e2fsprogs.sourceforge.net/")
    (license (list license:gpl2 license:lgpl2.0 license:bsd-3 license:expat))))

(define-public linux-libre
  (package
    (name "linux-libre")
    (version "5.10.35")
    (source (origin
              (method url-fetch)
              (uri (string-append "https://linux-libre.fsfla.org/pub/linux-libre/releases/" version "-gnu/linux-libre-"
                                  version "-gnu.tar.xz"))
              (sha256
               (base32 "0q2rnchad55d49f3rajrkazz0fcjv1irwrdb1hwjnl01fzm2gjk3"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 (lambda _
                   (invoke "make" "defconfig")))
               (replace 'install
                 (lambda _
                   (copy-file "arch/x86/boot/bzImage" (string-append #$output "/bzImage"))
                   ;; For modules that are built later.
                   (for-each (lambda (file)
                               (install-file file #$output))
                             '("System.map" "Module.symvers"))
                   (invoke "make" "modules_install" "DEPMOD=true"
                           (string-append "INSTALL_MOD_PATH=" #$output))))
               (add-before 'install 'make-output
                 (lambda _
                   (mkdir-p #$output))))))
    (native-inputs (list bc bison elfutils flex perl))
    (supported-systems '("x86_64-linux"))
    (synopsis "The kernel Linux, of free software alone")
    (description "Linux-libre is the kernel of a GNU system: Linux without its parts that are not free software.")
    (home-page "https://www.gnu.org/software/linux-libre/")
    (license license:gpl2)))

(define-public alsa-lib
  (package
    (name "alsa-lib")
    (version "1.2.8")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/a/alsa-lib/alsa-lib_" version ".orig.tar.bz2"))
              (file-name (string-append name "-" version ".tar.bz2"))
              (sha256
               (base32 "0izkrg5sr4wgzr0852dxjcqjg238zm20hv73qacwl99lwds1pc0s"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they want a sound card
       #:configure-flags '("--disable-python")))
    (synopsis "Sound on Linux")
    (description "This library plays and records sounds with the drivers of Linux.")
    (home-page "https://www.alsa-project.org/")
    (license license:lgpl2.1+)))
