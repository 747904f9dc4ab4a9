;;; Commentary:
;;;
;;; Initial RAM disks for Linux: an archive with a program that the kernel runs first.  The program itself, which mounts the root
;;; file system, is not written yet; 'expression->initrd' makes the archive of any program.
;;; Interface: (gnu system linux-initrd) of GNU Guix 1.4; qemu-initrd as in the manual of 0.7.
;;;
;;; Code:

(define-module (gnu system linux-initrd)
  #:use-module (gnu packages make-bootstrap)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system unavailable)
  #:use-module (guix gexp)
  #:use-module (guix modules)
  #:use-module (guix utils)
  #:export (expression->initrd
            raw-initrd
            base-initrd
            qemu-initrd
            file-system-packages
            %base-initrd-modules))

(define* (expression->initrd exp #:key
                             (guile %guile-static-stripped)
                             (gzip (resolve-gzip))
                             (name "guile-initrd")
                             (system (%current-system)))
  "Return the RAM disk in which GUILE evaluates EXP, a G-expression, first.  It holds the closure of EXP."
  (define init (program-file "init" exp #:guile guile))

  (computed-file name
                 (with-imported-modules (source-module-closure '((guix build store-copy)
                                                                 (guix build utils)
                                                                 (guix cpio)))
                   #~(begin
                       (use-modules (guix build store-copy) (guix build utils) (guix cpio))
                       (mkdir "content")
                       (populate-store '("closure") "content" #:deduplicate? #f)
                       (symlink #$init "content/init")
                       (mkdir-p #$output)
                       (let ((archive (string-append #$output "/initrd.cpio")))
                         (with-directory-excursion "content"
                           (call-with-output-file archive
                             (lambda (port)
                               (write-cpio-archive (find-files "." #:directories? #t) port))))
                         (invoke #+(file-append gzip "/bin/gzip") "--best" "--no-name" archive)
                         (rename-file (string-append archive ".gz")
                                      (string-append #$output "/initrd.cpio.gz"))
                         (symlink "initrd.cpio.gz" (string-append #$output "/initrd")))))
                 #:options `(#:references-graphs (("closure" ,init))
                             #:system ,system)))

(define (resolve-gzip)
  (module-ref (resolve-interface '(gnu packages compression)) 'gzip))

(define %base-initrd-modules
  ;; Modules of the kernel that reach the root file systems of most machines, real and virtual.
  '("ahci" "usb-storage" "uas" "usbhid" "hid-generic" "hid-apple" "dm-crypt" "xts" "serpent_generic" "wp512" "nls_iso8859-1"
    "pata_acpi" "pata_atiixp" "isci"
    "virtio_pci" "virtio_balloon" "virtio_blk" "virtio_net" "virtio_console" "virtio-rng"))

(define* (file-system-packages file-systems #:key volatile-root?)
  "Return the packages with static programs that check FILE-SYSTEMS; none of the collection's are static yet."
  (if (null? file-systems)
      '()
      (unavailable 'file-system-packages "static builds of e2fsprogs and its kind")))

(define* (raw-initrd file-systems #:key linux (linux-modules '()) (mapped-devices '()) keyboard-layout
                     (helper-packages '()) qemu-networking? volatile-root? (on-error 'debug))
  "Return the RAM disk that mounts FILE-SYSTEMS."
  (unavailable 'raw-initrd "(gnu build linux-boot), the program that mounts the root file system"))

(define* (base-initrd file-systems #:key linux (linux-modules '()) (mapped-devices '()) keyboard-layout
                      qemu-networking? volatile-root? (extra-modules '()) (on-error 'debug))
  "Return the RAM disk that mounts FILE-SYSTEMS, with the modules of LINUX that they need."
  (raw-initrd file-systems #:linux linux #:linux-modules linux-modules #:mapped-devices mapped-devices
              #:keyboard-layout keyboard-layout #:qemu-networking? qemu-networking? #:volatile-root? volatile-root?
              #:on-error on-error))

(define* (qemu-initrd file-systems #:key guile-modules-in-chroot? qemu-networking? (mapped-devices '()) volatile-root?)
  "Return, as a monadic value, the RAM disk for virtual machines of QEMU."
  (raw-initrd file-systems #:mapped-devices mapped-devices #:qemu-networking? qemu-networking?
              #:volatile-root? volatile-root?))
