;;; Commentary:
;;;
;;; GNU gettext, as it was compiled: its build takes longer than most that want its programs.
;;;
;;; Code:

(define-module (gnu packages gettext)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gettext-minimal
  (relocated-package
   "gettext-minimal" "0.21"
   '(gettext gettext-base libicu72 liblzma5 libunistring2 libxml2 zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       ;; Their data are looked for where they were compiled.
       (for-each (lambda (program)
                   (wrap-program (search-input-file outputs (string-append "bin/" program))
                     `("GETTEXTDATADIR" = (,(search-input-directory outputs "share/gettext")))
                     `("GETTEXTDATADIRS" ":" prefix (,(search-input-directory outputs "share/gettext")))))
                 '("msgfmt" "msginit" "xgettext")))
   #:native-search-paths
   (list (search-path-specification
          (variable "TEXTDOMAINDIR")
          (files '("share/locale"))))
   #:synopsis "Tools for translations"
   #:description "Gettext takes from programs what they say to users, and gives them translations of it."
   #:home-page "https://www.gnu.org/software/gettext/"
   #:license license:gpl3+))

(define-public gnu-gettext gettext-minimal)
