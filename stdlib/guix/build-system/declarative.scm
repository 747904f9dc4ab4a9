;;; Commentary:
;;;
;;; What the build systems have in common: the two halves of a build system, said as data.
;;;
;;; `lowering' makes the procedure from a package's fields to its bag.  `native-builder' and `cross-builder' make the
;;; procedures from a bag's inputs to its derivation: they take the parameters a build system understands, with
;;; their defaults, and the order and the spelling of the arguments in the builder's text.  The text is part of every
;;; derivation's name, so what is listed and where cannot be changed freely: it follows GNU Guix 1.4.
;;;
;;; This module is not a build system itself.
;;;
;;; Code:

(define-module (guix build-system declarative)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (guix build-system)
  #:use-module (guix collection)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:re-export (collection-variable input-tuples->gexp outputs->gexp with-build-variables)
  #:export (keyword-argument
            standard-inputs

            lowering
            native-builder
            cross-builder

            build-triplet
            code->gexp
            search-paths->gexp
            cross-inputs->gexp))


;;;
;;; Packages and arguments.
;;;

(define* (keyword-argument arguments keyword #:optional (default (const #f)))
  "Return the value of KEYWORD in ARGUMENTS, a list of keywords and values, or what the thunk DEFAULT returns.  The last
one counts, as in a call."
  (let loop ((arguments arguments) (result default))
    (match arguments
      ((key value . rest)
       (loop rest (if (eq? key keyword) (const value) result)))
      (_ (result)))))

(define standard-inputs
  ;; The implicit inputs of every build system that compiles.
  (collection-variable '(guix build-system gnu) 'standard-packages))

(define standard-cross-inputs
  (collection-variable '(guix build-system gnu) 'standard-cross-packages))


;;;
;;; From packages to bags.
;;;

(define (tool-input tool arguments)
  "Return the input TOOL, (LABEL KEYWORD THUNK OUTPUT ...), stands for: the value of KEYWORD among ARGUMENTS or what
THUNK returns, or else nothing."
  (match tool
    ((label keyword default . outputs)
     (match (keyword-argument arguments keyword default)
       (#f '())
       (package `((,label ,package ,@outputs)))))))

(define (input-part part arguments tools)
  "Return the inputs that PART, a symbol or a procedure, stands for, given the arguments of `lower'."
  (define target (keyword-argument arguments #:target))
  (define (inputs) (keyword-argument arguments #:inputs (const '())))
  (define (standard)
    (if (keyword-argument arguments #:implicit-inputs? (const #t))
        ((standard-inputs))
        '()))
  (define (cross kind)
    (if (and target (keyword-argument arguments #:implicit-cross-inputs? (const #t)))
        ((standard-cross-inputs) target kind)
        '()))

  (match part
    ((? procedure?) (part arguments))
    ('source (match (keyword-argument arguments #:source)
               (#f '())
               (source `(("source" ,source)))))
    ('tools (append-map (lambda (tool) (tool-input tool arguments)) tools))
    ('native-inputs (keyword-argument arguments #:native-inputs (const '())))
    ('inputs (inputs))
    ('inputs/native (if target '() (inputs)))
    ('inputs/cross (if target (inputs) '()))
    ('standard (standard))
    ('standard/native (if target '() (standard)))
    ('standard/cross (if target (standard) '()))
    ('cross-toolchain (cross 'host))
    ('cross-library (cross 'target))))

(define* (lowering build
                   #:key
                   (cross 'refused) (cross-library? #t)
                   (tools '()) (private '())
                   (host-inputs '(source inputs standard))
                   (build-inputs '(tools native-inputs))
                   (rewrite-outputs (lambda (outputs arguments) outputs))
                   (rewrite-arguments (lambda (arguments all) arguments)))
  "Return the `lower' procedure of a build system whose bags are built with BUILD.

CROSS is what builds bags for a target, or 'refused when there is no bag for a target, or 'ignored when the bag is the
same for all; CROSS-LIBRARY? is false when it needs no C library for the target.  TOOLS are the implicit native inputs, each as (LABEL KEYWORD THUNK OUTPUT ...): the argument KEYWORD
replaces the package that THUNK returns.  PRIVATE are further keywords that do not reach BUILD.

HOST-INPUTS and BUILD-INPUTS are where the bag's inputs come from, in order: `source', `tools', `native-inputs',
`inputs', `standard' (the inputs of the GNU build system), `cross-toolchain', or procedures from the arguments to a list
of inputs; a part whose name ends in `/native' is left out for a target, one in `/cross' without.  REWRITE-OUTPUTS
changes the list of outputs and REWRITE-ARGUMENTS the bag's arguments, given all arguments too."
  (define cross? (not (symbol? cross)))

  (define (hidden target)
    (append (if (and cross? target) '() '(#:target))
            '(#:inputs #:native-inputs)
            (map second tools)
            private))

  (lambda (name . arguments)
    (define target (keyword-argument arguments #:target))
    (define (all parts)
      (append-map (lambda (part) (input-part part arguments tools)) parts))

    (and (not (and target (eq? cross 'refused)))
         (bag
           (name name)
           (system (keyword-argument arguments #:system))
           (target (and cross? target))
           (build-inputs (all build-inputs))
           (host-inputs (all host-inputs))
           (target-inputs (if (and cross? cross-library?) (all '(cross-library)) '()))
           (outputs (rewrite-outputs (keyword-argument arguments #:outputs) arguments))
           (build (if (and cross? target) cross build))
           (arguments (rewrite-arguments (strip-keyword-arguments (hidden target) arguments)
                                         arguments))))))


;;;
;;; From bags to derivations.
;;;

(define (code->gexp value)
  "Return VALUE, code as a list or as a G-expression, for use in a builder.  Lists are not searched for packages."
  (if (pair? value) (sexp->gexp value) value))

(define (search-paths->gexp search-paths)
  "Return the builder's code for SEARCH-PATHS, a list of specifications."
  #~'#$(sexp->gexp (map search-path-specification->sexp search-paths)))

(define (build-triplet ref)
  "Return the GNU triplet of the system that builds, from the values of parameters."
  (nix-system->gnu-triplet (ref 'system)))

(define (cross-inputs->gexp ref)
  "Return the builder's code for the inputs of a cross build other than the native ones."
  #~(append #$(input-tuples->gexp (ref 'host-inputs))
            #+(input-tuples->gexp (ref 'target-inputs))))

(define common-parameters
  `(source guile
    (outputs ("out"))
    (search-paths ())
    (system => ,(lambda (ref) (%current-system)))))

(define cross-parameters
  `(target build-inputs host-inputs target-inputs
    (native-search-paths ())
    ,@common-parameters))

(define (parse-parameters procedure parameters arguments)
  "Return a procedure from the name of a parameter to its value.  PARAMETERS are names, (NAME DEFAULT), or
(NAME => PROC) where PROC computes the default from the values of others; ARGUMENTS are the keywords and values of a call
of PROCEDURE."
  (define table (make-hash-table))

  (define (refuse message irritant)
    (scm-error 'keyword-argument-error procedure message '() (list irritant)))

  (define (ref name)
    (match (hashq-ref table name)
      (('value . value) value)
      (('computed . proc)
       (let ((value (proc ref)))
         (hashq-set! table name (cons 'value value))
         value))))

  (for-each (match-lambda
              ((name '=> proc) (hashq-set! table name (cons 'computed proc)))
              ((name default) (hashq-set! table name (cons 'value default)))
              (name (hashq-set! table name '(value . #f))))
            parameters)
  (let loop ((arguments arguments))
    (match arguments
      (() ref)
      (((? keyword? keyword) value . rest)
       (let ((name (keyword->symbol keyword)))
         (unless (hashq-ref table name)
           (refuse "Unrecognized keyword" keyword))
         (hashq-set! table name (cons 'value value))
         (loop rest)))
      (((? keyword? keyword)) (refuse "Keyword argument has no value" keyword))
      ((other . _) (refuse "Invalid keyword" other)))))

(define (spelled-argument ref spellings)
  "Return a procedure from the declaration of one of the builder's arguments to the list of a keyword and its value."
  (define (spell name form)
    (list (symbol->keyword name) form))

  (match-lambda
    ((name 'code) (spell name (code->gexp (ref name))))
    ((name 'quoted) (spell name #~'#$(ref name)))
    ((name 'constant value) (spell name value))
    ((name . (? procedure? proc)) (cons (symbol->keyword name) (proc ref)))
    (name
     (spell name
            (cond ((assq-ref spellings name) => (lambda (proc) (proc ref)))
                  (else
                   (case name
                     ((source) #~#+(ref 'source))
                     ((search-paths native-search-paths) (search-paths->gexp (ref name)))
                     (else (ref name)))))))))

(define (guile-derivation guile system)
  "Return as a monadic value the derivation of GUILE, a package, or of the default one."
  (cond ((package? guile) (package->derivation guile system #:graft? #f))
        (guile (lower-object guile system))
        (else (default-guile-derivation system))))

(define (builder-derivation name builder ref options forwarded)
  "Return as a monadic value the derivation NAME that runs BUILDER, with OPTIONS of `gexp->derivation' and those of the
parameters FORWARDED."
  (mlet %store-monad ((guile (guile-derivation (ref 'guile) (ref 'system))))
    (apply gexp->derivation name builder
           #:system (ref 'system)
           #:guile-for-build guile
           (append options
                   (append-map (lambda (name)
                                 (list (symbol->keyword name) (ref name)))
                               forwarded)))))

(define* (describe-procedure! proc name documentation parameters)
  ;; Whoever uses a keyword that is none of these is told of them.
  (set-procedure-property! proc 'keywords
                           (map (match-lambda
                                  ((name . _) (symbol->keyword name))
                                  (name (symbol->keyword name)))
                                parameters))
  (set-procedure-property! proc 'name name)
  (when documentation
    (set-procedure-property! proc 'documentation documentation))
  proc)

(define variables-spellings
  ;; Inside of `with-build-variables'.
  `((outputs . ,(const '%outputs))
    (inputs . ,(const '%build-inputs))))

(define plain-spellings
  `((outputs . ,(lambda (ref) (outputs->gexp (ref 'outputs))))
    (inputs . ,(lambda (ref) (input-tuples->gexp (ref 'inputs))))))

(define cross-spellings
  `((outputs . ,(const '%outputs))
    (inputs . ,(const '%build-target-inputs))
    (native-inputs . ,(const '%build-host-inputs))))

(define* (native-builder name
                         #:key
                         (procedure name)
                         imported-modules modules
                         (parameters '()) arguments
                         (variables? #t)
                         (definitions (const '()))
                         (wrap (lambda (call ref) call))
                         (options '()) (forwarded '())
                         documentation)
  "Return the build procedure NAME of a build system: it takes the name of a derivation, inputs as (LABEL GEXP-INPUT) and
keyword arguments, and returns as a monadic value the derivation.

The builder calls PROCEDURE with ARGUMENTS, a list whose elements are names, (NAME code) for code that may be a list,
(NAME quoted), (NAME constant VALUE) or (NAME . PROC), where PROC returns what follows the keyword.  PARAMETERS are what the
build procedure takes, with their defaults.  VARIABLES? tells whether the builder defines `%build-inputs' and
`%outputs'; DEFINITIONS returns definitions that come before, WRAP what stands for the call.  OPTIONS and the parameters
FORWARDED go to `gexp->derivation'."
  (define all-parameters
    (append common-parameters
            `((phases %standard-phases)
              (imported-modules ,imported-modules)
              (modules ,modules)
              name inputs)
            parameters))

  (define (build derivation-name inputs . rest)
    (let* ((ref (parse-parameters build all-parameters
                                  (cons* #:name derivation-name #:inputs inputs rest)))
           (call #~(#$procedure
                    #$@(append-map (spelled-argument ref (if variables? variables-spellings plain-spellings))
                                   arguments)))
           (call (wrap call ref))
           (builder
            (with-imported-modules (ref 'imported-modules)
              #~(begin
                  (use-modules #$@(sexp->gexp (ref 'modules)))
                  #$@(definitions ref)
                  #$(if variables?
                        (with-build-variables inputs (ref 'outputs) call)
                        call)))))
      (builder-derivation derivation-name builder ref options forwarded)))

  (describe-procedure! build name documentation all-parameters))

(define* (cross-builder name
                        #:key
                        (procedure name)
                        imported-modules modules
                        (parameters '()) arguments
                        (variables '(%build-inputs %outputs))
                        (definitions (const '()))
                        (options '()) (cross-options? #t) (forwarded '())
                        documentation)
  "Return the build procedure NAME of a build system for a target: like that of `native-builder', but the inputs are
the keyword arguments #:build-inputs, #:host-inputs and #:target-inputs.  VARIABLES lists which of `%build-inputs' and
`%outputs' the builder defines besides `%build-host-inputs' and `%build-target-inputs'; it is #f when the builder
defines none of them.  CROSS-OPTIONS? tells whether the derivation is lowered for the target explicitly."
  (define all-parameters
    (append cross-parameters
            `((phases %standard-phases)
              (imported-modules ,imported-modules)
              (modules ,modules)
              name)
            parameters))

  (define (variable-definitions ref)
    (append
     (list #~(define %build-host-inputs
               #+(input-tuples->gexp (ref 'build-inputs)))
           #~(define %build-target-inputs
               #$(cross-inputs->gexp ref)))
     (if (memq '%build-inputs variables)
         (list #~(define %build-inputs
                   (append %build-host-inputs %build-target-inputs)))
         '())
     (if (memq '%outputs variables)
         (list #~(define %outputs
                   #$(outputs->gexp (ref 'outputs))))
         '())))

  (define (build derivation-name . rest)
    (let* ((ref (parse-parameters build all-parameters (cons* #:name derivation-name rest)))
           (builder
            (with-imported-modules (ref 'imported-modules)
              #~(begin
                  (use-modules #$@(sexp->gexp (ref 'modules)))
                  #$@(if variables (variable-definitions ref) '())
                  #$@(definitions ref)
                  (#$procedure
                   #$@(append-map (spelled-argument ref (if variables cross-spellings plain-spellings))
                                  arguments))))))
      (builder-derivation derivation-name builder ref
                          (if cross-options?
                              (cons* #:target (ref 'target) options)
                              options)
                          forwarded)))

  (describe-procedure! build name documentation all-parameters))
