;;; Commentary:
;;;
;;; Parts of GNOME, as they were compiled.
;;;
;;; Code:

(define-module (gnu packages gnome)
  #:use-module (guix gexp)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public shared-mime-info
  (relocated-package
   "shared-mime-info" "2.2"
   '(libglib2.0-0 libicu72 liblzma5 libpcre2-8-0 libxml2 shared-mime-info zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       ;; Profiles whose packages know no other types have this database.
       (invoke (search-input-file outputs "bin/update-mime-database")
               (search-input-directory outputs "share/mime")))
   #:synopsis "Database of file types"
   #:description "This is what desktops know about types of files, and the program that indexes it."
   #:home-page "https://freedesktop.org/wiki/Software/shared-mime-info"
   #:license license:gpl2+))
