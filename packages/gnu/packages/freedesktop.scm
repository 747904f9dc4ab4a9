;;; Commentary:
;;;
;;; What desktops have in common, as it was compiled.
;;;
;;; Code:

(define-module (gnu packages freedesktop)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public desktop-file-utils
  (relocated-package
   "desktop-file-utils" "0.26"
   '(desktop-file-utils libglib2.0-0 libpcre2-8-0)
   #:synopsis "Checks and indexes of desktop entries"
   #:description "These programs check what applications say about themselves, and index which opens what."
   #:home-page "https://www.freedesktop.org/wiki/Software/desktop-file-utils/"
   #:license license:gpl2+))
