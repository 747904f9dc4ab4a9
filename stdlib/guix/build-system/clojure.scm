;;; Commentary:
;;;
;;; The build system of Clojure packages: sources are compiled and put into jars.
;;; The phases are in (guix build clojure-build-system).
;;; Interface: (guix build-system clojure) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system clojure)
  #:use-module (guix build clojure-utils)
  #:use-module (guix build-system)
  #:use-module (guix build-system ant)
  #:use-module (guix build-system declarative)
  #:export (%clojure-build-system-modules
            clojure-build
            clojure-build-system))

(define %clojure-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build clojure-build-system)
    (guix build clojure-utils)
    (guix build guile-build-system)
    ,@%ant-build-system-modules))

(define clojure-build
  (native-builder 'clojure-build
                  #:documentation "Build SOURCE with Clojure and INPUTS."
                  #:imported-modules %clojure-build-system-modules
                  #:modules '((guix build clojure-build-system)
                              (guix build clojure-utils)
                              (guix build utils))
                  #:variables? #f
                  #:parameters `((source-dirs ',%source-dirs)
                                 (java-source-dirs ',%java-source-dirs)
                                 (test-dirs ',%test-dirs)
                                 (compile-dir ,%compile-dir)
                                 (java-compile-dir ,%java-compile-dir)
                                 (jar-names => ,(lambda (ref)
                                                  `',(package-name->jar-names (ref 'name))))
                                 (main-class ,%main-class)
                                 (omit-source? ,%omit-source?)
                                 (aot-include ',%aot-include)
                                 (aot-exclude ',%aot-exclude)
                                 doc-dirs
                                 (doc-regex ,%doc-regex)
                                 (tests? ,%tests?)
                                 (test-include ',%test-include)
                                 (test-exclude ',%test-exclude))
                  #:arguments '(name source source-dirs java-source-dirs test-dirs compile-dir java-compile-dir
                                jar-names main-class omit-source? aot-include aot-exclude doc-dirs doc-regex
                                tests? test-include test-exclude phases outputs search-paths system inputs)))

(define native-lowering
  (lowering clojure-build
            #:tools `(("clojure" #:clojure ,(collection-variable '(gnu packages clojure) 'clojure))
                      ("jdk" #:jdk ,(collection-variable '(gnu packages java) 'icedtea) "jdk")
                      ("zip" #:zip ,(collection-variable '(gnu packages compression) 'zip)))))

(define clojure-build-system
  (build-system
    (name 'clojure)
    (description "Simple Clojure build system using plain old 'compile'")
    (lower native-lowering)))
