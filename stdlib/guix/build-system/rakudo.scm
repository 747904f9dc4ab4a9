;;; Commentary:
;;;
;;; The build system of Raku packages.  The phases are in (guix build rakudo-build-system).
;;; Interface: (guix build-system rakudo) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system rakudo)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%rakudo-build-system-modules
            rakudo-build
            rakudo-build-system))

(define %rakudo-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build rakudo-build-system)
    ,@%gnu-build-system-modules))

(define rakudo-build
  (native-builder 'rakudo-build
                  #:documentation "Build SOURCE with Rakudo and INPUTS."
                  #:imported-modules %rakudo-build-system-modules
                  #:modules '((guix build rakudo-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((tests? #t)
                                 (with-zef? #t)
                                 (with-prove6? #t))
                  #:arguments '(name source search-paths phases system tests? outputs inputs)))

(define (perl6-package name)
  (collection-variable '(gnu packages perl6) name))

(define (testing-tools arguments)
  "Return the inputs that run tests and install, as far as the arguments ask for them."
  (define (wanted? keyword)
    (keyword-argument arguments keyword (const #t)))

  (if (wanted? #:with-prove6?)
      `(("perl6-tap-harness"
         ,(keyword-argument arguments #:prove6 (perl6-package 'perl6-tap-harness)))
        ,@(if (wanted? #:with-zef?)
              `(("perl6-zef" ,(keyword-argument arguments #:zef (perl6-package 'perl6-zef))))
              '()))
      '()))

(define rakudo-build-system
  (build-system
    (name 'rakudo)
    (description "The standard Rakudo build system")
    (lower (lowering rakudo-build
                     #:tools `(("rakudo" #:rakudo ,(perl6-package 'rakudo)))
                     #:private '(#:prove6 #:zef)
                     #:build-inputs (list 'tools testing-tools 'native-inputs)))))
