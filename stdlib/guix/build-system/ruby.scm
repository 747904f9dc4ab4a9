;;; Commentary:
;;;
;;; The build system of Ruby packages, gems.  The phases are in (guix build ruby-build-system).
;;; Interface: (guix build-system ruby) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system ruby)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (rubygems-uri
            %ruby-build-system-modules
            ruby-build
            ruby-build-system))

(define (rubygems-uri name version)
  "Return the URI of the gem NAME at VERSION."
  (string-append "https://rubygems.org/downloads/" name "-" version ".gem"))

(define %ruby-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build ruby-build-system)
    ,@%gnu-build-system-modules))

(define ruby-build
  (native-builder 'ruby-build
                  #:documentation "Build SOURCE, a gem or the sources of one, with Ruby and INPUTS."
                  #:imported-modules %ruby-build-system-modules
                  #:modules '((guix build ruby-build-system)
                              (guix build utils))
                  #:parameters '((gem-flags '())
                                 (test-target "test")
                                 (tests? #t))
                  #:arguments '(name source system gem-flags test-target tests? (phases code) outputs
                                search-paths inputs)
                  #:options '(#:target #f)))

(define ruby-build-system
  (build-system
    (name 'ruby)
    (description "The standard Ruby build system")
    (lower (lowering ruby-build
                     #:tools `(("ruby" #:ruby ,(collection-variable '(gnu packages ruby) 'ruby)))))))
