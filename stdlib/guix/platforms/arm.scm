;;; Commentary:
;;;
;;; ARM processors of 32 and 64 bits.  Interface: (guix platforms arm) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix platforms arm)
  #:use-module (guix platform)
  #:export (armv7-linux aarch64-linux))

(define armv7-linux
  (platform
    (target "arm-linux-gnueabihf")
    (system "armhf-linux")
    (linux-architecture "arm")
    (glibc-dynamic-linker "/lib/ld-linux-armhf.so.3")))

(define aarch64-linux
  (platform
    (target "aarch64-linux-gnu")
    (system "aarch64-linux")
    (linux-architecture "arm64")
    (glibc-dynamic-linker "/lib/ld-linux-aarch64.so.1")))
