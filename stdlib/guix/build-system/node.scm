;;; Commentary:
;;;
;;; The build system of Node packages.  The phases are in (guix build node-build-system).
;;; Interface: (guix build-system node) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system node)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix packages)
  #:use-module (ice-9 match)
  #:export (%node-build-system-modules
            node-build
            node-build-system))

(define %node-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build node-build-system)
    (guix build json)
    ,@%gnu-build-system-modules))

(define default-node
  (collection-variable '(gnu packages node) 'node-lts))

(define (libuv arguments)
  "Return the inputs that are Node's own libuv, if it has one apart: native add-ons are compiled against its headers."
  (let ((node (keyword-argument arguments #:node default-node)))
    (match (assoc-ref (package-inputs node) "libuv")
      (#f '())
      (input `(("libuv" ,@input))))))

(define node-build
  (native-builder 'node-build
                  #:documentation "Build SOURCE with Node and INPUTS."
                  #:imported-modules %node-build-system-modules
                  #:modules '((guix build node-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((npm-flags '())
                                 (test-target "test")
                                 (tests? #t))
                  #:arguments '(name source system npm-flags test-target tests? phases outputs search-paths
                                inputs)))

(define node-build-system
  (build-system
    (name 'node)
    (description "The Node build system")
    (lower (lowering node-build
                     #:tools `(("node" #:node ,default-node))
                     #:build-inputs (list 'tools libuv 'native-inputs)))))
