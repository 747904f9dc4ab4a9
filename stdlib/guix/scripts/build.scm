;;; Commentary:
;;;
;;; What `strata build' does in Scheme: from what was asked for to derivations.  The options are parsed, and the
;;; derivations built, by runtime/cli/commands/build.ts.
;;;
;;; Code:

(define-module (guix scripts build)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module ((guix utils) #:select (string-closest))
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix platform)
  #:use-module (guix scripts build options)
  #:use-module (gnu packages)
  #:use-module (guix scripts user-code)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (%standard-build-options
               %standard-cross-build-options
               %standard-native-build-options
               show-build-options-help
               show-cross-build-options-help
               show-native-build-options-help
               set-build-options-from-command-line
               set-build-options-from-command-line*
               show-systems
               show-targets)
  #:export (guix-build
            things->derivations))

(define* (things->derivations things
                              #:key (systems '()) target
                              (graft? #t) source (transformations '()))
  "Return for each of SYSTEMS, by default the current one, a list with what to build for each of THINGS.  A thing is a
pair (KIND . TEXT) where KIND is `package' for a specification, `expression' for Scheme source, `file' for a file of it and
`manifest' for a file whose value is a manifest; what to build is a list of derivation file names, of pairs
of one and an output when only that was asked for, and of store items.  SOURCE, `package', `all' or `transitive', asks for
the sources of packages.  TRANSFORMATIONS is an alist as `options->transformation' takes."
  (let ((systems (if (null? systems) (list (%current-system)) systems)))
    (for-each require-system systems)
    (when target
      (require-target target))
    (parameterize ((%graft? graft?)
                   (%current-target-system target))
      (with-store store
        (let ((objects (map (cut resolve <> (transformation transformations (first systems))) things)))
          (map (lambda (system)
                 (parameterize ((%current-system system))
                   (map (match-lambda
                          ((output . objects)
                           (append-map (lambda (object)
                                         (map (cut lowered->result store <> output)
                                              (lower store object system target source)))
                                       objects)))
                        objects)))
               systems))))))

(define (require-known name names text option kind)
  "Raise an error with TEXT, a format string, unless NAME is one of NAMES, of a KIND that OPTION lists."
  (unless (member name names)
    (raise (make-compound-condition
            (formatted-message text name)
            (condition
             (&fix-hint
              (hint (unknown-name-hint name names option kind))))))))

(define (require-system name)
  (require-known name (cons (%current-system) (systems))
                 (G_ "'~a' is not a supported system") "--list-systems" (G_ "system types")))

(define (require-target name)
  (require-known name (targets)
                 (G_ "'~a' is not a supported cross-compilation target") "--list-targets" (G_ "targets")))

(define (transformation options system)
  "Return the procedure for OPTIONS, an alist of transformations."
  (match options
    (() identity)
    (_
     (let ((tuning-target (@@ (guix transformations) tuning-target)))
       ((@ (guix transformations) options->transformation)
        (filter-map (match-lambda
                      (('tune . argument)
                       (and=> (tuning-target argument `((system . ,system)))
                              (cut cons 'tune <>)))
                      (option option))
                    options))))))

