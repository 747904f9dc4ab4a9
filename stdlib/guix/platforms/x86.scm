;;; Commentary:
;;;
;;; Processors of the x86 family, with Linux, Windows or the Hurd.  Interface: (guix platforms x86) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix platforms x86)
  #:use-module (guix platform)
  #:export (i686-linux x86_64-linux i686-mingw x86_64-mingw i586-gnu))

(define i686-linux
  (platform
    (target "i686-linux-gnu")
    (system "i686-linux")
    (linux-architecture "i386")
    (glibc-dynamic-linker "/lib/ld-linux.so.2")))

(define x86_64-linux
  (platform
    (target "x86_64-linux-gnu")
    (system "x86_64-linux")
    (linux-architecture "x86_64")
    (glibc-dynamic-linker "/lib/ld-linux-x86-64.so.2")))

(define i686-mingw
  (platform
    (target "i686-w64-mingw32")
    (system #f)
    (glibc-dynamic-linker #f)))

(define x86_64-mingw
  (platform
    (target "x86_64-w64-mingw32")
    (system #f)
    (glibc-dynamic-linker #f)))

(define i586-gnu
  (platform
    (target "i586-pc-gnu")
    (system "i586-gnu")
    (glibc-dynamic-linker "/lib/ld.so.1")))
