;;; Commentary:
;;;
;;; The build system of packages that come with a `waf' script.  The phases are in (guix build waf-build-system).
;;; Interface: (guix build-system waf) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system waf)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module ((guix build-system python) #:select (default-python))
  #:use-module (guix gexp)
  #:export (%waf-build-system-modules
            waf-build
            waf-build-system))

(define %waf-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build waf-build-system)
    ,@%gnu-build-system-modules))

(define waf-build
  (native-builder 'waf-build
                  #:documentation "Build SOURCE, which has a `waf' script, with Python and INPUTS."
                  #:imported-modules %waf-build-system-modules
                  #:modules '((guix build waf-build-system)
                              (guix build utils))
                  #:parameters `((tests? #t)
                                 (test-target "check")
                                 (configure-flags ,#~'()))
                  #:arguments '(name source configure-flags system test-target tests? phases outputs
                                search-paths inputs)
                  #:options '(#:target #f)))

(define waf-build-system
  (build-system
    (name 'waf)
    (description "The standard waf build system")
    (lower (lowering waf-build
                     #:tools `(("python" #:python ,default-python))))))
