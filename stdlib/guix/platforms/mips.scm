;;; Commentary:
;;;
;;; MIPS processors of 64 bits.  Interface: (guix platforms mips) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix platforms mips)
  #:use-module (guix platform)
  #:export (mips64-linux))

(define mips64-linux
  (platform
    (target "mips64el-linux-gnu")
    (system "mips64el-linux")
    (linux-architecture "mips")
    (glibc-dynamic-linker "/lib/ld.so.1")))
