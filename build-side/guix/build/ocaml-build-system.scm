;;; Commentary:
;;;
;;; Phases of OCaml packages: with oasis's `setup.ml', a makefile, or topkg's `pkg.ml'.
;;; Interface: (guix build ocaml-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build ocaml-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            ocaml-build))

(define (site-library outputs)
  (string-append (assoc-ref outputs "out") "/lib/ocaml/site-lib"))

(define (method use-make?)
  "Return how the package in the current directory is built: 'oasis, 'make or 'topkg."
  (cond ((and (file-exists? "setup.ml") (not use-make?)) 'oasis)
        ((file-exists? "Makefile") 'make)
        (else 'topkg)))

(define (run-setup . arguments)
  (apply invoke "ocaml" "setup.ml" arguments))

(define (run-topkg inputs . arguments)
  (apply invoke "ocaml"
         "-I" (string-append (assoc-ref inputs "findlib") "/lib/ocaml/site-lib")
         (if (file-exists? "pkg/pkg.ml") "pkg/pkg.ml" "pkg/build.ml")
         arguments))

(define* (ocaml-findlib-environment #:key outputs #:allow-other-keys)
  "Let libraries be installed to OUTPUTS."
  (setenv "OCAMLFIND_DESTDIR" (site-library outputs))
  (setenv "OCAMLFIND_LDCONF" "ignore"))

(define* (configure #:key outputs (configure-flags '())
                    (test-flags '("--enable-tests")) tests?
                    #:allow-other-keys)
  "Configure, by `setup.ml' or by the script `configure'."
  (let ((out (assoc-ref outputs "out")))
    (format #t "build directory: ~s~%" (getcwd))
    (if (file-exists? "setup.ml")
        (let ((arguments `("-configure" "--prefix" ,out
                           ,@(if tests? test-flags '())
                           ,@configure-flags)))
          (format #t "running 'setup.ml' with arguments ~s~%" arguments)
          (apply run-setup arguments))
        (let ((arguments (cons* "-prefix" out configure-flags)))
          (format #t "running 'configure' with arguments ~s~%" arguments)
          (apply invoke "./configure" arguments)))))

(define* (build #:key inputs outputs (build-flags '()) (make-flags '()) use-make?
                #:allow-other-keys)
  "Compile; a makefile is preferred if USE-MAKE? is true."
  (case (method use-make?)
    ((oasis) (apply run-setup "-build" build-flags))
    ((make) (apply invoke "make" make-flags))
    ((topkg) (apply run-topkg inputs build-flags))))

(define* (check #:key inputs outputs (make-flags '()) (test-target "test") tests? use-make?
                #:allow-other-keys)
  "Run the target TEST-TARGET, if TESTS? is true."
  (when tests?
    (case (method use-make?)
      ((oasis) (run-setup (string-append "-" test-target)))
      ((make) (apply invoke "make" test-target make-flags))
      ((topkg) (run-topkg inputs test-target)))))

(define* (prepare-install #:key outputs #:allow-other-keys)
  "Make the directories that are installed to: findlib does not."
  (mkdir-p (site-library outputs))
  (mkdir-p (string-append (assoc-ref outputs "out") "/bin")))

(define* (install #:key outputs (build-flags '()) (make-flags '()) use-make?
                  (install-target "install")
                  #:allow-other-keys)
  "Run the target INSTALL-TARGET."
  (case (method use-make?)
    ((oasis) (apply run-setup (string-append "-" install-target) build-flags))
    ((make) (apply invoke "make" install-target make-flags))
    ((topkg)
     (invoke "opam-installer" "-i"
             (string-append "--prefix=" (assoc-ref outputs "out"))
             (string-append "--libdir=" (site-library outputs))))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (add-before 'configure 'ocaml-findlib-environment ocaml-findlib-environment)
    (add-before 'install 'prepare-install prepare-install)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (ocaml-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
