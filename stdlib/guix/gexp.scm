;;; Commentary:
;;;
;;; G-expressions: code to be run by a build, with the store items it refers to.
;;; `#~' makes one, `#$', `#$@', `#+' and `#+@' refer to inputs, and lowering turns objects such as packages,
;;; files and other G-expressions into derivations and the builder's text.
;;; This module is the sum of others: definitions, compilers, references and lowering; syntax; modules; files,
;;; computed-files, contexts, unions and builders.
;;; Interface: (guix gexp) of GNU Guix 1.4, whose builder texts and derivations come out equal.
;;;
;;; Code:

(define-module (guix gexp)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp references)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp syntax)
  #:use-module (guix gexp files)
  #:use-module (guix gexp computed-files)
  #:use-module (guix gexp contexts)
  #:use-module (guix gexp unions)
  #:use-module (guix gexp builders)
  #:use-module (guix gexp modules)
  #:re-export (gexp gexp? sexp->gexp
               ungexp ungexp-splicing ungexp-native ungexp-native-splicing
               with-imported-modules with-extensions with-parameters parameterized?
               let-system

               gexp->approximate-sexp

               gexp-input gexp-input? gexp-input-thing gexp-input-output gexp-input-native?

               local-file local-file? local-file-file local-file-absolute-file-name local-file-name
               local-file-recursive? local-file-select?
               plain-file plain-file? plain-file-name plain-file-content
               computed-file computed-file? computed-file-name computed-file-gexp computed-file-options
               program-file program-file? program-file-name program-file-gexp program-file-guile
               program-file-module-path
               scheme-file scheme-file? scheme-file-name scheme-file-gexp
               file-append file-append? file-append-base file-append-suffix
               raw-derivation-file raw-derivation-file? raw-derivation-file-derivation
               load-path-expression
               gexp-modules gexp-extensions gexp-inputs gexp-outputs
               gexp-location

               lower-gexp lowered-gexp?
               lowered-gexp-sexp lowered-gexp-inputs lowered-gexp-sources lowered-gexp-guile
               lowered-gexp-load-path lowered-gexp-load-compiled-path

               gexp->derivation gexp->file gexp->script
               text-file* mixed-text-file file-union directory-union
               references-file
               imported-files imported-modules compiled-modules
               input-tuples->gexp outputs->gexp with-build-variables assume-valid-file-name

               define-gexp-compiler gexp-compiler? file-like?
               lower-object lower-inputs

               &gexp-error gexp-error?
               &gexp-input-error gexp-input-error? gexp-error-invalid-input))
