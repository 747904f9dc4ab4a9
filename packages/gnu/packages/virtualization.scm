;;; Commentary:
;;;
;;; Virtual machines: the hypervisor Xen, variants of it, and the emulator it hands devices to.
;;;
;;; `build-xen-package' makes a Xen of any branch, version or revision, with patches and switches; `xen' is the one that
;;; the rest of the collection uses.
;;;
;;; Code:

(define-module (gnu packages virtualization)
  #:use-module (guix build-system gnu)
  #:use-module (guix build-system trivial)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix git-download)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (gnu packages)
  #:use-module (gnu packages admin)
  #:use-module (gnu packages base)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages bison)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages firmware)
  #:use-module (gnu packages flex)
  #:use-module (gnu packages gcc)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages m4)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages perl)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages python)
  #:use-module (gnu packages tls)
  #:use-module (gnu packages web)
  #:use-module (gnu packages xdisorg)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (srfi srfi-1)
  #:export (build-xen-package
            xen-package-branch
            xen-package-latest?))

(define-public qemu
  (package
    (name "qemu")
    (version "7.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/q/qemu/qemu_" version "+dfsg.orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0bwny9xc15l9xr9zcv18ivsi9rns0hqaldylp10dq3h440asgb4i"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 ;; Its own: it takes few of the usual options.
                 (lambda _
                   (invoke "./configure" (string-append "--prefix=" #$output)
                           "--target-list=i386-softmmu,x86_64-softmmu"
                           "--disable-docs" "--disable-werror" "--disable-strip"))))))
    (native-inputs (list bison flex perl pkgconf python))
    (inputs (list pixman zlib))
    (synopsis "Machine emulator")
    (description
     "QEMU runs programs and systems made for one machine on another.  This one emulates PCs.")
    (home-page "https://www.qemu.org/")
    (license license:gpl2)))


;;;
;;; Tools for x86 firmware and EFI.
;;;

