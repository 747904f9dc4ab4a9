;;; Commentary:
;;;
;;; The modules that recipes and scripts use most, as one: `(use-modules (guix))'.
;;; Licenses are not among them, since their names (zlib, expat) are those of packages; nor are build systems.
;;; Interface: (guix) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix))

(eval-when (expand load eval)
  (for-each (lambda (name)
              (let ((interface (resolve-interface `(guix ,name)))
                    (module (current-module)))
                (module-use! module interface)
                (module-re-export! module (module-map (lambda (symbol _) symbol) interface))))
            '(base16
              base32
              config
              derivations
              download
              gexp
              memoization
              monads
              packages
              records
              search-paths
              store
              utils)))
