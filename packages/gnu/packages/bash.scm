;;; Commentary:
;;;
;;; Shells: what the seed has of it.
;;;
;;; Code:

(define-module (gnu packages bash)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bash
  (seed-package "bash" "5.2.15" "tools" license:gpl3+
                #:synopsis "The GNU Bourne-Again SHell"))

(define-public bash-minimal bash)