(define (resolve thing transform)
  "Return a pair: the output asked for, or #f, and the list of objects that THING denotes, what TRANSFORM makes of them."
  (match thing
    (('package . text)
     (call-with-values (lambda () (specification->package+output text #f))
       (lambda (package output)
         (list output (transform package)))))
    (('expression . text)
     (cons #f (map transform (ensure-buildable (evaluate-expression text) (last-form-location/text text)))))
    (('file . file)
     (cons #f (map transform (ensure-buildable (load-file file (user-module)) (last-form-location file)))))
    (('manifest . file)
     (cons #f (map (compose transform (@ (guix profiles) manifest-entry-item))
                   ((@ (guix profiles) manifest-entries) (load-manifest file)))))))

(define (ensure-buildable value where)
  "Return VALUE, an object or a list of them, as a list, or raise an error if one cannot be built.  WHERE is the location of
the form that gives it, a promise, or #f."
  (define (buildable? object)
    (or (derivation? object) (file-like? object) (gexp? object) (procedure? object) (store-path?* object)))

  (define objects (if (list? value) value (list value)))

  (for-each (lambda (object)
              (unless (buildable? object)
                (raise (make-compound-condition
                        (formatted-message (G_ "~s: not something we can build") object)
                        (condition
                         (&error-location (location (and where (force where))))
                         (&fix-hint
                          (hint (if (unspecified? object)
                                    (G_ "A definition, such as @code{define-public}, has no value.  Make the last
expression of the file the name of what is defined.")
                                    (G_ "The last expression should give a package, a file-like object, a gexp, a
derivation, a monadic procedure without arguments, or a list of these.")))))))))
            objects)
  objects)

(define (store-path?* object)
  (and (string? object) (store-path? object)))

(define (warn-unless-supported package system)
  (unless (supported-package? package system)
    (warning (package-location package) (G_ "package ~a does not support ~a~%")
             (package-full-name package) system)))

(define (warn-of-unknown-phases package)
  (for-each (match-lambda
              ((location name closest kind)
               (warning location
                        (match kind
                          ('phase (G_ "package ~a has no phase `~a' here~a~%"))
                          ('clause (G_ "package ~a: bad clause `~a' of modify-phases~a~%")))
                        (package-full-name package) name
                        (cond (closest (format #f (G_ "; did you mean `~a'?") closest))
                              ((eq? kind 'clause)
                               (format #f (G_ "; expected ~a")
                                       ((@ (guix build-system phase-names) clause-usage) name)))
                              (else "")))))
            ((@ (guix build-system phase-names) unknown-phases) package)))

(define (package-sources package extent)
  "Return the list of the sources of PACKAGE: its own, with EXTENT `all' what comes with it, with `transitive' those of all
that it needs."
  (match extent
    ('package
     (match (package-source package)
       (#f
        (warning (package-location package) (G_ "package '~a' has no source~%") (package-name package))
        '())
       (source (list source))))
    ('all (package-direct-sources package))
    ('transitive (package-transitive-sources package))))

(define (lower store object system target source)
  "Return the list of the derivations and store items of OBJECT, a package, a file-like object, a derivation, a gexp, or a
procedure that returns a monadic value; of the sources of a package if SOURCE is true."
  (define (run mvalue)
    (run-with-store store mvalue #:system system #:target target))

  (match object
    ((? package? package)
     (let ((package (or (and (%graft?) (package-replacement package)) package)))
       (unless target
         (warn-unless-supported package system))
       (unless source
         (warn-of-unknown-phases package))
       (cond (source
              (map (lambda (source) (run (lower-object source system)))
                   (package-sources package source)))
             (target
              (list (package-cross-derivation store package target system)))
             (else
              (list (package-derivation store package system))))))
    ((? derivation? drv) (list drv))
    ((? gexp? gexp)
     (list (run (gexp->derivation "gexp" gexp #:system system #:target target))))
    ((? file-like? object)
     (list (run (lower-object object system #:target target))))
    ((? procedure? proc)
     (match (run-with-store store (monadic-value proc) #:system system)
       ((or (? derivation? lowered) (? string? lowered)) (list lowered))
       (object (append-map (cut lower store <> system target source)
                           (ensure-buildable object #f)))))
    ((? store-path? item) (list item))))

(define (monadic-value proc)
  "Return what PROC, a monadic procedure without arguments, returns; or PROC itself, when it is a monadic value.  Raise an
error if it is no such thing."
  (match (procedure-minimum-arity proc)
    ((0 . _)
     (match (proc)
       ((? procedure? mvalue) mvalue)
       (value
        (raise (formatted-message (G_ "~s: not something we can build: it returns ~s, which is no monadic value")
                                  proc value)))))
    ((1 . _) proc)
    (_
     (raise (formatted-message (G_ "~s: not something we can build: it is no monadic value, and takes arguments")
                               proc)))))

(define (lowered->result store lowered output)
  (match lowered
    ((? derivation? drv)
     (if output
         (begin
           (derivation->output-path drv output)
           (cons (derivation-file-name drv) output))
         (derivation-file-name drv)))
    ((? string? item) item)))

(define-command (guix-build . args)
  (category packaging)
  (synopsis "build packages or derivations without installing them")
  (apply run-command "build" args))
