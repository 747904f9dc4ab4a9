;;; Commentary:
;;;
;;; QEMU under the names of the module it was in when Guix was young.
;;;
;;; Code:

(define-module (gnu packages qemu)
  #:use-module ((gnu packages virtualization) #:select (qemu)))

;; Without windows: that of the collection has none.
(define-public qemu-headless qemu)
(re-export qemu)
