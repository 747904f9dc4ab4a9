;;; Commentary:
;;;
;;; The build system of eggs, packages of CHICKEN Scheme.  The phases are in (guix build chicken-build-system).
;;; Interface: (guix build-system chicken) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system chicken)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%chicken-build-system-modules
            chicken-build
            chicken-build-system
            egg-uri))

(define* (egg-uri name version #:optional (extension ".tar.gz"))
  "Return the URI of the source of the CHICKEN egg NAME at VERSION; EXTENSION is that of its file name."
  (string-append "https://code.call-cc.org/egg-tarballs/5/" name "/" name "-" version extension))

(define %chicken-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build chicken-build-system)
    (guix build union)
    ,@%gnu-build-system-modules))

(define chicken-build
  (native-builder 'chicken-build
                  #:documentation "Build SOURCE, an egg, with CHICKEN and INPUTS."
                  #:imported-modules %chicken-build-system-modules
                  #:modules '((guix build chicken-build-system)
                              (guix build union)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((egg-name "")
                                 (unpack-path "")
                                 (build-flags '())
                                 (tests? #t))
                  #:arguments '(name source system phases outputs search-paths egg-name unpack-path build-flags
                                tests? inputs)))

(define chicken-build-system
  (build-system
    (name 'chicken)
    (description "Build system for Chicken Scheme programs")
    ;; CHICKEN compiles by way of C: the standard inputs are needed.
    (lower (lowering chicken-build
                     #:tools `(("chicken" #:chicken
                                ,(collection-variable '(gnu packages chicken) 'chicken)))))))
