;;; Commentary:
;;;
;;; Computing with numbers, as it was compiled.
;;;
;;; Code:

(define-module (gnu packages algebra)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bc
  (relocated-package
   "bc" "1.07.1"
   '(bc libreadline8 libtinfo6)
   #:synopsis "Calculator of any precision"
   #:description "Bc is a language for computing with numbers of any precision; @command{dc} is one that puts
operators last."
   #:home-page "https://www.gnu.org/software/bc/"
   #:license license:gpl3+))
