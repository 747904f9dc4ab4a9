;;; Commentary:
;;;
;;; RISC-V processors of 64 bits.  Interface: (guix platforms riscv) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix platforms riscv)
  #:use-module (guix platform)
  #:export (riscv64-linux))

(define riscv64-linux
  (platform
    (target "riscv64-linux-gnu")
    (system "riscv64-linux")
    (linux-architecture "riscv")
    (glibc-dynamic-linker "/lib/ld-linux-riscv64-lp64d.so.1")))
