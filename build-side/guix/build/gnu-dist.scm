;;; Commentary:
;;;
;;; Phases that make source archives of packages that follow the GNU standards.
;;; Interface: (guix build gnu-dist) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build gnu-dist)
  #:use-module (guix build gnu-build-system)
  #:use-module (guix build utils)
  #:export (%dist-phases))

(define* (build-dist #:key build-before-dist? make-flags (dist-target "distcheck")
                     #:allow-other-keys #:rest args)
  "Make DIST-TARGET, and everything before if BUILD-BEFORE-DIST? is true."
  (when build-before-dist?
    (apply (assq-ref %standard-phases 'build) args))
  (format #t "building target `~a'~%" dist-target)
  (apply invoke "make" dist-target make-flags))

(define* (install-dist #:key outputs #:allow-other-keys)
  "Install the archives that were made."
  (for-each (lambda (archive)
              (install-file archive (assoc-ref outputs "out")))
            (find-files "." "\\.tar\\.")))

(define %dist-phases
  (modify-phases %standard-phases
    (delete 'strip)
    (replace 'install install-dist)
    (add-after 'build 'build-dist build-dist)
    (delete 'build)))
