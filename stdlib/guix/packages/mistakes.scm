;;; Commentary:
;;;
;;; What is wrong with a package that cannot be lowered, told at the place in its recipe.
;;;
;;; Code:

(define-module (guix packages mistakes)
  #:use-module (guix packages definitions)
  #:use-module (guix packages locations)
  #:use-module (guix build-system)
  #:use-module (guix derivations)
  #:use-module ((guix diagnostics) #:select (&error-location location->string shown-location))
  #:use-module (guix utils)
  #:use-module (strata diagnostics)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:autoload   (ice-9 session) (procedure-arguments)
  #:export (raise-cycle refuse-argument refuse-input refuse-output note-location!))

(define (raise-cycle package path)
  "Raise an error about PACKAGE, which PATH, the packages on the way to it, the nearest first, has already."
  (define cycle
    (cons package (reverse (take-while (negate (cut eq? package <>)) path))))

  (define places
    ;; Where each has the next as an input.
    (map package-input-location cycle (append (cdr cycle) (list package))))

  (define (told package next place)
    (format #f "~a has ~a at ~a" (package-full-name package) (package-full-name next)
            (location->string (and=> place shown-location))))

  (raise (condition
          (&package-cyclic-dependency-error (package package) (cycle cycle))
          (&error-location (location (first places)))
          (&message (message (string-append "dependency cycle: "
                                            (string-join (map package-full-name (append cycle (list package)))
                                                         " needs "))))
          (&fix-hint (hint (string-join (map told cycle (append (cdr cycle) (list package)) places) "; "))))))

(define (refuse-argument package who message irritants)
  "Raise the error that PACKAGE has IRRITANTS among its arguments, of which WHO says MESSAGE."
  (define refused (string-join (map object->string irritants) " "))
  (define known
    (map object->string
         (cond ((not (procedure? who)) '())
               ((procedure-property who 'keywords))
               ((procedure-arguments who)
                => (lambda (arguments) (map car (or (assq-ref arguments 'keyword) '()))))
               (else '()))))

  (define-values (problem advice)
    (match (list message irritants)
      (("Keyword argument has no value" _)
       (values (format #f "the argument ~a has no value" refused)
               "arguments are a list of keywords, each followed by its value"))
      ((_ ((? keyword?) . _))
       (values (format #f "the build system `~a' takes no such argument: ~a"
                       (build-system-name (package-build-system package)) refused)
               (match (string-closest refused known #:threshold 5)
                 (#f (and (pair? known)
                          (string-append "it takes " (string-join known " "))))
                 (closest (format #f "did you mean `~a'?" closest)))))
      (_
       (values (format #f "invalid argument where a keyword is expected: ~a" refused)
               "arguments are a list such as (list #:tests? #f)"))))

  (raise (apply make-compound-condition
                (condition
                 (&package-error (package package))
                 (&error-location
                  (location (or (package-field-location package 'arguments) (package-location package))))
                 (&message (message (format #f "package `~a': ~a" (package-full-name package) problem))))
                (if advice
                    (list (condition (&fix-hint (hint advice))))
                    '()))))

(define (refuse-input package input)
  "Raise the error that INPUT, of PACKAGE, cannot be one."
  (raise (condition
          (&package-input-error (package package) (input input))
          (&error-location (location (and (package? package) (package-input-location package input))))
          (&message (message (format #f "package `~a' has an invalid input: ~s"
                                     (if (package? package) (package-full-name package) package)
                                     (match input
                                       ((_ object . _) object)
                                       (_ input)))))
          (&fix-hint (hint "inputs are packages, origins, files (local-file, plain-file, ...), or (PACKAGE OUTPUT)")))))

(define (refuse-output package input output drv)
  "Raise the error that INPUT, of PACKAGE, asks for OUTPUT, which DRV has not."
  (define outputs (map car (derivation-outputs drv)))
  (raise (condition
          (&derivation-missing-output-error (derivation drv) (output output))
          (&error-location (location (and (package? package) (package-input-location package input))))
          (&message (message (format #f "reference to invalid output '~a' of derivation '~a', which has ~a"
                                     output (derivation-file-name drv) (string-join outputs ", "))))
          (&fix-hint (hint (match (and (string? output) (string-closest output outputs #:threshold 5))
                             (#f (format #f "its outputs are ~a" (string-join outputs ", ")))
                             (closest (format #f "did you mean `~a'?" closest))))))))

(define (note-location! exception location)
  "Note that EXCEPTION came up in what is written at LOCATION, which may be #f."
  (and=> location
         (compose (cut note-context! exception <>) location->string shown-location)))

