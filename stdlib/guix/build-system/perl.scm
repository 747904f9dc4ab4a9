;;; Commentary:
;;;
;;; The build system of Perl packages that have a `Makefile.PL' or a `Build.PL'.  Cross-compilation works for those without
;;; compiled code.  The phases are in (guix build perl-build-system).
;;; Interface: (guix build-system perl) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system perl)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:export (%perl-build-system-modules
            perl-build
            perl-cross-build
            perl-build-system))

(define %perl-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build perl-build-system)
    ,@%gnu-build-system-modules))

(define %scope
  '((guix build perl-build-system)
    (guix build utils)))

(define %parameters
  '((phases (@ (guix build perl-build-system) %standard-phases))
    (parallel-build? #t) (parallel-tests? #t)
    make-maker?
    (make-maker-flags '())
    (module-build-flags '())))

(define perl-build
  (native-builder 'perl-build
                  #:documentation "Build SOURCE, which has a `Makefile.PL' or a `Build.PL', with Perl and INPUTS."
                  #:imported-modules %perl-build-system-modules
                  #:modules %scope
                  #:parameters `((tests? #t) ,@%parameters)
                  #:arguments '(name source search-paths make-maker? make-maker-flags (module-build-flags code)
                                (phases code) system (test-target constant "test") tests?
                                parallel-build? parallel-tests? outputs inputs)
                  #:options '(#:target #f #:graft? #f)))

(define perl-cross-build
  (cross-builder 'perl-cross-build
                 #:documentation "Build SOURCE for TARGET with Perl and inputs for it."
                 #:procedure 'perl-build
                 #:imported-modules %perl-build-system-modules
                 #:modules %scope
                 #:variables #f
                 #:parameters `((tests? #f) (build => ,build-triplet) ,@%parameters)
                 #:arguments `(name source search-paths native-search-paths
                               make-maker? make-maker-flags (module-build-flags code)
                               phases build system target (test-target constant "test") tests?
                               parallel-build? parallel-tests? outputs
                               (inputs . ,(compose list cross-inputs->gexp))
                               (native-inputs . ,(lambda (ref)
                                                   (list #~#+(input-tuples->gexp (ref 'build-inputs))))))
                 #:options '(#:graft? #f)))

(define default-perl
  (collection-variable '(gnu packages perl) 'perl))

(define (perl-for-target arguments)
  "Return, when cross-compiling, the Perl that scripts are to be run with."
  (if (keyword-argument arguments #:target)
      `(("perl" ,(keyword-argument arguments #:perl default-perl)))
      '()))

(define perl-build-system
  (build-system
    (name 'perl)
    (description "The standard Perl build system")
    (lower (lowering perl-build
                     #:cross perl-cross-build
                     #:tools `(("perl" #:perl ,default-perl))
                     #:host-inputs (list 'source 'inputs perl-for-target 'standard/native)
                     #:build-inputs '(tools native-inputs cross-toolchain standard/cross)))))
