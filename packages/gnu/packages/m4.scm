;;; Commentary:
;;;
;;; Macro processing: what the seed has of it.
;;;
;;; Code:

(define-module (gnu packages m4)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define-public m4
  (seed-package "m4" "1.4.19" "tools" license:gpl3+
                #:synopsis "Macro processor"))
