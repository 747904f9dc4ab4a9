;;; Commentary:
;;;
;;; What machines start with.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages firmware)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages admin)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages python)
  #:use-module ((guix licenses) #:prefix license:))

(define-public seabios
  (package
    (name "seabios")
    (version "1.16.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/s/seabios/seabios_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0ngr6874s7sn43hdkxkszxi3qm5kn5k6db4ldw2nil9a8hlxba7g"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:make-flags #~(list (string-append "VERSION=" #$version))
           #:phases
           #~(modify-phases %standard-phases
               (delete 'configure)
               (replace 'install
                 (lambda _
                   (install-file "out/bios.bin" (string-append #$output "/share/firmware")))))))
    (native-inputs (list acpica python))
    (synopsis "BIOS for virtual machines")
    (description
     "SeaBIOS is the firmware that x86 emulators start with.")
    (home-page "https://www.seabios.org/")
    (license (list license:gpl3+ license:lgpl3+))))

(define-public ovmf
  (package
    (name "ovmf")
    (version "2022.11")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/e/edk2/edk2_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1mhziyb4b5w5573lvwpwdcs2mnx2xnvd7746iadrd33plbc7s9b4"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 (lambda _
                   (setenv "WORKSPACE" (getcwd))
                   (setenv "PACKAGES_PATH" (getcwd))
                   (invoke "make" "-C" "BaseTools")))
               (replace 'build
                 (lambda* (#:key (parallel-build? #t) #:allow-other-keys)
                   (invoke "bash" "-c"
                           (string-append ". ./edksetup.sh && build -a IA32 -t GCC5 -b RELEASE"
                                          " -p OvmfPkg/OvmfPkgIa32.dsc -n "
                                          (number->string (if parallel-build? (parallel-job-count) 1))))))
               (replace 'install
                 (lambda _
                   (let ((firmware (string-append #$output "/share/firmware")))
                     (mkdir-p firmware)
                     (for-each (lambda (file)
                                 (copy-file file (string-append firmware "/ovmf_ia32.bin")))
                               (find-files "Build" "^OVMF\\.fd$"))))))))
    (native-inputs (list acpica python util-linux))
    (synopsis "UEFI firmware for virtual machines")
    (description
     "OVMF is the firmware that virtual machines start with when they are to behave as machines with UEFI.")
    (home-page "https://github.com/tianocore/edk2")
    (license license:bsd-2)))
