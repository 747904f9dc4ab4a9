;;; Commentary:
;;;
;;; Taking of a C library and kernel headers what a bootstrap tool chain needs.
;;; Interface: (guix build make-bootstrap) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build make-bootstrap)
  #:use-module (guix build utils)
  #:export (copy-linux-headers
            make-stripped-libc))

(define %linux-headers
  ;; Those that the headers of the C library include.
  '("atalk.h" "errno.h" "falloc.h" "if_addr.h" "if_ether.h" "if_link.h" "ioctl.h" "kernel.h" "limits.h"
    "neighbour.h" "netlink.h" "param.h" "prctl.h" "posix_types.h" "rtnetlink.h" "socket.h" "stddef.h" "swab.h"
    "sysctl.h" "sysinfo.h" "types.h" "version.h"))

(define (copy-linux-headers output kernel-headers)
  "Copy those of KERNEL-HEADERS that a C library needs to OUTPUT."
  (define source (string-append kernel-headers "/include/"))
  (define target (string-append output "/include/"))

  (mkdir-p (string-append target "linux"))
  (for-each (lambda (file)
              (install-file (string-append source "linux/" file)
                            (string-append target "linux")))
            %linux-headers)
  (for-each (lambda (directory)
              (copy-recursively (string-append source directory)
                                (string-append target directory)))
            '("asm" "asm-generic" "linux/byteorder"))
  #t)

(define %libc-files
  ;; Start files, the dynamic linker, shared libraries and what is linked with them.
  (string-append "^(crt.*|ld.*|lib(c|m|dl|rt|pthread|nsl|util).*\\.so(\\..*)?"
                 "|lib(machuser|hurduser).so.*|(libc(rt|)|libpthread)_nonshared\\.a)$"))

(define (make-stripped-libc output libc kernel-headers)
  "Copy what a bootstrap tool chain needs of LIBC and KERNEL-HEADERS, those of Linux or of the Hurd, to OUTPUT, without
references to the store."
  (define libraries (string-append output "/lib"))
  (define headers (string-append output "/include"))
  (define mach-headers (string-append kernel-headers "/include/mach"))

  (setvbuf (current-output-port) 'line)
  (mkdir-p libraries)
  (for-each (lambda (file)
              (let ((copy (string-append libraries "/" (basename file))))
                (copy-file file copy)
                (remove-store-references copy)))
            (find-files (string-append libc "/lib") %libc-files))
  (copy-recursively (string-append libc "/include") headers)
  (if (directory-exists? mach-headers)
      (copy-recursively mach-headers (string-append headers "/mach"))
      (copy-linux-headers output kernel-headers))
  #t)
