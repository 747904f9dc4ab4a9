;;; Commentary:
;;;
;;; The build systems of Common Lisp packages that ASDF knows: for SBCL, for ECL, and as sources; and what makes packages of
;;; the latter two from one of the first.  The phases are in (guix build asdf-build-system).
;;; Interface: (guix build-system asdf) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system asdf)
  #:use-module ((gnu packages) #:select (find-packages-by-name))
  #:use-module ((guix build utils)
                #:select ((package-name->name+version
                           . hyphen-separated-name->name+version)))
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%asdf-build-system-modules
            %asdf-build-modules
            asdf-build
            asdf-build-system/sbcl
            asdf-build-system/ecl
            asdf-build-system/source
            sbcl-package->cl-source-package
            sbcl-package->ecl-package))

(define %asdf-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build asdf-build-system)
    (guix build lisp-utils)
    (guix build union)
    ,@%gnu-build-system-modules))

(define %asdf-build-modules
  ;; Build-side modules that builders use.
  '((guix build asdf-build-system)
    (guix build utils)
    (guix build union)
    (guix build lisp-utils)))

(define asdf-build/source
  (native-builder 'asdf-build/source
                  #:documentation "Install the Lisp files of SOURCE."
                  #:imported-modules %asdf-build-system-modules
                  #:modules %asdf-build-modules
                  #:variables? #f
                  #:parameters '((phases %standard-phases/source))
                  #:arguments '(name source system phases outputs search-paths inputs)))

(define (main-system lisp name)
  "Return the name of the ASDF system that a package called NAME for the implementation LISP most likely has."
  (let ((prefix (string-append lisp "-")))
    (hyphen-separated-name->name+version
     (if (string-prefix? prefix name)
         (string-drop name (string-length prefix))
         name))))

(define (systems lisp ref)
  "Return the quoted list of the ASDF systems to build."
  (match (ref 'asd-systems)
    ((_ ()) `',(call-with-values (lambda () (main-system lisp (ref 'name)))
                 (lambda (name . _) (list name))))
    (systems systems)))

(define (test-systems lisp ref)
  "Return the quoted list of the ASDF systems to test."
  (match (ref 'asd-test-systems)
    ((_ ()) (systems lisp ref))
    (systems systems)))

(define (asdf-build lisp)
  "Return the build procedure of ASDF packages for LISP, the name of an implementation and its command."
  (native-builder 'asdf-build
                  #:documentation "Compile and install the ASDF systems of SOURCE."
                  #:imported-modules %asdf-build-system-modules
                  #:modules %asdf-build-modules
                  #:variables? #f
                  #:parameters '((tests? #t)
                                 (asd-systems '())
                                 (asd-test-systems '())
                                 (asd-operation "load-system"))
                  #:arguments `(name source
                                (asd-systems . ,(lambda (ref) (list (systems lisp ref))))
                                (asd-test-systems . ,(lambda (ref) (list (test-systems lisp ref))))
                                asd-operation system tests? phases outputs search-paths inputs)
                  #:wrap (lambda (call ref)
                           #~(parameterize ((%lisp (search-input-file
                                                    #$(input-tuples->gexp (ref 'inputs))
                                                    (string-append "bin/" #$lisp)))
                                            (%lisp-type #$lisp))
                               #$call))))

(define (lower lisp)
  "Return the `lower' procedure of the build system for LISP, the name of an implementation and its package."
  (lowering (asdf-build lisp)
            #:tools `((,lisp #:lisp ,(collection-variable '(gnu packages lisp) (string->symbol lisp))))))

(define asdf-build-system/sbcl
  (build-system
    (name 'asdf/sbcl)
    (description "The build system for ASDF binary packages using SBCL")
    (lower (lower "sbcl"))))

(define asdf-build-system/ecl
  (build-system
    (name 'asdf/ecl)
    (description "The build system for ASDF binary packages using ECL")
    (lower (lower "ecl"))))

(define asdf-build-system/source
  (build-system
    (name 'asdf/source)
    (description "The build system for ASDF source packages")
    (lower (lowering asdf-build/source
                     #:build-inputs '(native-inputs)))))


;;;
;;; Packages for other implementations.
;;;

(define (package-variants from to from-prefix to-prefix property phases-transformer)
  "Return a procedure that makes of a package with the build system FROM, and of what it needs, one with the build system
TO.  In names, TO-PREFIX takes the place of FROM-PREFIX.  A package that has PROPERTY, the promise of a package, becomes
that package.  PHASES-TRANSFORMER is the build-side code of a procedure that changes phases."
  (define source? (eq? to asdf-build-system/source))

  (define (from? object)
    (and (package? object)
         (eq? from (package-build-system object))))

  (define (renamed name)
    (if (string-prefix? from-prefix name)
        (let ((base (string-drop name (string-length from-prefix))))
          (if (string-prefix? to-prefix base)
              base
              (string-append to-prefix base)))
        name))

  (define (existing package)
    ;; The variant that the collection has already.
    (match (find-packages-by-name (renamed (package-name package)))
      (() #f)
      ((package . _) package)))

  (define rewritten-input
    (match-lambda
      ((label (? package? package) . outputs)
       (cons* label (or (existing package) (variant package)) outputs))
      (input input)))

  (define (lisp-input? input)
    (from? (second input)))

  (define (rewritten inputs)
    (map rewritten-input (if source? (remove lisp-input? inputs) inputs)))

  ;; Sources are loaded together with the sources they need, which therefore become propagated inputs; native ones
  ;; too, for they may be needed to load the system.
  (define (propagated package)
    (map rewritten-input
         (append (if source?
                     (filter lisp-input?
                             (append (package-inputs package) (package-native-inputs package)))
                     '())
                 (package-propagated-inputs package))))

  (define (changed-arguments package)
    (substitute-keyword-arguments
        (if source?
            (strip-keyword-arguments
             '(#:tests? #:lisp #:asd-systems #:asd-test-systems #:asd-operation)
             (package-arguments package))
            (package-arguments package))
      ((#:phases phases) (list phases-transformer phases))))

  (define variant
    (mlambda (pkg)
      (let ((ready-made (assoc-ref (package-properties pkg) property)))
        (cond (ready-made (force ready-made))
              ((not (from? pkg)) pkg)
              (else
               (package
                 (inherit pkg)
                 (location (package-location pkg))
                 (name (renamed (package-name pkg)))
                 (build-system to)
                 (arguments (changed-arguments pkg))
                 (inputs (rewritten (package-inputs pkg)))
                 (propagated-inputs (propagated pkg))
                 (native-inputs
                  (append (if source? `((,(package-name pkg) ,pkg)) '())
                          (rewritten (package-native-inputs pkg))))
                 (outputs (if source? '("out") (package-outputs pkg)))))))))

  ;; The property of the package that is asked for was made with the same procedure.
  (lambda (pkg)
    (variant (if (assoc property (package-properties pkg))
                 (package
                   (inherit pkg)
                   (properties (alist-delete property (package-properties pkg))))
                 pkg))))

(define sbcl-package->cl-source-package
  (package-variants asdf-build-system/sbcl asdf-build-system/source "sbcl-" "cl-"
                    'cl-source-variant
                    '(const %standard-phases/source)))

(define sbcl-package->ecl-package
  (package-variants asdf-build-system/sbcl asdf-build-system/ecl "sbcl-" "ecl-"
                    'ecl-variant
                    'identity))

(for-each %declare-pure! (list sbcl-package->cl-source-package sbcl-package->ecl-package))
