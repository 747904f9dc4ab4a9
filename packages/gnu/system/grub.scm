;;; Commentary:
;;;
;;; (gnu bootloader grub) under the name that it had when Guix was young.
;;;
;;; Code:

(define-module (gnu system grub))

(module-use! (module-public-interface (current-module)) (resolve-interface '(gnu bootloader grub)))
