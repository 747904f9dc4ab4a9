;;; Commentary:
;;;
;;; Variants of whole graphs of packages: mapping a procedure over a package and what it depends on.
;;; Recipes use it as (guix packages).  Interface: (guix packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix packages rewriting)
  #:use-module (guix packages definitions)
  #:use-module (guix build-system)
  #:use-module (guix memoization)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (ice-9 match)
  #:use-module (ice-9 vlist)
  #:export (package-mapping package-input-rewriting package-input-rewriting/spec))

(define (with-property name p)
  "Return P with the property NAME set."
  (package/inherit p
    (properties `((,name . #t) ,@(package-properties p)))))

(define (has-property? p name)
  (assq-ref (package-properties p) name))

(define* (package-mapping proc #:optional (cut? (const #f)) #:key deep?)
  "Return a procedure that, given a package, applies PROC to it and to all the packages it depends on.  Recursion stops
at packages for which CUT? is true.  When DEEP? is true, implicit inputs are included."
  ;; What this mapping made is not mapped again.
  (define done (gensym " package-mapping-done"))

  (define (rewrite input)
    (match input
      ((label (? package? package) . outputs)
       (cons* label (replace package) outputs))
      (_ input)))

  (define (replace/cut p)
    ;; Inputs that P propagates are inputs of its dependents, hence to be mapped all the same, except on the surface.
    (let ((new (proc p)))
      (if (or (not deep?) (null? (package-propagated-inputs new)))
          new
          (package
            (inherit new)
            (location (package-location new))
            (replacement (package-replacement new))
            (propagated-inputs (map rewrite (package-propagated-inputs new)))
            (properties `((,done . #t) ,@(package-properties new)))))))

  (define (replace/recursive p)
    (let ((new (proc p)))
      (package
        (inherit new)
        (location (package-location new))
        (build-system (if deep?
                          (build-system-with-package-mapping (package-build-system new) rewrite)
                          (package-build-system new)))
        (inputs (map rewrite (package-inputs new)))
        (native-inputs (map rewrite (package-native-inputs new)))
        (propagated-inputs (map rewrite (package-propagated-inputs new)))
        (replacement (and=> (package-replacement new) replace))
        (properties `((,done . #t) ,@(package-properties new))))))

  (define replace
    ;; One result for each package: what shares inputs goes on sharing them.
    (mlambdaq (p)
      (cond ((has-property? p done) p)
            ((cut? p) (replace/cut p))
            (else (replace/recursive p)))))

  replace)

(define* (package-input-rewriting replacements #:optional (rewrite-name identity)
                                  #:key (deep? #t))
  "Return a procedure that, when passed a package, replaces its direct and indirect dependencies, implicit ones included
when DEEP? is true, according to REPLACEMENTS, a list of pairs of packages.  REWRITE-NAME makes the names of the packages
that are rewritten."
  ;; Replacements may depend on what they replace.
  (define done (gensym " package-replacement"))

  (define (rewrite p)
    (if (has-property? p done)
        p
        (match (assq-ref replacements p)
          (#f (package/inherit p
                (name (rewrite-name (package-name p)))))
          (new (if deep? (with-property done new) new)))))

  (package-mapping rewrite
                   (lambda (p)
                     (or (has-property? p done)
                         (assq-ref replacements p)))
                   #:deep? deep?))

(define* (package-input-rewriting/spec replacements #:key (deep? #t))
  "Return a procedure that, given a package, applies REPLACEMENTS, a list of pairs of a specification such as \"gcc\"
or \"guile@2\" and a procedure that takes and returns a package, to its dependencies, implicit ones included when DEEP?
is true."
  (define done (gensym " package-replacement"))

  (define table
    (fold (lambda (replacement table)
            (match replacement
              ((spec . proc)
               (let-values (((name version) (package-name->name+version spec)))
                 (vhash-cons name (cons version proc) table)))))
          vlist-null
          replacements))

  (define (replacement-of p)
    (vhash-fold* (lambda (candidate found)
                   (or found
                       (match candidate
                         ((version . proc)
                          (and (or (not version)
                                   (version-prefix? version (package-version p)))
                               proc)))))
                 #f
                 (package-name p)
                 table))

  (define (rewrite p)
    (if (has-property? p done)
        p
        (match (replacement-of p)
          (#f p)
          (proc (with-property done (proc p))))))

  (package-mapping rewrite
                   (lambda (p)
                     (or (has-property? p done)
                         (replacement-of p)))
                   #:deep? deep?))
