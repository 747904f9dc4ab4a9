;;; Commentary:
;;;
;;; Lowering: G-expressions become builders' texts and derivations.  It is written in direct style on an open connection; what
;;; Guix gives as monadic procedures wraps it.  Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp lowering)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp references)
  #:use-module (guix gexp origins)
  #:autoload   (guix gexp modules) (imported+compiled-modules)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (lower-gexp lowered-gexp?
            lowered-gexp-sexp lowered-gexp-inputs lowered-gexp-sources lowered-gexp-guile
            lowered-gexp-load-path lowered-gexp-load-compiled-path
            lower-inputs gexp->sexp gexp->derivation gexp->derivation/direct))

(define-record-type <lowered-gexp>
  (lowered-gexp sexp inputs sources guile load-path load-compiled-path)
  lowered-gexp?
  (sexp lowered-gexp-sexp)
  (inputs lowered-gexp-inputs)                   ;list of <derivation-input>
  (sources lowered-gexp-sources)                 ;list of store items
  (guile lowered-gexp-guile)                     ;<derivation-input> | #f
  (load-path lowered-gexp-load-path)             ;list of store items
  (load-compiled-path lowered-gexp-load-compiled-path))

(define (gexp->sexp/direct store exp system target note!)
  "Return the S-expression of EXP, resolved for SYSTEM and TARGET.  Call NOTE! with each derivation or store item
that it refers to, and the name of the output."
  (define (reference->sexp ref native? user)
    ;; USER is the G-expression that refers to REF.
    (match ref
      (($ <gexp-output> output)
       `((@ (guile) getenv) ,output))
      (($ <gexp-input> (? gexp? exp) output n?)
       (resolve exp (or n? native?)))
      (($ <gexp-input> (refs ...) output n?)
       (map (lambda (ref)
              ;; Assume non-record pairs and lists stand for themselves.
              (reference->sexp (if (or (gexp-input? ref) (gexp-output? ref))
                                   ref
                                   (%gexp-input ref output n?))
                               (or n? native?)
                               user))
            refs))
      (($ <gexp-input> (? struct? thing) output n?)
       (let ((target (if (or n? native?) #f target)))
         (unless (lookup-compiler thing)
           (raise-invalid-input thing (gexp-location user)))
         (call-with-values
             (lambda () (expand-object/direct store thing system target output))
           (lambda (expansion lowered)
             (note! lowered output)
             expansion))))
      (($ <gexp-input> (? self-quoting? x))
       (when (and (string? x) (direct-store-path? (direct-store-path x)))
         (note! (direct-store-path x) #f))
       x)
      (($ <gexp-input> (and pair (_ . _)) output n?)
       ;; An improper list is written as it is, though what it mentions becomes an input.
       (let loop ((pair pair))
         (match pair
           ((head . tail) (loop head) (loop tail))
           ((? file-like? thing) (reference->sexp (%gexp-input thing output n?) native? user))
           (_ #f)))
       pair)
      (($ <gexp-input> x)
       (raise-invalid-input x (gexp-location user)))
      (x x)))

  (define (resolve exp native?)
    (apply (gexp-proc exp)
           (map (cut reference->sexp <> native? exp) (gexp-references exp))))

  (resolve exp #f))

(define (gexp->sexp exp system target)
  "Return as a monadic value the S-expression of EXP, resolved for SYSTEM and TARGET."
  (lambda (store)
    (values (gexp->sexp/direct store exp system target (const #t)) store)))

(define* (lower-gexp/direct store exp
                            #:key
                            (module-path %load-path)
                            (system (%current-system))
                            (target #f)
                            (graft? (%graft?))
                            (guile-for-build (%guile-for-build))
                            (effective-version "3.0")
                            deprecation-warnings)
  "Lower EXP in STORE and return the <lowered-gexp>."
  (let* ((inputs '())
         (sources '())
         (note! (lambda (lowered output)
                  (match lowered
                    ((? derivation? drv)
                     (set! inputs (cons (derivation-input drv (list output)) inputs)))
                    ((? string? item)
                     (when (store-path? item)
                       (set! sources (cons item sources))))
                    (_ #f))))
         (guile (match guile-for-build
                  ('default (collection-guile/direct store system))
                  (#f (default-guile/direct store system))
                  (guile guile)))
         (sexp (if (gexp? exp)
                   (gexp->sexp/direct store exp system target note!)
                   exp))
         (modules (gexp-modules exp))
         (extensions (map (lambda (extension)
                            (let ((lowered (lower-object/direct store extension system #f)))
                              (match lowered
                                ((? derivation? drv)
                                 ;; All of its outputs, as in Guix.
                                 (for-each (cut note! drv <>) (derivation-output-names drv)))
                                (item (note! item #f)))
                              (lowered-file-name lowered)))
                          (gexp-extensions exp)))
         (imported+compiled (and (pair? modules)
                                 (imported+compiled-modules store modules
                                                            #:system system
                                                            #:extensions (gexp-extensions exp)
                                                            #:extension-items extensions
                                                            #:guile guile
                                                            #:module-path module-path
                                                            #:deprecation-warnings deprecation-warnings)))
         (note-path! (match-lambda
                       (#f #f)
                       ((? derivation? drv)
                        (note! drv "out")
                        (derivation->output-path drv))
                       ((? string? item)
                        (note! item #f)
                        item)))
         (imported-path (note-path! (and=> imported+compiled car)))
         (compiled-path (note-path! (and=> imported+compiled cdr))))
    (lowered-gexp sexp
                  (coalesce-inputs (reverse inputs))
                  (delete-duplicates (reverse sources))
                  (derivation-input guile '("out"))
                  (append (if imported-path (list imported-path) '())
                          (map (lambda (directory)
                                 (string-append directory "/share/guile/site/" effective-version))
                               extensions))
                  (append (if compiled-path (list compiled-path) '())
                          (map (lambda (directory)
                                 (string-append directory "/lib/guile/" effective-version "/site-ccache"))
                               extensions)))))

(define (coalesce-inputs inputs)
  "Return INPUTS with those of the same derivation merged."
  (define by-path (make-hash-table))

  (define paths
    (fold (lambda (input paths)
            (let* ((path  (derivation-input-path input))
                   (known (hash-ref by-path path)))
              (hash-set! by-path path (if known (merge-inputs known input) input))
              (if known paths (cons path paths))))
          '()
          inputs))

  (map (cut hash-ref by-path <>) (reverse paths)))

(define (merge-inputs one other)
  "Return an input with the outputs of ONE and OTHER, inputs of the same derivation."
  (derivation-input (derivation-input-derivation one)
                    (delete-duplicates
                     (append (derivation-input-sub-derivations one)
                             (derivation-input-sub-derivations other)))))

(define (lower-gexp exp . options)
  "Lower EXP, a G-expression, and return as a monadic value the <lowered-gexp> that tells how to run it."
  ;; As in Guix, these are what they are when this is called.
  (let ((system (%current-system))
        (guile-for-build (or (%guile-for-build) 'default))
        (graft? (%graft?)))
    (lambda (store)
      (values (apply lower-gexp/direct store exp
                     #:system system #:target (%current-target-system)
                     #:guile-for-build guile-for-build #:graft? graft?
                     options)
              store))))

(define* (lower-inputs inputs #:key system target)
  "Return as a monadic value INPUTS, a list of <gexp-input>, as derivation inputs and store items."
  (lambda (store)
    (values (map (match-lambda
                   (($ <gexp-input> (? string? item)) item)
                   (($ <gexp-input> thing output native?)
                    (match (lower-object/direct store thing system (if native? #f target))
                      ((? derivation? drv) (derivation-input drv (list output)))
                      ((? string? item) item))))
                 inputs)
            store)))

(define (lower-reference-graphs store graphs system target)
  "Return two values: the (FILE . STORE-ITEM) pairs of GRAPHS, and the inputs and sources they add."
  (let ((lowered (map (match-lambda
                        ((file (? string? item))
                         (list file item item))
                        ((file . (? string? item))
                         (list file item item))
                        ((file thing . rest)
                         (let ((output (match rest (() "out") ((output) output))))
                           (match (lower-object/direct store thing system target)
                             ((? derivation? drv)
                              (list file (derivation->output-path drv output)
                                    (derivation-input drv (list output))))
                             ((? string? item)
                              (list file item item))))))
                      graphs)))
    (values (map (match-lambda ((file path _) (cons file path))) lowered)
            (map third lowered))))

(define (lower-references store references system target)
  "Return REFERENCES, output names and lowerable objects, as output names and store items."
  (map (match-lambda
         ((? string? output) output)
         (($ <gexp-input> thing output native?)
          (match (lower-object/direct store thing system (if native? #f target))
            ((? derivation? drv) (derivation->output-path drv output))
            ((? string? item) item)))
         (thing
          (match (lower-object/direct store thing system target)
            ((? derivation? drv) (derivation->output-path drv))
            ((? string? item) item))))
       references))

(define* (gexp->derivation/direct store name exp
                                  #:key
                                  (system (%current-system)) (target 'current)
                                  (env-vars '())
                                  hash hash-algo recursive?
                                  (modules '())
                                  (module-path %load-path)
                                  (guile-for-build (%guile-for-build))
                                  (effective-version "3.0")
                                  (graft? (%graft?))
                                  references-graphs
                                  allowed-references disallowed-references
                                  leaked-env-vars
                                  local-build? (substitutable? #t)
                                  (properties '())
                                  deprecation-warnings
                                  (script-name (string-append name "-builder")))
  "Return the derivation NAME that runs EXP; see `gexp->derivation'."
  (let* ((target (if (eq? target 'current) (%current-target-system) target))
         (exp (if (and (pair? modules) (gexp? exp))
                  (make-gexp (gexp-references exp)
                             (append modules (gexp-self-modules exp))
                             (gexp-self-extensions exp)
                             (gexp-proc exp)
                             (%gexp-location exp))
                  exp))
         (lowered (parameterize ((%graft? graft?))
                    (lower-gexp/direct store exp
                                       #:module-path module-path
                                       #:system system
                                       #:target target
                                       #:guile-for-build guile-for-build
                                       #:effective-version effective-version
                                       #:deprecation-warnings deprecation-warnings)))
         (guile (derivation-input-derivation (lowered-gexp-guile lowered)))
         (builder (add-text-to-store store script-name
                                     (object->string (lowered-gexp-sexp lowered)))))
    (when (gexp? exp)
      (note-builder! builder exp))
    (call-with-values
        (lambda ()
          (if references-graphs
              (lower-reference-graphs store references-graphs system target)
              (values #f '())))
      (lambda (graphs graph-inputs)
        (derivation store name
                    (string-append (derivation->output-path guile) "/bin/guile")
                    `("--no-auto-compile"
                      ,@(append-map (lambda (directory) (list "-L" directory))
                                    (lowered-gexp-load-path lowered))
                      ,@(append-map (lambda (directory) (list "-C" directory))
                                    (lowered-gexp-load-compiled-path lowered))
                      ,builder)
                    #:system system
                    #:outputs (gexp-outputs exp)
                    #:env-vars env-vars
                    #:inputs (cons (lowered-gexp-guile lowered)
                                   (append (lowered-gexp-inputs lowered)
                                           (filter derivation-input? graph-inputs)))
                    #:sources (cons builder
                                    (append (lowered-gexp-sources lowered)
                                            (filter string? graph-inputs)))
                    #:hash hash #:hash-algo hash-algo #:recursive? recursive?
                    #:references-graphs graphs
                    #:allowed-references (and allowed-references
                                              (lower-references store allowed-references system target))
                    #:disallowed-references (and disallowed-references
                                                 (lower-references store disallowed-references
                                                                   system target))
                    #:leaked-env-vars leaked-env-vars
                    #:local-build? local-build?
                    #:substitutable? substitutable?
                    #:properties properties)))))

(define (gexp->derivation name exp . options)
  "Return as a monadic value the derivation NAME that runs EXP, a G-expression, with GUILE-FOR-BUILD (a derivation)
on SYSTEM; EXP is stored in a file called SCRIPT-NAME.  When TARGET is true, it is used as the cross-compilation
target triplet for packages referred to by EXP.

MODULES is a list of names of Guile modules searched in MODULE-PATH to be copied in the store and made available in
the load path during the execution of EXP.  The other parameters are as for `derivation': ENV-VARS, HASH, HASH-ALGO,
RECURSIVE?, REFERENCES-GRAPHS (a list of (FILE-NAME OBJECT [OUTPUT])), ALLOWED-REFERENCES and DISALLOWED-REFERENCES
(output names and objects), LEAKED-ENV-VARS, LOCAL-BUILD?, SUBSTITUTABLE? and PROPERTIES."
  ;; As in Guix, these are what they are when this is called; the system and the target, when the value is bound.
  (let ((guile-for-build (or (%guile-for-build) 'default))
        (graft? (%graft?)))
    (lambda (store)
      (values (apply gexp->derivation/direct store name exp
                     #:guile-for-build guile-for-build #:graft? graft?
                     options)
              store))))
