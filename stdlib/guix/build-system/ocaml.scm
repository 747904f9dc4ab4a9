;;; Commentary:
;;;
;;; The build system of OCaml packages: with oasis, topkg, or configure scripts and makefiles.  Also what makes variants of them
;;; for other versions of OCaml.  The phases are in (guix build ocaml-build-system).
;;; Interface: (guix build-system ocaml) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system ocaml)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:export (%ocaml-build-system-modules
            package-with-ocaml4.07
            strip-ocaml4.07-variant
            package-with-ocaml4.09
            strip-ocaml4.09-variant
            default-findlib
            default-ocaml
            lower
            ocaml-build
            ocaml-build-system))

(define (ocaml-package name)
  (collection-variable '(gnu packages ocaml) name))

(define default-ocaml (ocaml-package 'ocaml))
(define default-findlib (ocaml-package 'ocaml-findlib))

(define %ocaml-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build ocaml-build-system)
    ,@%gnu-build-system-modules))

(define ocaml-build
  (native-builder 'ocaml-build
                  #:documentation "Build SOURCE with OCaml and INPUTS."
                  #:imported-modules %ocaml-build-system-modules
                  #:modules '((guix build ocaml-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((phases (@ (guix build ocaml-build-system) %standard-phases))
                                 (configure-flags '()) (make-flags '()) (build-flags '())
                                 (out-of-source? #t)
                                 use-make?
                                 (tests? #t)
                                 (test-flags '("--enable-tests"))
                                 (test-target "test")
                                 (install-target "install")
                                 (validate-runpath? #t) (patch-shebangs? #t)
                                 (strip-binaries? #t)
                                 (strip-flags '("--strip-debug"))
                                 (strip-directories '("lib" "lib64" "libexec" "bin" "sbin")))
                  #:arguments `((source . ,(lambda (ref) (list #~#$(ref 'source))))
                                system outputs inputs search-paths phases configure-flags test-flags make-flags
                                build-flags out-of-source? use-make? tests? test-target install-target
                                validate-runpath? patch-shebangs? strip-binaries? strip-flags
                                strip-directories)
                  #:options '(#:target #f)))

(define lower
  (lowering ocaml-build
            #:tools `(("ocaml" #:ocaml ,default-ocaml)
                      ("findlib" #:findlib ,default-findlib))
            #:host-inputs '(source inputs)
            #:build-inputs '(tools native-inputs standard)))

(define ocaml-build-system
  (build-system
    (name 'ocaml)
    (description "The standard OCaml build system")
    (lower lower)))


;;;
;;; Variants for other versions of OCaml.
;;;

(define dune-build-system
  ;; Its module uses this one.
  (collection-variable '(guix build-system dune) 'dune-build-system))

(define (package-with-explicit-ocaml ocaml findlib dune new-prefix property)
  "Return a procedure that makes of a package, and of what it needs, a package built with OCAML, FINDLIB and DUNE, thunks
that return packages.  In names, NEW-PREFIX takes the place of \"ocaml-\".  A package that has PROPERTY, the promise of a
package, becomes that package."
  (define old-prefix "ocaml-")

  (define (ready-made p)
    (assq-ref (package-properties p) property))

  (define (dune-package? p)
    (eq? (package-build-system p) (dune-build-system)))

  (define (ocaml-package? p)
    (or (eq? (package-build-system p) ocaml-build-system)
        (dune-package? p)))

  (define (renamed name)
    (string-append new-prefix
                   (if (string-prefix? old-prefix name)
                       (string-drop name (string-length old-prefix))
                       name)))

  (define (variant p)
    (let ((promise (ready-made p)))
      (cond (promise (force promise))
            ((ocaml-package? p)
             (package
               (inherit p)
               (location (package-location p))
               (name (renamed (package-name p)))
               (arguments
                (ensure-keyword-arguments (package-arguments p)
                                          `(#:ocaml ,(ocaml)
                                            #:findlib ,(findlib)
                                            ,@(if (dune-package? p) `(#:dune ,(dune)) '()))))))
            (else p))))

  (package-mapping variant
                   (lambda (p)
                     (or (not (ocaml-package? p)) (ready-made p)))))

(define (without-property p property)
  "Return P without PROPERTY."
  (package
    (inherit p)
    (properties (alist-delete property (package-properties p)))))

(define package-with-ocaml4.07
  (package-with-explicit-ocaml (ocaml-package 'ocaml-4.07)
                               (ocaml-package 'ocaml4.07-findlib)
                               (ocaml-package 'ocaml4.07-dune)
                               "ocaml4.07-" 'ocaml4.07-variant))

(define package-with-ocaml4.09
  (package-with-explicit-ocaml (ocaml-package 'ocaml-4.09)
                               (ocaml-package 'ocaml4.09-findlib)
                               (ocaml-package 'ocaml4.09-dune)
                               "ocaml4.09-" 'ocaml4.09-variant))

(define (strip-ocaml4.07-variant p)
  "Return P without its property `ocaml4.07-variant'."
  (without-property p 'ocaml4.07-variant))

(define (strip-ocaml4.09-variant p)
  "Return P without its property `ocaml4.09-variant'."
  (without-property p 'ocaml4.09-variant))
