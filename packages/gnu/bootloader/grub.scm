;;; Commentary:
;;;
;;; GRUB as a boot loader: its kinds and its theme.  Not the writing of grub.cfg nor the installation.
;;; Interface: (gnu bootloader grub) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu bootloader grub)
  #:use-module (gnu bootloader)
  #:use-module (gnu packages bootloaders)
  #:use-module (gnu system unavailable)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:export (grub-theme
            grub-theme?
            grub-theme-image
            grub-theme-resolution
            grub-theme-color-normal
            grub-theme-color-highlight
            grub-theme-gfxmode
            install-grub-efi-removable
            install-grub-efi-netboot
            grub-bootloader
            grub-efi-bootloader
            grub-efi-removable-bootloader
            grub-efi32-bootloader
            grub-efi-netboot-bootloader
            grub-mkrescue-bootloader
            grub-minimal-bootloader
            grub-configuration))

(define-record-type* <grub-theme> grub-theme make-grub-theme
  grub-theme?
  (image grub-theme-image (default #f))
  (resolution grub-theme-resolution (default '(1024 . 768)))
  (color-normal grub-theme-color-normal (default '((fg . light-gray) (bg . black))))
  (color-highlight grub-theme-color-highlight (default '((fg . yellow) (bg . black))))
  (gfxmode grub-theme-gfxmode (default '("auto"))))

(define (not-written-yet name)
  (lambda _
    (unavailable name "the installation of boot loaders, (gnu build bootloader)")))

(define install-grub-efi-removable (not-written-yet 'install-grub-efi-removable))
(define install-grub-efi-netboot (not-written-yet 'install-grub-efi-netboot))

(define grub-bootloader
  (bootloader
   (name 'grub)
   (package grub)
   (installer (not-written-yet 'install-grub))
   (configuration-file "/boot/grub/grub.cfg")
   (configuration-file-generator (not-written-yet 'grub-configuration-file))))

(define-syntax-rule (grub-variant name* field ...)
  (bootloader (inherit grub-bootloader) (name 'name*) field ...))

(define grub-minimal-bootloader
  (bootloader (inherit grub-bootloader) (package grub-minimal)))
(define grub-efi-bootloader (grub-variant grub-efi (package grub-efi)))
(define grub-efi-removable-bootloader (grub-variant grub-efi-removable-bootloader (package grub-efi)))
(define grub-efi32-bootloader (grub-variant grub-efi32 (package grub-efi)))
(define grub-efi-netboot-bootloader (grub-variant grub-efi-netboot-bootloader (package grub-efi)))
(define grub-mkrescue-bootloader (grub-variant grub-mkrescue))

(define-syntax grub-configuration
  ;; The old form of 'bootloader-configuration', in which the package was named by the field 'grub'.
  (syntax-rules (grub)
    ((_ (grub package*) field ...)
     (bootloader-configuration
      (bootloader (bootloader (inherit grub-bootloader) (package package*)))
      field ...))
    ((_ field ...)
     (bootloader-configuration (bootloader grub-bootloader) field ...))))
