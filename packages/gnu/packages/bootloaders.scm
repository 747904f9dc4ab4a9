;;; Commentary:
;;;
;;; Programs that start systems.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages bootloaders)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bison)
  #:use-module (gnu packages flex)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages python)
  #:use-module ((guix licenses) #:prefix license:))

(define-public grub
  (package
    (name "grub")
    (version "2.06")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/grub2/grub2_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1qbycnxkx07arj9f2nlsi9kp0dyldspbv07ysdyd34qvz55a97mp"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags #~(list "--disable-werror" "--disable-grub-mkfont")))
    (native-inputs (list bison flex pkgconf python))
    (synopsis "GRand Unified Bootloader")
    (description "GRUB starts the system of a machine, with a menu to choose one.")
    (home-page "https://www.gnu.org/software/grub/")
    (license license:gpl3+)))

(define-public grub-minimal
  (package
    (inherit grub)
    (name "grub-minimal")))

(define-public grub-efi
  (package
    (inherit grub)
    (name "grub-efi")
    (arguments
     (list #:tests? #f
           #:configure-flags #~(list "--disable-werror" "--disable-grub-mkfont" "--with-platform=efi")))
    (synopsis "GRand Unified Bootloader for EFI")))
