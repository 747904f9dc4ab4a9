;;; Commentary:
;;;
;;; Reading of manual pages, as it was compiled: man-db, with the parts of groff that set them.
;;;
;;; Code:

(define-module (gnu packages man)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public man-db
  (relocated-package
   "man-db" "2.11.2"
   '(groff-base libgdbm6 libpipeline1 libseccomp2 libuchardet0 man-db zlib1g)
   #:library-directories ''("lib" "lib/man-db")
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (groff (dirname (search-input-directory outputs "share/groff/1.22.4/tmac"))))
         ;; One program under two names, each of which is to be wrapped.
         (let ((apropos (search-input-file outputs "bin/apropos")))
           (delete-file apropos)
           (copy-file (search-input-file outputs "bin/whatis") apropos))
         ;; Programs and data of groff are looked for where they were compiled.
         (for-each (lambda (program)
                     (wrap-program (search-input-file outputs (string-append "bin/" program))
                       `("PATH" ":" prefix (,(string-append out "/bin")))
                       `("MAN_DISABLE_SECCOMP" = ("1"))
                       `("GROFF_TMAC_PATH" ":" prefix (,(string-append groff "/tmac")))
                       `("GROFF_FONT_PATH" ":" prefix (,(string-append groff "/font")))))
                   '("man" "mandb" "whatis" "apropos" "lexgrog"))))
   #:native-search-paths
   (list (search-path-specification
          (variable "MANPATH")
          (files '("share/man"))))
   #:synopsis "Reading of manual pages"
   #:description "Man-db shows manual pages, and finds them by their names and by what they are about."
   #:home-page "http://man-db.nongnu.org/"
   #:license license:gpl2+))
