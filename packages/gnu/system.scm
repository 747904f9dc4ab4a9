;;; Commentary:
;;;
;;; Operating systems as records: a kernel, file systems, packages and services, and the directory they are made into.  What a
;;; machine needs at boot is not written yet, and asking for it says so.
;;; Interface: (gnu system) of GNU Guix 1.4; operating-system-grub.cfg as in 0.7.
;;;
;;; Code:

(define-module (gnu system)
  #:use-module (gnu bootloader)
  #:use-module (gnu packages base)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages gawk)
  #:use-module (gnu packages less)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages package-management)
  #:use-module (gnu services)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system linux-initrd)
  #:use-module (gnu system nss)
  #:use-module (gnu system shadow)
  #:use-module (gnu system unavailable)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:export (operating-system
            operating-system?
            this-operating-system
            operating-system-bootloader
            operating-system-services
            operating-system-user-services
            operating-system-essential-services
            operating-system-default-essential-services
            operating-system-packages
            operating-system-host-name
            operating-system-hosts-file
            operating-system-hurd
            operating-system-kernel
            operating-system-kernel-file
            operating-system-kernel-loadable-modules
            operating-system-kernel-arguments
            operating-system-user-kernel-arguments
            operating-system-label
            operating-system-default-label
            operating-system-initrd
            operating-system-initrd-modules
            operating-system-firmware
            operating-system-keyboard-layout
            operating-system-name-service-switch
            operating-system-mapped-devices
            operating-system-file-systems
            operating-system-store-file-system
            operating-system-swap-devices
            operating-system-users
            operating-system-groups
            operating-system-skeletons
            operating-system-issue
            operating-system-timezone
            operating-system-locale
            operating-system-locale-definitions
            operating-system-locale-libcs
            operating-system-pam-services
            operating-system-setuid-programs
            operating-system-sudoers-file
            operating-system-location
            operating-system-derivation
            operating-system-profile
            operating-system-etc-directory
            operating-system-bootcfg
            operating-system-grub.cfg
            operating-system-boot-script
            system-linux-image-file-name
            local-host-aliases
            %root-account
            %base-packages
            %base-packages-linux
            %base-packages-utils
            %base-firmware
            %default-kernel-arguments))

(define %base-packages-utils (list less))
(define %base-packages-linux (list e2fsprogs util-linux))
(define %base-packages
  (append %base-packages-linux %base-packages-utils
          (list guix bash coreutils findutils grep sed diffutils patch gawk tar gzip bzip2 xz)))

