;;; Commentary:
;;;
;;; Phases of D packages that DUB builds.
;;; Interface: (guix build dub-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build dub-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-1)
  #:export (%standard-phases
            dub-build))

(define* (configure #:key inputs #:allow-other-keys)
  "Put the D packages among INPUTS, those whose labels start with \"d-\", into one directory and tell DUB."
  (let* ((home (mkdtemp "/tmp/dub.XXXXXX"))
         (vendor (string-append home "/vendor")))
    (setenv "HOME" home)
    (mkdir vendor)
    (for-each (match-lambda
                ((label . directory)
                 (when (string-prefix? "d-" label)
                   (let ((name (basename directory)))
                     (symlink (string-append directory "/lib/dub/" name)
                              (string-append vendor "/" name))))))
              inputs)
    (invoke "dub" "add-path" vendor)))

(define (source-library?)
  "Return whether the package in the current directory is sources only."
  (any (lambda (file)
         (and (file-exists? file)
              (string-contains (call-with-input-file file get-string-all) "sourceLibrary")))
       '("package.json" "dub.sdl" "dub.json")))

(define* (build #:key (dub-build-flags '()) #:allow-other-keys)
  "Compile the package, unless there is nothing to compile."
  (unless (source-library?)
    (apply invoke "dub" "build" dub-build-flags)))

(define* (check #:key tests? #:allow-other-keys)
  "Run the tests, if TESTS? is true."
  (when tests?
    (invoke "dub" "test")))

(define* (install #:key inputs outputs #:allow-other-keys)
  "Install programs, and the sources."
  (let* ((out (assoc-ref outputs "out"))
         (programs (string-append out "/bin"))
         (sources (string-append out "/lib/dub/" (basename out))))
    (mkdir-p programs)
    (copy-recursively "bin" programs)
    (mkdir-p sources)
    (copy-recursively "." sources)))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (dub-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
