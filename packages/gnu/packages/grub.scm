;;; Commentary:
;;;
;;; GRUB under the name of the module it was in when Guix was young.
;;;
;;; Code:

(define-module (gnu packages grub))

(module-use! (module-public-interface (current-module)) (resolve-interface '(gnu packages bootloaders)))
