;;; Commentary:
;;;
;;; Bison.  The archive of its source that Debian keeps is without the manual that the build wants: it is had as it was
;;; compiled.
;;;
;;; Code:

(define-module (gnu packages bison)
  #:use-module (guix gexp)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module (gnu packages m4)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bison
  (relocated-package
   "bison" "3.8.2" '(bison)
   #:finish
   #~(lambda* (#:key inputs outputs #:allow-other-keys)
       ;; Links lead through a directory of the whole system, and its data are looked for where it was built.
       (let ((program (search-input-file outputs "bin/bison")))
         (symlink "bison.yacc" (string-append (dirname program) "/yacc"))
         (wrap-program program
           `("BISON_PKGDATADIR" = (,(search-input-directory outputs "share/bison")))
           `("M4" = (,(search-input-file inputs "bin/m4"))))))
   #:inputs (list m4)
   #:synopsis "Parser generator"
   #:description "Bison turns the description of a context-free grammar into a program in C or C++ that parses
text of that grammar."
   #:home-page "https://www.gnu.org/software/bison/"
   #:license license:gpl3+))
