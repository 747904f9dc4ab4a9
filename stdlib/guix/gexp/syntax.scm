;;; Commentary:
;;;
;;; The syntax of G-expressions: `#~' and the references in it, `with-imported-modules', `with-extensions'.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp syntax)
  #:use-module (guix gexp definitions)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (gexp ungexp ungexp-splicing ungexp-native ungexp-native-splicing
            with-imported-modules with-extensions
            sexp->gexp gexp->approximate-sexp))

(define-syntax-parameter current-imported-modules
  ;; The modules that `with-imported-modules' names.
  (identifier-syntax '()))

(define-syntax-parameter current-imported-extensions
  (identifier-syntax '()))

(define-syntax-rule (with-imported-modules modules body ...)
  ;; Mark the gexps defined in BODY as requiring MODULES in their execution environment.
  (let ((these modules))
    (syntax-parameterize ((current-imported-modules (identifier-syntax these)))
      body ...)))

(define-syntax-rule (with-extensions extensions body ...)
  ;; Mark the gexps defined in BODY as requiring EXTENSIONS, packages, in their execution environment.
  (let ((these extensions))
    (syntax-parameterize ((current-imported-extensions (identifier-syntax these)))
      body ...)))

(eval-when (expand load eval)

  ;; Modules may have only `gexp' of this one: its forms are known by their names, whatever is imported.
  (define (named? id . names)
    (and (identifier? id)
         (memq (syntax->datum id) names)
         #t))

  (define (ungexp-form? exp)
    "Return the syntax of the reference that EXP makes, or #f."
    (syntax-case exp (output)
      ((head output)
       (named? #'head 'ungexp)
       #'(gexp-output "out"))
      ((head output name)
       (named? #'head 'ungexp)
       #'(gexp-output name))
      ((head thing)
       (named? #'head 'ungexp 'ungexp-splicing)
       #'(reference thing "out" #f))
      ((head thing name)
       (named? #'head 'ungexp 'ungexp-splicing)
       #'(reference thing name #f))
      ((head thing)
       (named? #'head 'ungexp-native 'ungexp-native-splicing)
       #'(reference thing "out" #t))
      ((head thing name)
       (named? #'head 'ungexp-native 'ungexp-native-splicing)
       #'(reference thing name #t))
      (_ #f)))

  (define (splicing-form? exp)
    (syntax-case exp ()
      ((head _ . _) (named? #'head 'ungexp-splicing 'ungexp-native-splicing))
      (_ #f)))

  (define (template exp references)
    "Return two values: the syntax of an expression that builds EXP, or #f when EXP is constant, and REFERENCES with
those of EXP added, a list of (IDENTIFIER . REFERENCE)."
    (define (add reference)
      ;; What is written twice is one reference.
      (match (find (match-lambda ((_ . known) (equal? known reference))) references)
        ((id . _) (values id references))
        (#f (let ((id (car (generate-temporaries '(reference)))))
              (values id (acons id reference references))))))
    (cond ((ungexp-form? exp) => add)
          (else
           (syntax-case exp ()
             ((head . tail)
              (let ((reference (and (splicing-form? #'head) (ungexp-form? #'head))))
                (call-with-values
                    (lambda ()
                      (if reference
                          (add reference)
                          (template #'head references)))
                  (lambda (first references)
                    (call-with-values (lambda () (template #'tail references))
                      (lambda (rest references)
                        (values (cond ((and (not first) (not rest)) #f)
                                      (reference
                                       #`(append #,first #,(or rest #''tail)))
                                      (else
                                       #`(cons #,(or first #''head) #,(or rest #''tail))))
                                references)))))))
             (#(element ...)
              (call-with-values (lambda () (template #'(element ...) references))
                (lambda (elements references)
                  (values (and elements #`(list->vector #,elements)) references))))
             (_ (values #f references)))))))

(define (reference thing output native?)
  "Return the reference that ungexp makes of THING."
  (when (gexp-input? thing)
    (raise-invalid-input thing))
  (%gexp-input thing output native?))

(define-syntax gexp
  ;; (gexp EXP), written #~EXP: code for a build, in which `ungexp' forms refer to inputs and outputs.
  (lambda (s)
    (syntax-case s ()
      ((_ exp)
       (call-with-values (lambda () (template #'exp '()))
         (lambda (body references)
           (with-syntax (((id ...) (map car (reverse references)))
                         ((reference ...) (map cdr (reverse references)))
                         (location (datum->syntax #'here (syntax-source s))))
             #`(make-gexp (list reference ...)
                          current-imported-modules
                          current-imported-extensions
                          (lambda (id ...)
                            #,(or body #''exp))
                          'location))))))))

(define-syntax-rule (define-ungexp-syntax name ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-violation 'name "used outside of a G-expression, #~(...)" s)))
    ...))

(define-ungexp-syntax ungexp ungexp-splicing ungexp-native ungexp-native-splicing)

(define (sexp->gexp sexp)
  "Turn SEXP into a gexp without any references."
  (make-gexp '() '() '() (lambda () sexp) #f))

(define (gexp->approximate-sexp gexp)
  "Return the S-expression corresponding to GEXP, but do not lower anything: references are (*approximate*)."
  (apply (gexp-proc gexp)
         (map (match-lambda
                (($ <gexp-input> (? gexp? gexp)) (gexp->approximate-sexp gexp))
                (($ <gexp-input> (things ...))
                 (map (lambda (thing)
                        (if (gexp? thing) (gexp->approximate-sexp thing) thing))
                      things))
                (($ <gexp-input> (? self-quoting? x)) x)
                (_ '(*approximate*)))
              (gexp-references gexp))))
