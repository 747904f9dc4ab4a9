;;; Commentary:
;;;
;;; Records that stand for configuration files of services: each field has a type, which is the name of a predicate and of a
;;; serializer, a documentation, and perhaps a default.
;;; Interface: (gnu services configuration) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu services configuration)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module ((guix modules) #:select (file-name->module-name))
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:autoload (texinfo) (texi-fragment->stexi)
  #:autoload (texinfo serialize) (stexi->texi)
  #:export (configuration-field
            configuration-field-name
            configuration-field-type
            configuration-field-getter
            configuration-field-serializer
            configuration-field-default-value-thunk
            configuration-field-documentation
            configuration-error?
            configuration-field-error
            configuration-missing-field
            define-configuration
            define-configuration/no-serialization
            define-maybe
            define-maybe/no-serialization
            no-serialization
            serialize-configuration
            filter-configuration-fields
            generate-documentation
            configuration->documentation

            %unset-value
            maybe-value
            maybe-value-set?

            empty-serializer
            serialize-package
            serialize-file-like
            serialize-text-config
            generic-serialize-alist-entry
            generic-serialize-alist
            interpose
            list-of
            list-of-strings?
            alist?
            text-config?))


;;;
;;; Errors.
;;;

(define-condition-type &configuration-error &error
  configuration-error?)

(define (raise-configuration-error message)
  (raise (condition (&message (message message))
                    (&configuration-error))))

