;;; Commentary:
;;;
;;; Phases of packages that SCons builds.
;;; Interface: (guix build scons-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build scons-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            scons-build))

(define* (build #:key outputs (build-targets '()) (scons-flags '()) (parallel-build? #t)
                #:allow-other-keys)
  "Build BUILD-TARGETS."
  (mkdir-p (assoc-ref outputs "out"))
  (apply invoke "scons"
         (append (if parallel-build?
                     (list "-j" (number->string (parallel-job-count)))
                     '())
                 scons-flags build-targets)))

(define* (check #:key tests? test-target (scons-flags '()) #:allow-other-keys)
  "Build TEST-TARGET, if TESTS? is true."
  (if tests?
      (apply invoke "scons" test-target scons-flags)
      (format #t "test suite not run~%")))

(define* (install #:key outputs (install-targets '("install")) (scons-flags '())
                  #:allow-other-keys)
  "Build INSTALL-TARGETS."
  (apply invoke "scons" (append scons-flags install-targets)))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (scons-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