(define %base-firmware '())
(define %default-kernel-arguments '("modprobe.blacklist=usbmouse,usbkbd" "quiet"))

(define %root-account
  (user-account
   (name "root")
   (password "")
   (uid 0)
   (group "root")
   (comment "System administrator")
   (home-directory "/root")))

(define-record-type* <operating-system> operating-system make-operating-system
  operating-system?
  this-operating-system
  (kernel operating-system-kernel (default linux-libre))
  (kernel-loadable-modules operating-system-kernel-loadable-modules (default '()))
  (kernel-arguments operating-system-user-kernel-arguments (default %default-kernel-arguments))
  (hurd operating-system-hurd (default #f))
  (bootloader operating-system-bootloader)
  (label operating-system-label
         (thunked)
         (default (operating-system-default-label this-operating-system)))
  (keyboard-layout operating-system-keyboard-layout (default #f))
  (initrd operating-system-initrd (default base-initrd))
  (initrd-modules operating-system-initrd-modules (thunked) (default %base-initrd-modules))
  (firmware operating-system-firmware (default %base-firmware))
  (host-name operating-system-host-name)
  (hosts-file operating-system-hosts-file (default #f))
  (mapped-devices operating-system-mapped-devices (default '()))
  (file-systems operating-system-file-systems)
  (swap-devices operating-system-swap-devices (delayed) (default '()))
  (users operating-system-users (default %base-user-accounts))
  (groups operating-system-groups (default %base-groups))
  (skeletons operating-system-skeletons (default (default-skeletons)))
  (issue operating-system-issue (default "\nThis is the GNU system.  Welcome.\n"))
  (packages operating-system-packages (default %base-packages))
  (timezone operating-system-timezone (default "Etc/UTC"))
  (locale operating-system-locale (default "en_US.utf8"))
  (locale-definitions operating-system-locale-definitions (default '()))
  (locale-libcs operating-system-locale-libcs (default '()))
  (name-service-switch operating-system-name-service-switch (default %default-nss))
  (essential-services operating-system-essential-services
                      (thunked)
                      (default (operating-system-default-essential-services this-operating-system)))
  (services operating-system-user-services (thunked) (default '()))
  (pam-services operating-system-pam-services (default '()))
  (setuid-programs operating-system-setuid-programs (default '()))
  (sudoers-file operating-system-sudoers-file
                (default (plain-file "sudoers" "root ALL=(ALL) ALL\n%wheel ALL=(ALL) ALL\n")))
  (location operating-system-location
            (default (and=> (current-source-location) source-properties->location))
            (innate)))

(define (operating-system-default-label os)
  "Return the name of OS in a boot loader's menu: that of its kernel."
  (let ((kernel (operating-system-kernel os)))
    (format #f "GNU with ~a ~a" (string-titlecase (package-name kernel)) (package-version kernel))))

(define* (system-linux-image-file-name #:optional (target "x86_64-linux"))
  "Return the name that the image of Linux has for TARGET."
  (cond ((string-prefix? "arm" target) "zImage")
        ((string-prefix? "aarch64" target) "Image")
        ((or (string-prefix? "mips" target) (string-prefix? "powerpc" target)) "vmlinuz")
        (else "bzImage")))

(define (operating-system-kernel-file os)
  "Return the image of the kernel of OS, a file-like object."
  (file-append (operating-system-kernel os) "/" (system-linux-image-file-name)))

(define* (operating-system-kernel-arguments os root-device #:key (version 1))
  "Return the arguments of the kernel of OS, with those that name ROOT-DEVICE and the system itself."
  (append (list (string-append (if (zero? version) "--root=" "root=")
                               (file-system-device->string root-device #:uuid-type 'dce))
                #~(string-append #$(if (zero? version) "--system=" "gnu.system=") #$os)
                #~(string-append #$(if (zero? version) "--load=" "gnu.load=") #$os "/boot"))
          (operating-system-user-kernel-arguments os)))

(define (operating-system-store-file-system os)
  "Return the file system of OS that has its store."
  (define (holds-store? directory)
    (or (string=? directory "/")
        (string=? directory (%store-prefix))
        (string-prefix? (string-append (string-trim-right directory #\/) "/") (%store-prefix))))
  (reduce (lambda (a b)
            (if (> (string-length (file-system-mount-point a)) (string-length (file-system-mount-point b))) a b))
          #f
          (filter (lambda (file-system)
                    (and (holds-store? (file-system-mount-point file-system))
                         (not (memq 'bind-mount (file-system-flags file-system)))))
                  (operating-system-file-systems os))))

(define (local-host-aliases host-name)
  "Return the lines of /etc/hosts for the machine itself, called HOST-NAME."
  (string-append "127.0.0.1 localhost " host-name "\n::1       localhost " host-name "\n"))

;;;
;;; Services and the directory.
;;;

(define (etc-files os)
  (let ((host-name (operating-system-host-name os)))
    `(("hostname" ,(plain-file "hostname" (string-append host-name "\n")))
      ("hosts" ,(or (operating-system-hosts-file os)
                    (plain-file "hosts" (local-host-aliases host-name))))
      ("issue" ,(plain-file "issue" (operating-system-issue os)))
      ("nsswitch.conf" ,(plain-file "nsswitch.conf"
                                    (name-service-switch->string (operating-system-name-service-switch os))))
      ("timezone" ,(plain-file "timezone" (operating-system-timezone os))))))

(define (system-entries os)
  "Return, as a monadic value, the entries of the directory of OS that no service makes."
  (with-monad %store-monad
    (return `(("kernel" ,(operating-system-kernel os))
              ("initrd" ,(file-append ((operating-system-initrd os)
                                       (filter file-system-needed-for-boot? (operating-system-file-systems os))
                                       #:linux (operating-system-kernel os)
                                       #:linux-modules (operating-system-initrd-modules os)
                                       #:mapped-devices (operating-system-mapped-devices os))
                                      "/initrd"))))))

(define kernel-service-type
  ;; Its value is the system: the initial RAM disk is made only when the whole directory is asked for.
  (service-type
   (name 'kernel-and-initrd)
   (extensions (list (service-extension system-service-type system-entries)))
   (description "The kernel of a system and its initial RAM disk.")))

(define (operating-system-default-essential-services os)
  "Return the services that OS has even if its declaration names none."
  (list (service system-service-type '())
        (service kernel-service-type os)
        %boot-service
        (service etc-service-type (etc-files os))
        (service account-service-type
                 (cons %root-account (append (operating-system-users os) (operating-system-groups os))))
        (service profile-service-type (operating-system-packages os))
        (service gc-root-service-type '())))

(define (operating-system-services os)
  "Return all services of OS, with those that they need."
  (instantiate-missing-services
   (append (operating-system-user-services os) (operating-system-essential-services os))))

(define (operating-system-derivation os)
  "Return, as a monadic value, the derivation of the directory of OS."
  (service-value (fold-services (operating-system-services os))))

(define (operating-system-profile os)
  "Return, as a monadic value, the derivation of the profile with the packages of OS."
  (mlet* %store-monad
      ((services -> (operating-system-services os))
       (entries (with-monad %store-monad
                  ((service-extension-compute (first (service-type-extensions profile-service-type)))
                   (service-value (fold-services services #:target-type profile-service-type))))))
    (lower-object (second (first entries)))))

(define (operating-system-etc-directory os)
  "Return the directory /etc of OS."
  (etc-directory (fold-services (operating-system-services os) #:target-type etc-service-type)))

(define (operating-system-boot-script os)
  "Return, as a monadic value, the program that starts OS when its root file system is there."
  (service-value (fold-services (operating-system-services os) #:target-type boot-service-type)))

(define* (operating-system-bootcfg os #:optional (old-entries '()))
  "Return the configuration file of the boot loader of OS, with OLD-ENTRIES in its menu."
  (let ((configuration (operating-system-bootloader os)))
    ((bootloader-configuration-file-generator (bootloader-configuration-bootloader configuration))
     configuration
     (list (menu-entry
            (label (operating-system-label os))
            (linux (operating-system-kernel-file os))
            (initrd (file-append os "/initrd"))))
     #:old-entries old-entries)))

(define* (operating-system-grub.cfg os #:optional (old-entries '()))
  "Return, as a monadic value, the configuration file of the boot loader of OS."
  (lower-object (operating-system-bootcfg os old-entries)))

(define-gexp-compiler (operating-system-compiler (os <operating-system>) system target)
  ;; Where a system stands in a G-expression, its directory does.
  (mbegin %store-monad
    (operating-system-derivation os)))
