;;; Commentary:
;;;
;;; File type recognition: what the seed has of it.
;;;
;;; Code:

(define-module (gnu packages file)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define-public file
  (seed-package "file" "5.44" "tools" license:gpl3+
                #:synopsis "File type guesser"))
