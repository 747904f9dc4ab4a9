;;; Commentary:
;;;
;;; (gnu system pam) under the name that it had when Guix was young.
;;;
;;; Code:

(define-module (gnu system linux))

(module-use! (module-public-interface (current-module)) (resolve-interface '(gnu system pam)))
