;;; Commentary:
;;;
;;; Phases of OCaml packages that Dune builds.
;;; Interface: (guix build dune-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build dune-build-system)
  #:use-module ((guix build ocaml-build-system) #:prefix ocaml:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            dune-build))

(define (dune jbuild? command . arguments)
  "Run Dune, or what it was called before if JBUILD? is true."
  (apply invoke (if jbuild? "jbuilder" "dune") command arguments))

(define (selection package release-flags)
  "Return the options that choose PACKAGE, which implies a release build, or else RELEASE-FLAGS."
  (if package (list "-p" package) release-flags))

(define* (build #:key (build-flags '()) jbuild? package (dune-release-flags '())
                #:allow-other-keys)
  "Build what is installed."
  (apply dune jbuild? "build" "@install"
         (append (selection package dune-release-flags) build-flags)))

(define* (check #:key (test-flags '()) (test-target "test") tests? jbuild? package
                (dune-release-flags '())
                #:allow-other-keys)
  "Run the tests of TEST-TARGET, if TESTS? is true."
  (when tests?
    (apply dune jbuild? "runtest" test-target
           (append (selection package dune-release-flags) test-flags))))

(define* (install #:key outputs (install-target "install") jbuild? package
                  #:allow-other-keys)
  "Install PACKAGE, or all packages."
  (let ((out (assoc-ref outputs "out")))
    (apply dune jbuild? install-target
           "--prefix" out
           "--libdir" (string-append out "/lib/ocaml/site-lib")
           (if package (list package) '()))))

(define %standard-phases
  (modify-phases ocaml:%standard-phases
    (delete 'configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (dune-build #:key inputs (phases %standard-phases)
                     #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply ocaml:ocaml-build #:inputs inputs #:phases phases args))