(define (configuration-field-error location field value)
  "Raise an error: VALUE, at LOCATION, a <location> or #f, is none for FIELD, a symbol."
  (raise (apply make-compound-condition
                (formatted-message (G_ "invalid value ~s for field '~a'") value field)
                (condition (&configuration-error))
                (if location
                    (list (condition (&error-location (location location))))
                    '()))))

(define (configuration-missing-field kind field)
  "Raise an error: FIELD of the configuration KIND, both symbols, has not been given."
  (raise-configuration-error
   (format #f "~a configuration missing required field ~a" kind field)))


;;;
;;; Values that may be absent.
;;;

;; A symbol that tells who reads a configuration file what went wrong.
(define %unset-value '%unset-marker%)

(define (maybe-value-set? value)
  "Return true if VALUE, of a field, was given."
  (not (eq? value %unset-value)))

(define* (maybe-value value #:optional default)
  "Return VALUE if it was given, else DEFAULT."
  (if (maybe-value-set? value) value default))


;;;
;;; Fields.
;;;

(define-record-type* <configuration-field>
  configuration-field make-configuration-field configuration-field?
  (name configuration-field-name)
  (type configuration-field-type)
  (getter configuration-field-getter)
  (predicate configuration-field-predicate)
  (serializer configuration-field-serializer)
  (default-value-thunk configuration-field-default-value-thunk)
  (documentation configuration-field-documentation))

(define (default-or-error value configuration field)
  "Return VALUE, the default of FIELD of CONFIGURATION; raise an error when there is none."
  (if (maybe-value-set? value)
      value
      (raise-configuration-error
       (format #f "The field `~a' of the `~a' configuration record does not have a default value"
               field configuration))))

(define (serialize-configuration config fields)
  "Return the G-expression of the text that the serializers of FIELDS make of CONFIG."
  #~(string-append
     #$@(map (match-lambda
               (($ <configuration-field> name type getter predicate serializer)
                (serializer name (getter config))))
             fields)))

(define* (filter-configuration-fields configuration-fields fields #:optional negate?)
  "Return those of CONFIGURATION-FIELDS whose names are among FIELDS, or with NEGATE?, those whose names are not."
  (define (chosen? field)
    (memq (configuration-field-name field) fields))
  (if negate?
      (remove chosen? configuration-fields)
      (filter chosen? configuration-fields)))

;; Syntactic keywords of the forms below.
(define no-serialization '(no serialization))

(eval-when (expand load eval)
  (define (identifier-of context . parts)
    "Return the identifier, as if written where CONTEXT is, made of PARTS: identifiers and symbols."
    (datum->syntax context
                   (apply symbol-append
                          (map (lambda (part) (if (identifier? part) (syntax->datum part) part))
                               parts))))

  (define (split-options clauses)
    "Return CLAUSES without the option that ends them, whether values are serialized, and the prefix of serializers: an
identifier or an empty symbol."
    (syntax-case (last-pair clauses) (no-serialization)
      (((no-serialization))
       (values (drop-right clauses 1) #f (string->symbol "")))
      (((option prefix))
       (and (identifier? #'option) (eq? 'prefix (syntax->datum #'option)) (identifier? #'prefix))
       (values (drop-right clauses 1) #t #'prefix))
      (_ (values clauses #t (string->symbol "")))))

  (define (field-parts clause)
    "Return the parts of CLAUSE of `define-configuration': name, type, default, documentation, serializer or #f."
    (define (type+default type)
      (syntax-case type ()
        ((type default) (list #'type #'default))
        ((type) (list #'type #'%unset-value))
        (type (list #'type #'%unset-value))))
    (syntax-case clause ()
      ((name type documentation) `(,#'name ,@(type+default #'type) ,#'documentation #f))
      ((name type documentation serializer)
       `(,#'name ,@(type+default #'type) ,#'documentation ,#'serializer)))))

(define-syntax-rule (define-check check valid? field)
  ;; Define CHECK as a form around the value of FIELD: the value must be VALID?.  A form knows where the value stands.
  (define-syntax check
    (lambda (form)
      (syntax-case form ()
        ((_ value)
         #`(let ((given value))
             (if (valid? given)
                 given
                 (configuration-field-error
                  ;; Literals have no place of their own; the form has that of the field's clause.
                  (and=> '#,(datum->syntax #'value (or (syntax-source #'value) (syntax-source form)))
                         source-properties->location)
                  'field given))))))))

(define-syntax define-configuration
  (lambda (form)
    ;; (define-configuration STEM (FIELD TYPE DOCUMENTATION [SERIALIZER]) ... [OPTION]), where TYPE is NAME, (NAME) or
    ;; (NAME DEFAULT) and OPTION (no-serialization) or (prefix IDENTIFIER).
    (syntax-case form ()
      ((_ stem clause ...)
       (let-values (((clauses serialize? prefix) (split-options #'(clause ...))))
         (with-syntax ((((field field-type field-default text field-serializer) ...)
                        (map (match-lambda
                               ((name type default documentation custom)
                                (list name type default documentation
                                      (and serialize?
                                           (or custom (identifier-of #'stem prefix 'serialize- type))))))
                             (map field-parts clauses)))
                       (<record> (identifier-of #'stem '< #'stem '>))
                       (make (identifier-of #'stem 'make- #'stem))
                       (record? (identifier-of #'stem #'stem '?))
                       (source-location (identifier-of #'stem #'stem '-source-location))
                       (fields (identifier-of #'stem #'stem '-fields))
                       (full-name (identifier-of #'stem '% #'stem)))
           (with-syntax (((field-getter ...)
                          (map (lambda (field) (identifier-of #'stem #'stem '- field)) #'(field ...)))
                         ((valid? ...)
                          (map (lambda (type) (identifier-of #'stem type '?)) #'(field-type ...)))
                         ((check ...)
                          (map (lambda (field) (identifier-of #'stem 'validate- #'stem '- field)) #'(field ...)))
                         (location (datum->syntax #'stem '%location)))
             #'(begin
                 (define-check check valid? field) ...
                 (define-record-type* <record>
                   stem make record?
                   (field field-getter (default field-default) (sanitize check)) ...
                   (location source-location
                             (default (and=> (current-source-location) source-properties->location))
                             (innate)))
                 (define fields
                   (list (configuration-field
                          (name 'field)
                          (type 'field-type)
                          (getter field-getter)
                          (predicate valid?)
                          (serializer field-serializer)
                          (default-value-thunk (lambda () (default-or-error field-default 'full-name 'field)))
                          (documentation text))
                         ...))))))))))

(define-syntax-rule (define-configuration/no-serialization stem clause ...)
  (define-configuration stem clause ... (no-serialization)))

(define-syntax define-maybe
  (lambda (form)
    ;; Define the predicate and the serializer of the type maybe-STEM, whose values may be absent.
    (syntax-case form ()
      ((_ stem option ...)
       (let-values (((_ serialize? prefix) (split-options #'(stem option ...))))
         (with-syntax ((valid? (identifier-of #'stem #'stem '?))
                       (maybe-valid? (identifier-of #'stem 'maybe- #'stem '?))
                       (serialize (identifier-of #'stem prefix 'serialize- #'stem))
                       (serialize-maybe (identifier-of #'stem prefix 'serialize-maybe- #'stem)))
           #`(begin
               (define (maybe-valid? value)
                 (or (not (maybe-value-set? value))
                     (valid? value)))
               #,@(if serialize?
                      #'((define (serialize-maybe field value)
                           (if (valid? value)
                               (serialize field value)
                               "")))
                      #'()))))))))

(define-syntax-rule (define-maybe/no-serialization stem)
  (define-maybe stem (no-serialization)))


;;;
;;; Types and serializers.
;;;

(define (empty-serializer field value)
  "Return the empty string: FIELD is not in the file."
  "")

(define serialize-package empty-serializer)
(define serialize-file-like empty-serializer)

(define* (interpose items #:optional (delimiter "\n") (grammar 'infix))
  "Return ITEMS with DELIMITER between them, or after each when GRAMMAR is `suffix'."
  (match grammar
    ('suffix (append-map (lambda (item) (list item delimiter)) items))
    ('infix (match items
              (() '())
              ((first . rest)
               (cons first (append-map (lambda (item) (list delimiter item)) rest)))))
    (_ (raise (formatted-message (G_ "The GRAMMAR value must be 'infix or 'suffix, but ~a provided.")
                                 grammar)))))

(define (list-of valid?)
  "Return a predicate of lists whose elements are all VALID?."
  (lambda (value)
    (and (list? value) (every valid? value))))

(define list-of-strings?
  (list-of string?))

(define alist? list?)

(define (text-config? value)
  "Return true: VALUE is a list of files, which are looked at when they are lowered."
  (list-of file-like?))

(define (serialize-text-config field files)
  "Return the G-expression of the contents of FILES, each followed by a line break."
  (define (contents file)
    #~(begin
        (use-modules (ice-9 rdelim))
        (with-fluids ((%default-port-encoding "UTF-8"))
          (with-input-from-file #$file read-string))))
  #~(string-append #$@(interpose (map contents files) "\n" 'suffix)))

(define (generic-serialize-alist-entry serialize-field)
  "Return a procedure that applies SERIALIZE-FIELD to the name and to the value of an entry of an alist."
  (match-lambda
    ((field . value) (serialize-field field value))))

(define (generic-serialize-alist combine serialize-field fields)
  "Return what COMBINE makes of the results of SERIALIZE-FIELD for the entries of the alist FIELDS."
  (apply combine (map (generic-serialize-alist-entry serialize-field) fields)))


;;;
;;; Documentation.
;;;

(define (name-of-package package)
  "Return the name of a variable of PACKAGE's module that holds it, or #f."
  (let ((module (file-name->module-name (location-file (package-location package)))))
    (any (match-lambda ((name . held) (and (eq? held package) name)))
         (module-map (lambda (name variable)
                       (cons name (and (variable-bound? variable) (variable-ref variable))))
                     (resolve-module module)))))

(define (default-text field)
  "Return how the documentation shows the default of FIELD, or #f."
  (define (plain? value)
    (or (string? value) (number? value) (boolean? value) (symbol? value) (package? value)
        (and (list? value) (every plain? value))))
  (match (false-if-exception (list ((configuration-field-default-value-thunk field))))
    (((? package? package)) (and=> (name-of-package package) symbol->string))
    (((? plain? value)) (object->string value))
    (_ #f)))

(define (generate-documentation documentation name)
  "Return the Texinfo text that documents the configuration NAME.  DOCUMENTATION is an alist of names of configurations
and of their fields, followed by (FIELD NAME ...): the configurations that values of FIELD are."
  (define (entry field inner)
    (let ((default (default-text field)))
      `(entry (% (heading (code ,(symbol->string (configuration-field-name field)))
                          ,@(if default `(" (default: " (code ,default) ")") '())
                          " (type: " ,(object->string (configuration-field-type field)) ")"))
              (para ,@(cdr (texi-fragment->stexi (configuration-field-documentation field))))
              ,@(append-map describe inner))))

  (define (describe name)
    (match (assq-ref documentation name)
      ((fields . inner)
       `((deftp (% (category "Data Type") (name ,(symbol->string name)))
           (para "Available " (code ,(symbol->string name)) " fields are:")
           (table (% (formatter (asis)))
                  ,@(map (lambda (field)
                           (entry field (or (assq-ref inner (configuration-field-name field)) '())))
                         fields)))))))

  (stexi->texi `(*fragment* ,@(describe name))))

(define (configuration->documentation name)
  "Print the Texinfo documentation of the fields of the configuration that `define-configuration' defined as NAME."
  (let ((fields (module-ref (current-module) (symbol-append name '-fields))))
    (display (generate-documentation `((,name ,fields)) name))))
