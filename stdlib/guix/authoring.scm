;;; Commentary:
;;;
;;; What the REPL's commands for package authors ask of Scheme: `,build', `,lower', `,inputs' and the others, which are
;;; declared in runtime/repl/commands/authoring.ts.  Texts and file names go over, no objects.
;;;
;;; Code:

(define-module (guix authoring)
  #:use-module (guix build-system)
  #:use-module (guix derivations)
  #:use-module ((guix diagnostics) #:select (location->string shown-location))
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix source-files)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:export (refusal
            object->derivation-path
            lowered-code
            print-inputs
            print-closure
            object-place
            run-in-store
            lint-package))

(define (refusal object package?*)
  "Return a message about OBJECT when commands can make nothing of it, else #f: nothing but packages will do if PACKAGE?* is
true."
  (cond ((package? object) #f)
        (package?*
         (format #f "~s is no package" object))
        ((or (derivation? object) (gexp? object) (file-like? object) (procedure? object)
             (and (string? object) (store-path? object)))
         #f)
        (else
         (format #f "~s cannot be built: a package, another file-like object, a G-expression, a derivation, a store item or \
a monadic value can" object))))

(define (lower store object)
  "Return the derivation or store item that OBJECT, anything that can be built, stands for in STORE."
  (match object
    ((? derivation? drv) drv)
    ((and (? string?) (? store-path? item)) item)
    ((? gexp? gexp)
     (run-with-store store (gexp->derivation "gexp" gexp)))
    ((? file-like? object)
     (run-with-store store (lower-object object)))
    ((? procedure? monadic)
     (lower store (run-with-store store monadic)))
    (_
     (error "this cannot be built:" object))))

(define (object->derivation-path object)
  "Return the derivation file, or else the store item, of OBJECT."
  (with-store store
    (match (lower store object)
      ((? derivation? drv) (derivation-file-name drv))
      (item item))))

(define (lowered-code object)
  "Return the code that OBJECT, a G-expression, is lowered to, or else the script that its derivation runs: a file name, or
#f when it runs none."
  (with-store store
    (match object
      ((? gexp? gexp)
       (lowered-gexp-sexp (run-with-store store (lower-gexp gexp))))
      (_
       (match (lower store object)
         ((? derivation? drv)
          (find (cut string-suffix? "-builder" <>)
                (filter string? (derivation-builder-arguments drv))))
         (_ #f))))))

(define (describe-input input)
  "Return INPUT, (LABEL OBJECT [OUTPUT]), as people read it."
  (match input
    ((label (? package? package) . outputs)
     (format #f "~a~{:~a~}~a" (package-full-name package) outputs
             (if (string=? label (package-name package)) "" (format #f "  (as ~s)" label))))
    ((label object . outputs)
     (format #f "~a~{:~a~}  (as ~s)" object outputs label))))

(define (print-inputs package)
  "Print the inputs of PACKAGE by kind, with the implicit ones of its build system."
  (define bag (package->bag package))
  (define explicit
    (append (package-native-inputs package) (package-inputs package) (package-propagated-inputs package)))

  (define (print-section title inputs)
    (unless (null? inputs)
      (format #t "~a:~%~{  ~a~%~}" title (map describe-input inputs))))

  (print-section "inputs" (package-inputs package))
  (print-section "native inputs" (package-native-inputs package))
  (print-section "propagated inputs" (package-propagated-inputs package))
  (print-section "implicit inputs"
                 (remove (match-lambda
                           ((label . _)
                            (or (string=? label "source") (assoc label explicit))))
                         (bag-direct-inputs bag))))

(define (print-closure object)
  "Print what OBJECT needs: of a package all packages that it is built with, of a store item what it refers to."
  (match object
    ((? package? package)
     (for-each (cut format #t "~a~%" <>)
               (sort (map package-full-name (package-closure (list package))) string<?)))
    (_
     (with-store store
       (let ((item (match (lower store object)
                     ((? derivation? drv) (derivation->output-path drv))
                     (item item))))
         (for-each (cut format #t "~a~%" <>)
                   (requisites store (list item))))))))

(define (object-place object)
  "Return (FILE LINE) of the definition of OBJECT, a package, or #f."
  (match (and (package? object) (package-location object))
    ((? location? location)
     (list (or (source-file (location-file location)) (location-file location))
           (location-line location)))
    (_ #f)))

(define (run-in-store value)
  "Return the result of VALUE, a monadic value of the store monad; VALUE itself when it is none, such as that of a
definition."
  (if (procedure? value)
      (with-store store
        (run-with-store store value))
      value))

(define (lint-package package)
  "Print what the checkers that need no network say of PACKAGE."
  (let* ((interface (resolve-interface '(guix lint)))
         (variable (lambda (name) (module-ref interface name))))
    (for-each (lambda (checker)
                (for-each (lambda (warning)
                            (let ((location ((variable 'lint-warning-location) warning)))
                              (format #t "~a~a~%"
                                      (if location (string-append (location->string (shown-location location)) ": ") "")
                                      ((variable 'lint-warning-message) warning))))
                          (((variable 'lint-checker-check) checker) package)))
              (variable '%local-checkers))))
