;;; Commentary:
;;;
;;; Checkers of the arguments that packages give their build systems, phases before all.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint phases)
  #:use-module (guix build-system)
  #:use-module (guix gexp)
  #:use-module (guix lint warnings)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (check-phases check-clause
            check-tests-true check-optional-tests))

(define* (argument package keyword #:optional default)
  "Return the value of KEYWORD in the arguments of PACKAGE."
  (let loop ((arguments (package-arguments package)))
    (match arguments
      (((? keyword? key) value . rest)
       (if (eq? key keyword) value (loop rest)))
      (_ default))))

(define (check-phases package check)
  "Return the warnings of (CHECK CLAUSE) for all clauses of the `modify-phases' form of PACKAGE, if it has one."
  (define (plain code)
    (if (gexp? code) (gexp->approximate-sexp code) code))

  (match (plain (argument package #:phases))
    (('modify-phases _ . clauses)
     ;; What is spliced into quoted code may be a G-expression.
     (match (plain clauses)
       ((clauses ...) (append-map check clauses))
       (_ (list (make-warning package 'arguments "incorrect call to ‘modify-phases’")))))
    (_ '())))

(define (procedure-body expression)
  "Return the body of the procedure that EXPRESSION makes, or #f when it is not there to see."
  (match expression
    (((or 'let 'let*) _ ... last) (procedure-body last))
    (((or 'lambda 'lambda*) _ . body) body)
    (_ #f)))

(define (check-clause package clause check)
  "Return the warnings of (CHECK BODY) for the procedure in CLAUSE, one of `modify-phases'."
  (match clause
    ((or ((or 'add-after 'add-before) _ _ expression)
         ('replace _ expression))
     (match (procedure-body expression)
       (#f '())
       (body (check body))))
    (('delete _) '())
    (_ (list (make-warning package 'arguments "invalid phase clause")))))

(define (check-tests-true package)
  "Return a warning if PACKAGE asks for tests, as build systems do by themselves."
  (define (asked?)
    (eq? #t (argument package #:tests?)))

  (if (and (asked?)
           ;; These run no tests unless asked.
           (not (memq (build-system-name (package-build-system package)) '(emacs texlive)))
           ;; Packages may say one thing for native builds, another for others.
           (parameterize ((%current-target-system "aarch64-linux-gnu"))
             (asked?)))
      (list (make-warning package 'arguments "#:tests? must not be explicitly set to #t"))
      '()))

(define (check-optional-tests package)
  "Return a warning if PACKAGE replaces the phase `check' by one that does not look at `tests?'."
  (define (mentions? code symbol)
    (match code
      ((first . rest) (or (mentions? first symbol) (mentions? rest symbol)))
      (other (eq? other symbol))))

  (check-phases package
                (match-lambda
                  (('replace ''check expression)
                   (match (procedure-body expression)
                     (#f '())
                     (body
                      (if (mentions? body 'tests?)
                          '()
                          (list (make-warning package 'arguments
                                              "the 'check' phase should respect #:tests?"))))))
                  (_ '()))))
