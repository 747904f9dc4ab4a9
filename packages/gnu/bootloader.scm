;;; Commentary:
;;;
;;; Boot loaders, what they are told, and the entries of their menus, as records.  Not their installation.
;;; Interface: (gnu bootloader) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu bootloader)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system unavailable)
  #:use-module (gnu system uuid)
  #:use-module (guix deprecation)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (guix ui)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (menu-entry
            menu-entry?
            menu-entry-label
            menu-entry-device
            menu-entry-device-mount-point
            menu-entry-linux
            menu-entry-linux-arguments
            menu-entry-initrd
            menu-entry-multiboot-kernel
            menu-entry-multiboot-arguments
            menu-entry-multiboot-modules
            menu-entry-chain-loader
            menu-entry->sexp
            sexp->menu-entry
            bootloader
            bootloader?
            bootloader-name
            bootloader-package
            bootloader-installer
            bootloader-disk-image-installer
            bootloader-configuration-file
            bootloader-configuration-file-generator
            bootloader-configuration
            bootloader-configuration?
            bootloader-configuration-bootloader
            bootloader-configuration-target
            bootloader-configuration-targets
            bootloader-configuration-menu-entries
            bootloader-configuration-default-entry
            bootloader-configuration-timeout
            bootloader-configuration-keyboard-layout
            bootloader-configuration-theme
            bootloader-configuration-terminal-outputs
            bootloader-configuration-terminal-inputs
            bootloader-configuration-serial-unit
            bootloader-configuration-serial-speed
            bootloader-configuration-device-tree-support?
            %bootloaders
            lookup-bootloader-by-name
            efi-bootloader-chain))

