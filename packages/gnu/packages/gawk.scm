;;; Commentary:
;;;
;;; Text processing in Awk: what the seed has of it.
;;;
;;; Code:

(define-module (gnu packages gawk)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gawk
  (seed-package "gawk" "5.2.1" "tools" license:gpl3+
                #:synopsis "Text scanning and processing language"))
