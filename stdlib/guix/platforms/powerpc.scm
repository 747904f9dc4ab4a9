;;; Commentary:
;;;
;;; POWER processors of 32 and 64 bits.  Interface: (guix platforms powerpc) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix platforms powerpc)
  #:use-module (guix platform)
  #:export (powerpc-linux powerpc64le-linux))

(define powerpc-linux
  (platform
    (target "powerpc-linux-gnu")
    (system "powerpc-linux")
    (linux-architecture "powerpc")
    (glibc-dynamic-linker "/lib/ld.so.1")))

(define powerpc64le-linux
  (platform
    (target "powerpc64le-linux-gnu")
    (system "powerpc64le-linux")
    (linux-architecture "powerpc")
    (glibc-dynamic-linker "/lib/ld64.so.2")))
