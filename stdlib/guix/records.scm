;;; Commentary:
;;;
;;; Records with named-field constructors, defaults and inheritance: `define-record-type*', in which
;;; packages, origins, services and the rest are written.  Fields may be thunked (evaluated anew for each
;;; record that inherits them, with `this-record' in scope), delayed, innate (never inherited) and
;;; sanitized.  Interface: (guix records) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module ((system syntax) #:select (syntax-local-binding))
  #:use-module (strata diagnostics)
  #:export (define-record-type*
            this-record
            source-location-of-record
            match-record
            match-record-lambda
            alist->record
            object->fields
            recutils->alist))

(define-syntax-parameter this-record
  ;; The record being defined, inside the value of a thunked field.
  (lambda (s)
    (syntax-violation 'this-record "cannot be used outside of a record instantiation" s)))

(define-syntax source-location-of-record
  ;; As the default of a field: where the record is written, as a vector #(FILE LINE COLUMN) or #f.
  (lambda (s)
    (syntax-violation 'source-location-of-record "only makes sense as the default of a field" s)))

(eval-when (expand load eval)

  (define (field-property properties name)
    "Return the syntax of the property called NAME among PROPERTIES, a list of syntax objects, or #f."
    (find (lambda (property)
            (syntax-case property ()
              ((key . _) (eq? (syntax->datum #'key) name))
              (_ #f)))
          properties))

  (define (property-value property)
    (syntax-case property ()
      ((_ value) #'value)))

  (define (source->vector form)
    "Return the syntax of the location of FORM, a literal vector or #f."
    (let ((properties (syntax-source form)))
      (if (and properties (assq-ref properties 'filename))
          (vector (assq-ref properties 'filename)
                  (assq-ref properties 'line)
                  (assq-ref properties 'column))
          #f)))

  (define (abi-constructor constructor fields kinds)
    "Return the identifier that code of today calls CONSTRUCTOR, which takes FIELDS, by: records that are defined anew with
other fields have another."
    (datum->syntax constructor
                   (string->symbol
                    (format #f "% ~a abi-cookie ~a" (syntax->datum constructor)
                            (hash (map cons (map syntax->datum fields) kinds) most-positive-fixnum)))))

  (define (record-error name form message . arguments)
    (syntax-violation name (apply format #f message arguments) form))

  (define (expand-record-constructor form name constructor specifications this)
    "Expand FORM, a use of the syntactic constructor NAME, to a call to CONSTRUCTOR.  SPECIFICATIONS is a
list of (FIELD GETTER KIND INNATE? SANITIZER DEFAULT), in the order of the constructor's arguments; SANITIZER
is syntax or #f, DEFAULT a list of the syntax of the value or #f.  THIS is the identifier bound to the record in thunked fields."
    (define (clause-name clause)
      (syntax-case clause ()
        ((field . _) (identifier? #'field) (syntax->datum #'field))
        (_ (syntax-violation name "invalid field specifier" form clause))))

    (define clauses
      (syntax-case form ()
        ((_ clause ...) #'(clause ...))))

    (define inherited
      (match clauses
        ((first . _)
         (syntax-case first ()
           ((key record) (eq? (syntax->datum #'key) 'inherit) #'record)
           (_ #f)))
        (() #f)))

    (define (same-field? clause other)
      ;; Whether both initialize one field, and one of them comes from a macro around the other, such as
      ;; `package/inherit': what the user writes, which stands first, counts.
      (syntax-case (list clause other) ()
        (((field . _) (other-field . _))
         (and (identifier? #'field) (identifier? #'other-field)
              (eq? (syntax->datum #'field) (syntax->datum #'other-field))
              (not (bound-identifier=? #'field #'other-field))))
        (_ #f)))

    (define field-clauses
      (if inherited
          (delete-duplicates (cdr clauses) same-field?)
          clauses))

    (define names (map clause-name field-clauses))

    (define (wrap specification value clause)
      (match specification
        ((_ _ kind _ sanitizer _)
         (let ((value (if sanitizer
                          ;; What the sanitizer refuses was written there.
                          (syntax-placed-at #`(#,sanitizer #,value) clause)
                          value)))
           (case kind
             ((thunked)
              #`(lambda (record)
                  (syntax-parameterize ((#,this (identifier-syntax record)))
                    #,value)))
             ((delayed) #`(delay #,value))
             (else value))))))

    (define (specification-of field)
      (find (lambda (specification)
              (eq? (syntax->datum (first specification)) field))
            specifications))

    (let ((unknown (remove specification-of names)))
      (unless (null? unknown)
        (syntax-violation-naming name
                                 (format #f "extraneous field initializers ~a~a" unknown
                                         (if (memq 'inherit unknown)
                                             " (`inherit' must come first)"
                                             ""))
                                 (list-ref field-clauses
                                           (list-index (cut eq? <> (first unknown)) names))
                                 (first unknown)
                                 (map (compose syntax->datum car) specifications))))
    (let loop ((rest names) (clauses field-clauses) (seen '()))
      (unless (null? rest)
        (when (memq (car rest) seen)
          (syntax-violation name (format #f "duplicate field initializer ~a" (car rest)) (car clauses)))
        (loop (cdr rest) (cdr clauses) (cons (car rest) seen))))
    (unless inherited
      (let ((missing (filter-map (match-lambda
                                   ((field _ _ _ _ #f)
                                    (let ((field (syntax->datum field)))
                                      (and (not (memq field names)) field)))
                                   (_ #f))
                                 specifications)))
        (unless (null? missing)
          (record-error name form "missing field initializers ~a" missing))))

    (let* ((parent (car (generate-temporaries '(parent))))
           (bindings
            (map (lambda (field clause)
                   (syntax-case clause ()
                     ((id value)
                      #`(id #,(wrap (specification-of field) #'value clause)))
                     (_ (syntax-violation name "invalid field specifier" form clause))))
                 names field-clauses))
           (arguments
            (map (lambda (specification)
                   (match specification
                     ((field getter kind innate? sanitizer default)
                      (let ((position (list-index (cut eq? <> (syntax->datum field)) names)))
                        (cond (position
                               (syntax-case (list-ref field-clauses position) ()
                                 ((id _) #'id)))
                              ((and inherited (not innate?))
                               #`(#,getter #,parent))
                              ((not default)
                               (record-error name form "missing field initializers ~a"
                                             (list (syntax->datum field))))
                              ((and (identifier? (car default))
                                    (eq? (syntax->datum (car default)) 'source-location-of-record))
                               (wrap specification
                                     #`'#,(datum->syntax #'here (source->vector form))
                                     form))
                              (else (wrap specification (car default) form)))))))
                 specifications)))
      (if inherited
          #`(let* ((#,parent #,inherited) #,@bindings)
              (#,constructor #,@arguments))
          #`(let* #,bindings
              (#,constructor #,@arguments))))))

;; What is known of a record type while uses of it are expanded.
(eval-when (expand load eval)

  (define fields-being-defined
    ;; The fields of record types whose definitions were expanded here, and may not have been run yet, by the name of the
    ;; type and the module.
    (make-hash-table))

  (define (note-fields! type fields)
    "Remember that the record type that the identifier TYPE will stand for in the current module has FIELDS."
    (hash-set! fields-being-defined
               (cons (syntax->datum type) (module-name (current-module)))
               fields))

  (define (fields-of-identifier type)
    "Return the names of the fields of the record type that the identifier TYPE stands for, or #f when that is not known
yet."
    (call-with-values (lambda () (syntax-local-binding type))
      (lambda (kind value)
        (match (list kind value)
          (('global (name . module))
           (let ((variable (and=> (resolve-module module #f #:ensure #f)
                                  (cut module-variable <> name))))
             (if (and variable
                      (variable-bound? variable)
                      (record-type? (variable-ref variable)))
                 (record-type-fields (variable-ref variable))
                 (hash-ref fields-being-defined (cons name module)))))
          (_ #f)))))

  (define (check-record-fields form type fields)
    "Raise a syntax error when one of FIELDS, clauses of FORM, is no field of the record type TYPE."
    (let ((known (fields-of-identifier type)))
      (when known
        (for-each (lambda (clause)
                    (let ((field (syntax-case clause ()
                                   ((field . _) (syntax->datum #'field))
                                   (field (syntax->datum #'field)))))
                      (unless (memq field known)
                        (syntax-violation-naming 'match-record
                                                 (format #f "unknown record type field ~a" field)
                                                 form field known))))
                  fields)))))

(define-syntax define-record-type*
  ;; (define-record-type* TYPE SYNTACTIC-CONSTRUCTOR CONSTRUCTOR PREDICATE [THIS-IDENTIFIER]
  ;;   (FIELD GETTER PROPERTY ...) ...)
  ;;
  ;; Define the record type TYPE and the macro SYNTACTIC-CONSTRUCTOR, used as
  ;; (SYNTACTIC-CONSTRUCTOR [(inherit RECORD)] (FIELD VALUE) ...).  A PROPERTY is one of (default EXP),
  ;; (thunked), (delayed), (innate) and (sanitize PROC).
  (lambda (s)
    (syntax-case s ()
      ((_ type constructor-macro constructor predicate this (field getter property ...) ...)
       (identifier? #'this)
       #`(begin
           (define-syntax-parameter this
             (lambda (s)
               (syntax-violation 'this "cannot be used outside of a record instantiation" s)))
           (%define-record-type type constructor-macro constructor predicate this
                                (field getter property ...) ...)))
      ((_ type constructor-macro constructor predicate (field getter property ...) ...)
       #'(%define-record-type type constructor-macro constructor predicate this-record
                              (field getter property ...) ...)))))

(define-syntax %define-record-type
  (lambda (s)
    (define (kind properties)
      (cond ((field-property properties 'thunked) 'thunked)
            ((field-property properties 'delayed) 'delayed)
            (else #f)))

    (define (stored-getter type getter properties)
      ;; The name of the procedure that returns what the record really stores.
      (if (kind properties)
          (datum->syntax type (symbol-append '% (syntax->datum getter) '-real))
          getter))

    (syntax-case s ()
      ((_ type constructor-macro constructor predicate this (field getter property ...) ...)
       (note-fields! #'type (map syntax->datum #'(field ...)))
       (with-syntax ((constructor-name
                      ;; As users know it: `origin' is a macro around `%origin'.
                      (datum->syntax #'here
                                     (string->symbol
                                      (string-trim (symbol->string (syntax->datum #'constructor-macro)) #\%))))
                     ((stored ...)
                      (map (lambda (getter properties)
                             (stored-getter #'type getter properties))
                           #'(getter ...)
                           #'((property ...) ...)))
                     ((kind ...)
                      (map (lambda (properties) (datum->syntax #'here (kind properties)))
                           #'((property ...) ...)))
                     (current-constructor
                      (abi-constructor #'constructor #'(field ...) (map kind #'((property ...) ...))))
                     ((definition ...)
                      (filter-map (lambda (getter properties)
                                    (let ((stored (stored-getter #'type getter properties)))
                                      (case (kind properties)
                                        ((thunked)
                                         #`(define (#,getter record) ((#,stored record) record)))
                                        ((delayed)
                                         #`(define (#,getter record) (force (#,stored record))))
                                        (else #f))))
                                  #'(getter ...)
                                  #'((property ...) ...)))
                     ((specification ...)
                      (map (lambda (field getter properties)
                             (let ((default (field-property properties 'default))
                                   (sanitizer (field-property properties 'sanitize)))
                               #`(list #'#,field #'#,(stored-getter #'type getter properties)
                                       '#,(datum->syntax #'here (kind properties))
                                       #,(if (field-property properties 'innate) #t #f)
                                       #,(if sanitizer #`#'#,(property-value sanitizer) #f)
                                       #,(if default #`(list #'#,(property-value default)) #f))))
                           #'(field ...)
                           #'(getter ...)
                           #'((property ...) ...))))
         #'(begin
             (define-record-type type
               (constructor field ...)
               predicate
               (field stored) ...)
             ;; Definitions of records may wait until somebody looks at them.
             (for-each %declare-pure! (list constructor stored ...))
             (retire-constructor! 'constructor 'current-constructor type)
             (define current-constructor constructor)
             (hashq-set! %lazy-fields type '((field . kind) ...))
             definition ...
             (define-syntax constructor-macro
               (lambda (s)
                 (syntax-case s ()
                   ((_ . _)
                    (expand-record-constructor s 'constructor-name #'current-constructor
                                               (list specification ...) #'this))
                   (id
                    (identifier? #'id)
                    #'constructor))))))))))

;; Code that was expanded before a record type was defined anew with other fields calls a constructor of another name, which
;; is made to tell of it: nothing need be checked when records are made.

(define (retire-constructor! constructor current type)
  "Let code for another definition of TYPE fail, in the current module, that calls CONSTRUCTOR by another name than CURRENT."
  (let* ((module (current-module))
         (key (symbol-append '% constructor '-abi))
         (last (and (module-locally-bound? module key)
                    (module-ref module key))))
    (unless (eq? last current)
      (when last
        (module-define! module last
                        (lambda arguments
                          (throw 'record-abi-mismatch-error 'abi-check
                                 "~a: record ABI mismatch; recompilation needed" (list type) '()))))
      (module-define! module key current))))

(define-syntax match-record
  ;; (match-record RECORD TYPE (FIELD ...) BODY ...): evaluate BODY with each FIELD, or (FIELD NAME), bound to
  ;; the field of RECORD; thunked and delayed fields are forced when they are referred to.
  (lambda (s)
    (syntax-case s ()
      ((_ record type (field ...) body ...)
       (begin
         (check-record-fields s #'type #'(field ...))
         #'(let ((value record))
             (if ((record-predicate type) value)
                 (%bind-record-fields value type (field ...) body ...)
                 (throw 'wrong-type-arg 'match-record "not a record of the expected type: ~S"
                        (list value) (list value)))))))))

(define-syntax %bind-record-fields
  (syntax-rules ()
    ((_ value type ()) #t)
    ((_ value type () body ...) (let () body ...))
    ((_ value type ((field name) rest ...) body ...)
     (let-syntax ((name (identifier-syntax (field-value value type 'field))))
       (%bind-record-fields value type (rest ...) body ...)))
    ((_ value type (field rest ...) body ...)
     (let-syntax ((field (identifier-syntax (field-value value type 'field))))
       (%bind-record-fields value type (rest ...) body ...)))))

(define %lazy-fields
  ;; Record type to the alist of its thunked and delayed fields and their kinds.
  (make-hash-table))

(define (field-value record type field)
  "Return FIELD of RECORD of TYPE, with thunked and delayed ones evaluated."
  (let ((stored ((record-accessor type field) record)))
    (case (assq-ref (hashq-ref %lazy-fields type '()) field)
      ((thunked) (stored record))
      ((delayed) (force stored))
      (else stored))))

(define-syntax match-record-lambda
  (syntax-rules ()
    ((_ type (field ...) body ...)
     (lambda (record)
       (match-record record type (field ...) body ...)))))

(define* (alist->record alist make keys #:optional (multiple-value-keys '()))
  "Apply MAKE to the values associated with KEYS in ALIST.  The values of MULTIPLE-VALUE-KEYS are lists of all
the values associated with them."
  (let ((args (map (lambda (key)
                     (if (member key multiple-value-keys)
                         (filter-map (match-lambda
                                       ((k . v) (and (equal? k key) v)))
                                     alist)
                         (assoc-ref alist key)))
                   keys)))
    (apply make args)))

(define (object->fields object fields port)
  "Write OBJECT (typically a record) as a series of recutils-style fields to PORT, according to FIELDS, a list
of (NAME . GETTER)."
  (for-each (match-lambda
              ((name . getter)
               (format port "~a: ~a~%" name (getter object))))
            fields)
  (newline port))

(define (recutils->alist port)
  "Read a recutils-style record from PORT and return it as a list of key and value pairs.  Stop upon an empty
line (after consuming it) or at the end of file."
  (let loop ((fields '()))
    (let ((line (read-line port)))
      (cond ((eof-object? line) (reverse fields))
            ((string-null? line)
             (if (null? fields) (loop fields) (reverse fields)))
            ((char=? (string-ref line 0) #\#) (loop fields))
            ((char=? (string-ref line 0) #\+)
             (match fields
               (((key . value) . rest)
                (loop (acons key
                             (string-append value "\n"
                                            (if (string-prefix? "+ " line)
                                                (string-drop line 2)
                                                (string-drop line 1)))
                             rest)))))
            ((string-index line #\:)
             => (lambda (colon)
                  (loop (acons (substring line 0 colon)
                               (string-trim (substring line (+ colon 1)))
                               fields))))
            (else (error "unmatched line" line))))))
