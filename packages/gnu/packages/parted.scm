;;; Commentary:
;;;
;;; Parted under the name of the module it was in when Guix was young.
;;;
;;; Code:

(define-module (gnu packages parted))

(module-use! (module-public-interface (current-module)) (resolve-interface '(gnu packages disk)))