(define i686-gcc
  ;; The compiler for the firmware, which runs in 32-bit mode, under the name of a cross compiler.
  (package
    (name "i686-gcc")
    (version (package-version gcc))
    (source #f)
    (build-system trivial-build-system)
    (arguments
     (list #:builder
           #~(let* ((directory (string-append #$output "/bin"))
                    (program (string-append directory "/i686-linux-gnu-gcc")))
               (mkdir #$output)
               (mkdir directory)
               (call-with-output-file program
                 (lambda (port)
                   (format port "#!~a~%exec ~a -m32 \"$@\"~%"
                           #+(file-append bash "/bin/sh") #+(file-append gcc "/bin/gcc"))))
               (chmod program #o555))))
    (synopsis "C compiler for 32-bit firmware")
    (description "This is the C compiler, told to make code for 32-bit PCs.")
    (home-page #f)
    (license (package-license gcc))))

(define-public efi-binutils
  ;; To link xen.efi, the linker has to know PE executables.
  (package
    (name "efi-binutils")
    (version "2.40")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/b/binutils/binutils_" version
                                  ".orig.tar.xz"))
              (file-name (string-append "binutils-" version ".tar.xz"))
              (sha256
               (base32 "07f47za2frbyn2vbzdjgb1znsm9mshdwnm485zhf36san8p2v36p"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags
           #~(list "--enable-targets=x86_64-pep" "--disable-gprofng" "--disable-gdb" "--disable-werror"
                   "--enable-deterministic-archives")))
    (native-inputs (list bison flex m4 perl))
    (synopsis "Linker and other tools for EFI executables")
    (description
     "These are the GNU binary utilities with support for the executable format of EFI.")
    (home-page "https://www.gnu.org/software/binutils/")
    (license license:gpl3+)))


;;;
;;; Xen.
;;;

(define (xen-source version revision hash patches)
  "Return the origin of Xen at VERSION, a release, or at REVISION, a commit or tag, when it is true."
  (if revision
      (origin
        (method git-fetch)
        (uri (git-reference
              (url "git://xenbits.xenproject.org/xen.git")
              (commit revision)))
        (file-name (git-file-name "xen" version))
        (sha256 hash)
        (patches patches))
      (origin
        (method url-fetch)
        (uri (list (string-append "https://downloads.xenproject.org/release/xen/" version
                                  "/xen-" version ".tar.gz")))
        (sha256 hash)
        (patches patches))))

(define %xen-configure-flags
  #~(list "--enable-rpath"
          "--disable-qemu-traditional"            ;tries to "git clone"
          "--disable-rombios"                     ;tries to "git clone" via etherboot
          "--disable-stubdom"                     ;tries to "git clone" old patched newlib
          "--disable-docs"
          "--disable-pvshim"
          (string-append "--with-initddir=" #$output "/etc/init.d")
          (string-append "--with-system-qemu="
                         (search-input-file %build-inputs "bin/qemu-system-i386"))
          (string-append "--with-system-seabios="
                         (search-input-file %build-inputs "share/firmware/bios.bin"))
          (string-append "--with-system-ovmf="
                         (search-input-file %build-inputs "share/firmware/ovmf_ia32.bin"))))

(define %xen-make-flags
  ;; The same result whenever and wherever it is built.
  #~(list "XEN_BUILD_DATE=Thu Jan  1 01:00:01 CET 1970"
          "XEN_BUILD_TIME=01:00:01"
          "XEN_BUILD_HOST="
          "XEN_WHOAMI="
          "XEN_DOMAIN="
          "ETHERBOOT_NICS="
          "SMBIOS_REL_DATE=01/01/1970"
          "VGABIOS_REL_DATE=01 Jan 1970"
          "SYSCONFIG_DIR=/tmp/etc/default"
          (string-append "BASH_COMPLETION_DIR=" #$output "/etc/bash_completion.d")
          (string-append "BOOT_DIR=" #$output "/boot")
          (string-append "DEBUG_DIR=" #$output "/lib/debug")
          (string-append "EFI_DIR=" #$output "/lib/efi")
          (string-append "APPEND_LDFLAGS=-Wl,-rpath=" #$output "/lib")
          "MINIOS_UPSTREAM_URL="))

(define %xen-phases
  #~(modify-phases %standard-phases
      (add-after 'unpack 'unpack-mini-os
        (lambda _
          ;; Only stub domains need it, but the makefiles want the directory.
          (mkdir-p "extras/mini-os")))
      (add-after 'unpack-mini-os 'patch
        (lambda* (#:key inputs #:allow-other-keys)
          (substitute* "tools/firmware/Rules.mk"
            (("override XEN_TARGET_ARCH = x86_32" match)
             (string-append match "\noverride CC = "
                            (search-input-file inputs "bin/i686-linux-gnu-gcc")))
            (("^CFLAGS =$" match)
             (string-append match " -I" (assoc-ref inputs "cross-libc") "/include\n")))
          (substitute* "config/x86_32.mk"
            (("(CFLAGS += )-m32 -march=i686" _ match)
             (string-append match "-march=i686 -I" (assoc-ref inputs "cross-libc") "/include")))
          ;; /var is not in /gnu/store, so don't try to create it.
          (substitute* '("tools/Makefile"
                         "tools/xenstore/Makefile"
                         "tools/xenpaging/Makefile")
            (("\\$\\(INSTALL_DIR\\) .*XEN_(DUMP|LOG|RUN|LIB|PAGING)_DIR.*")
             "\n")
            (("\\$\\(INSTALL_DIR\\) .*XEN_(RUN|LIB)_STORED.*") "\n"))
          ;; Prevent xen from creating /etc.
          (substitute* "tools/examples/Makefile"
            ((" install-(configs|readmes)") ""))))
      (replace 'build
        (lambda* (#:key make-flags parallel-build? #:allow-other-keys)
          (apply invoke "make" "world"
                 "-j" (number->string
                       (if parallel-build? (parallel-job-count) 1))
                 make-flags)))))

(define* (build-xen-package #:key branch version (revision #f) hash
                            (source #f) (patches '())
                            (with-efi? #t) (with-flask? #f) (latest? #f)
                            (name "xen"))
  "Return the package NAME of the Xen of BRANCH, such as \"4.17\", at VERSION, or at REVISION, a commit or tag, with HASH, a
bytevector, of its source; or of SOURCE, an origin or another file-like object.  PATCHES are applied to it.

WITH-EFI? tells whether xen.efi is built: the linker that can is handed to make.  WITH-FLASK? builds the security module
FLASK in.  LATEST? says that no newer branch is supported; `xen-package-branch' and `xen-package-latest?' tell these of a
package."
  (define (refuse problem . irritants)
    (apply error (string-append name ": " problem ":") irritants))

  (unless (and (string? branch) (string? version))
    (refuse "#:branch and #:version are needed, such as \"4.17\" and \"4.17.5\"" branch version))
  (unless (string-prefix? (string-append branch ".") version)
    (refuse "the version is not one of the branch" version branch))
  (unless (or source hash)
    (refuse "the source needs its #:hash" version))
  (unless (or (null? patches) (not source) (origin? source))
    (refuse "only sources that are origins can be patched" source))
  (package
    (name name)
    (version version)
    (source (if source
                (if (and (origin? source) (pair? patches))
                    (origin
                      (inherit source)
                      (patches (append (origin-patches source) patches)))
                    source)
                (xen-source version revision hash patches)))
    (properties `((xen-branch . ,branch)
                  (xen-latest? . ,latest?)
                  (upstream-name . "xen")))
    (build-system gnu-build-system)
    (arguments
     (list #:configure-flags %xen-configure-flags
           #:make-flags
           #~(append #$%xen-make-flags
                     (list #$@(if with-efi?
                                  #~((string-append "LD=" #+(file-append efi-binutils "/bin/ld")))
                                  #~())
                           #$@(if with-flask?
                                  #~("XSM_ENABLE=y" "FLASK_ENABLE=y")
                                  #~())))
           #:phases %xen-phases
           ;; They want a machine to run on.
           #:tests? #f))
    (native-inputs
     `(("acpica" ,acpica)
       ("bison" ,bison)
       ("flex" ,flex)
       ("m4" ,m4)
       ("perl" ,perl)
       ("pkgconf" ,pkgconf)
       ("python" ,python)
       ("cross-gcc" ,i686-gcc)
       ("cross-libc" ,glibc)
       ,@(if with-efi? `(("efi-binutils" ,efi-binutils)) '())))
    (inputs
     (list libaio libyajl ncurses openssl ovmf qemu seabios util-linux zlib zstd))
    (synopsis "Hypervisor")
    (description
     (string-append
      "Xen runs several operating systems on one machine, below them all.  This package is that of the branch "
      branch (if latest? ", the latest" "") ".  It has the hypervisor"
      (if with-efi? ", also as an EFI executable," "")
      " and the programs and libraries for its management."))
    (home-page "https://xenproject.org/")
    (license license:gpl2)
    (supported-systems '("x86_64-linux"))))

(define (xen-package-branch package)
  "Return the branch that PACKAGE, made by `build-xen-package', is of: a string."
  (assq-ref (package-properties package) 'xen-branch))

(define (xen-package-latest? package)
  "Return true when PACKAGE, made by `build-xen-package', is of the latest branch."
  (assq-ref (package-properties package) 'xen-latest?))

(define-public xen
  (build-xen-package
   #:branch "4.17"
   #:version "4.17.5"
   #:source (origin
              (method url-fetch)
              (uri "mirror://debian/pool/main/x/xen/xen_4.17.5+72-g01140da4e8.orig.tar.xz")
              (file-name "xen-4.17.5.tar.xz")
              (sha256
               (base32 "0vp07q819lx1kj3yvgpfg5bp326di5czcqwxxbr7gi82196jz4jk")))))
