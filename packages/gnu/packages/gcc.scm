;;; Commentary:
;;;
;;; The GNU Compiler Collection: that of the seed.
;;;
;;; Code:

(define-module (gnu packages gcc)
  #:use-module (gnu packages bootstrap))

(define-public gcc %bootstrap-gcc)
