;;; Commentary:
;;;
;;; The build system of OCaml packages that Dune builds, on top of that of OCaml.
;;; The phases are in (guix build dune-build-system).
;;; Interface: (guix build-system dune) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system dune)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module ((guix build-system ocaml) #:prefix ocaml:)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:export (%dune-build-system-modules
            dune-build
            dune-build-system))

(define %dune-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build dune-build-system)
    ,@ocaml:%ocaml-build-system-modules))

(define default-dune
  (collection-variable '(gnu packages ocaml) 'dune))

(define (release-flags dune)
  "Return the code for the flags that make the package DUNE build reproducibly."
  (if (version>=? (package-version dune) "2.5.0")
      ''("--release")
      ;; What `--release' stands for, spelled for versions that do not have it.
      ''("--root" "." "--ignore-promoted-rules" "--no-config" "--profile" "release")))

(define (spelled-outputs ref)
  (list #~(list #$@(map (lambda (name)
                          #~(cons #$name (ungexp output name)))
                        (ref 'outputs)))))

(define (spelled-inputs ref)
  (list #~(map (lambda (tuple)
                 (apply cons tuple))
               '#$(ref 'inputs))))

(define dune-build
  (native-builder 'dune-build
                  #:documentation "Build SOURCE with Dune, OCaml and INPUTS."
                  #:imported-modules %dune-build-system-modules
                  #:modules '((guix build dune-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((phases (@ (guix build dune-build-system) %standard-phases))
                                 (build-flags '())
                                 (out-of-source? #t)
                                 jbuild?
                                 package
                                 (dune-release-flags '())
                                 (tests? #t)
                                 (test-flags '())
                                 (test-target "test")
                                 (install-target "install")
                                 (validate-runpath? #t) (patch-shebangs? #t)
                                 (strip-binaries? #t)
                                 (strip-flags '("--strip-debug"))
                                 (strip-directories '("lib" "lib64" "libexec" "bin" "sbin")))
                  #:arguments `((source . ,(lambda (ref) (list #~#$(ref 'source))))
                                system
                                (outputs . ,spelled-outputs)
                                (inputs . ,spelled-inputs)
                                search-paths phases test-flags build-flags out-of-source? jbuild? package
                                dune-release-flags tests? test-target install-target validate-runpath?
                                patch-shebangs? strip-binaries? strip-flags strip-directories)
                  #:options '(#:target #f)))

(define (lower name . arguments)
  "Return a bag for NAME: that of the OCaml build system with Dune added."
  (let ((dune (keyword-argument arguments #:dune default-dune))
        (base (apply ocaml:lower name arguments)))
    (and base
         (bag
           (inherit base)
           (build-inputs `(("dune" ,dune) ,@(bag-build-inputs base)))
           (build dune-build)
           (arguments (cons* #:dune-release-flags (release-flags dune)
                             (strip-keyword-arguments '(#:dune) (bag-arguments base))))))))

(define dune-build-system
  (build-system
    (name 'dune)
    (description "The standard Dune build system")
    (lower lower)))
