;;; Commentary:
;;;
;;; The modules that recipes and scripts use most, as one: `(use-modules (guix))'.
;;; Licenses are not among them, since their names (zlib, expat) are those of packages.
;;; Interface: (guix) of GNU Guix 1.4; what (guix monad-repl) adds to a prompt is there in any case.
;;;
;;; Code:

(define-module (guix))

(eval-when (expand load eval)
  (for-each (lambda (name)
              (let ((interface (resolve-interface `(guix ,name)))
                    (module (current-module)))
                (module-use! module interface)
                (module-re-export! module (module-map (lambda (symbol _) symbol) interface))))
            '(base32
              build-system
              derivations
              download
              gexp
              monads
              packages
              store
              utils)))