(define-record-type* <menu-entry> menu-entry make-menu-entry
  menu-entry?
  (label menu-entry-label)
  (device menu-entry-device (default #f))
  (device-mount-point menu-entry-device-mount-point (default #f))
  (linux menu-entry-linux (default #f))
  (linux-arguments menu-entry-linux-arguments (default '()))
  (initrd menu-entry-initrd (default #f))
  (multiboot-kernel menu-entry-multiboot-kernel (default #f))
  (multiboot-arguments menu-entry-multiboot-arguments (default '()))
  (multiboot-modules menu-entry-multiboot-modules (default '()))
  (chain-loader menu-entry-chain-loader (default #f)))

(define (menu-entry-mode entry)
  "Return how ENTRY boots, one of 'linux, 'multiboot and 'chain-loader, or #f if it says several or none."
  (match (list (and (menu-entry-linux entry) (menu-entry-initrd entry) #t)
               (and (or (menu-entry-linux entry) (menu-entry-initrd entry) (pair? (menu-entry-linux-arguments entry))) #t)
               (->bool (menu-entry-multiboot-kernel entry))
               (or (pair? (menu-entry-multiboot-arguments entry)) (pair? (menu-entry-multiboot-modules entry)))
               (->bool (menu-entry-chain-loader entry)))
    ((#t _ #f #f #f) 'linux)
    ((#f #f #t _ #f) 'multiboot)
    ((#f #f #f #f #t) 'chain-loader)
    (_ #f)))

(define (menu-entry->sexp entry)
  "Return ENTRY as a list that 'sexp->menu-entry' reads."
  (define device
    (match (menu-entry-device entry)
      ((? uuid? id) `(uuid ,(uuid-type id) ,(uuid->string id)))
      ((? file-system-label? label) `(label ,(file-system-label->string label)))
      (name name)))

  `(menu-entry
    (version 0)
    (label ,(menu-entry-label entry))
    (device ,device)
    (device-mount-point ,(menu-entry-device-mount-point entry))
    ,@(match (menu-entry-mode entry)
        ('linux
         `((linux ,(menu-entry-linux entry))
           (linux-arguments ,(menu-entry-linux-arguments entry))
           (initrd ,(menu-entry-initrd entry))))
        ('multiboot
         `((multiboot-kernel ,(menu-entry-multiboot-kernel entry))
           (multiboot-arguments ,(menu-entry-multiboot-arguments entry))
           (multiboot-modules ,(menu-entry-multiboot-modules entry))))
        ('chain-loader
         `((chain-loader ,(menu-entry-chain-loader entry))))
        (#f
         (raise (condition
                 (&message (message (format #f (G_ "invalid menu-entry: ~a") entry)))
                 (&fix-hint
                  (hint (G_ "Give an entry one way to boot: @code{linux} with @code{initrd}, @code{multiboot-kernel}, or
@code{chain-loader}.")))))))))

(define (sexp->menu-entry sexp)
  "Return the entry that SEXP, a list as 'menu-entry->sexp' returns, stands for."
  (match sexp
    (('menu-entry ('version 0) . fields)
     (let ((field (lambda* (name #:optional default)
                    (match (assq name fields)
                      ((_ value) value)
                      (_ default)))))
       (menu-entry
        (label (field 'label))
        (device (match (field 'device)
                  (('uuid type text) (uuid text type))
                  (('label text) (file-system-label text))
                  (name name)))
        (device-mount-point (field 'device-mount-point))
        (linux (field 'linux))
        (linux-arguments (field 'linux-arguments '()))
        (initrd (field 'initrd))
        (multiboot-kernel (field 'multiboot-kernel))
        (multiboot-arguments (field 'multiboot-arguments '()))
        (multiboot-modules (field 'multiboot-modules '()))
        (chain-loader (field 'chain-loader)))))))

(define-record-type* <bootloader> bootloader make-bootloader
  bootloader?
  (name bootloader-name)
  (package bootloader-package)
  (installer bootloader-installer)
  (disk-image-installer bootloader-disk-image-installer (default #f))
  (configuration-file bootloader-configuration-file)
  (configuration-file-generator bootloader-configuration-file-generator))

(define-with-syntax-properties (warn-about-target (value properties))
  (when value
    (warning (source-properties->location properties)
             (G_ "the 'target' field is deprecated, please use 'targets' instead~%")))
  value)

(define-record-type* <bootloader-configuration> bootloader-configuration make-bootloader-configuration
  bootloader-configuration?
  (bootloader bootloader-configuration-bootloader)
  (targets bootloader-configuration-said-targets (default #f))
  (target bootloader-configuration-said-target (default #f) (sanitize warn-about-target))
  (menu-entries bootloader-configuration-menu-entries (default '()))
  (default-entry bootloader-configuration-default-entry (default 0))
  (timeout bootloader-configuration-timeout (default 5))
  (keyboard-layout bootloader-configuration-keyboard-layout (default #f))
  (theme bootloader-configuration-theme (default #f))
  (terminal-outputs bootloader-configuration-terminal-outputs (default '(gfxterm)))
  (terminal-inputs bootloader-configuration-terminal-inputs (default '()))
  (serial-unit bootloader-configuration-serial-unit (default #f))
  (serial-speed bootloader-configuration-serial-speed (default #f))
  (device-tree-support? bootloader-configuration-device-tree-support? (default #t)))

(define (bootloader-configuration-targets configuration)
  "Return where CONFIGURATION says to install; a list of #f if it says nothing."
  (or (bootloader-configuration-said-targets configuration)
      (list (bootloader-configuration-said-target configuration))))

(define-deprecated (bootloader-configuration-target configuration)
  bootloader-configuration-targets
  (bootloader-configuration-said-target configuration))

(define %bootloaders
  ;; All boot loaders that modules below gnu/bootloader export, looked for when asked for.
  (delay (fold-module-public-variables (lambda (object result)
                                         (if (bootloader? object)
                                             (cons object result)
                                             result))
                                       '()
                                       (all-modules (map (lambda (directory)
                                                           (cons directory "gnu/bootloader"))
                                                         %load-path)
                                                    #:warn warn-about-load-error))))

(define (lookup-bootloader-by-name name)
  "Return the boot loader called NAME, a symbol."
  (or (find (lambda (bootloader)
              (eq? (bootloader-name bootloader) name))
            (force %bootloaders))
      (leave (G_ "~a: no such bootloader~%") name)))

(define* (efi-bootloader-chain final-bootloader #:key files hooks installer)
  "Return a boot loader that starts FINAL-BOOTLOADER after others."
  (unavailable 'efi-bootloader-chain "the installation of boot loaders, (gnu build bootloader)"))
