;;; Commentary:
;;;
;;; Phases of fonts: their files are put where font directories are.
;;; Interface: (guix build font-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build font-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (%standard-phases
            font-build))

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE, an archive or a font, and change to its directory."
  (if (any (lambda (suffix) (string-suffix? suffix source)) '(".ttf" ".otf"))
      (begin
        (mkdir "source")
        (chdir "source")
        (copy-file source (strip-store-file-name source)))
      ((assq-ref gnu:%standard-phases 'unpack) #:source source)))

(define* (install #:key outputs #:allow-other-keys)
  "Install the fonts, by their kind."
  (for-each (match-lambda
              ((directory . regexp)
               (for-each (lambda (file)
                           (install-file file (string-append (assoc-ref outputs "out")
                                                             "/share/fonts/" directory)))
                         (find-files (getcwd) regexp))))
            '(("truetype" . "\\.(ttf|ttc)$")
              ("opentype" . "\\.(otf|otc)$"))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'unpack unpack)
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'check)
    (delete 'build)
    (replace 'install install)))

(define* (font-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
