;;; Commentary:
;;;
;;; Phases of TeX Live packages: TeX makes files of sources in `.ins' files.
;;; Interface: (guix build texlive-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build texlive-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 ftw)
  #:export (%standard-phases
            texlive-build))

(define* (build #:key inputs build-targets tex-engine tex-format #:allow-other-keys)
  "Run TEX-ENGINE with TEX-FORMAT, or without a format when that is #f, on BUILD-TARGETS or else on all `.ins' files."
  (mkdir "build")
  (for-each (lambda (file)
              (invoke tex-engine "-interaction=nonstopmode" "-output-directory=build"
                      (if tex-format (string-append "&" tex-format) "-ini")
                      file))
            (or build-targets
                (scandir "." (lambda (name) (string-suffix? ".ins" name))))))

(define* (install #:key outputs tex-directory #:allow-other-keys)
  "Install what was made below TEX-DIRECTORY, without what TeX wrote about it."
  (let ((target (string-append (assoc-ref outputs "out") "/share/texmf-dist/tex/" tex-directory)))
    (mkdir-p target)
    (for-each delete-file (find-files "." "\\.(log|aux)$"))
    (for-each (lambda (file) (install-file file target))
              (find-files "build" ".*"))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (delete 'check)
    (replace 'install install)))

(define* (texlive-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
