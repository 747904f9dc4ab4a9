;;; Commentary:
;;;
;;; Describing a Maven plug-in: each goal, a "mojo", is a Java class whose annotations say what it does.
;;; Interface: (guix build maven plugin) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build maven plugin)
  #:use-module (guix build maven java)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (generate-mojo-from-files
            default-convert-type
            maven-convert-type))


;;;
;;; Types.
;;;

(define (default-convert-type type)
  "Return the full name of TYPE, a Java type of the standard library, or else TYPE."
  (define (generic name)
    (string-prefix? (string-append name "<") type))

  (cond ((assoc-ref '(("String" . "java.lang.String")
                      ("String[]" . "java.lang.String[]")
                      ("File" . "java.io.File")
                      ("File[]" . "java.io.File[]")
                      ("List" . "java.util.List")
                      ("Boolean" . "java.lang.Boolean")
                      ("Properties" . "java.util.Properties"))
                    type))
        ((generic "Map") "java.util.Map")
        ((generic "List") "java.util.List")
        ((generic "LinkedHashSet") "java.util.LinkedHashSet")
        (else type)))

(define (maven-convert-type type)
  "Return the full name of TYPE, a Java type of the standard library or of Maven, or else TYPE."
  (if (string=? type "MavenProject")
      "org.apache.maven.project.MavenProject"
      (default-convert-type type)))

(define (full-type imports type convert)
  "Return the full name of TYPE, with IMPORTS, an alist from short names, known; CONVERT is applied to it."
  (match (string-split (first (string-split type #\<)) #\.)
    ((head . members)
     (let ((members (match (reverse members)
                      (("class" . others) (reverse others))
                      (_ members))))
       (convert (string-join (cons (or (assoc-ref imports head) head) members) "."))))))


;;;
;;; What annotations say.
;;;

(define (attributes annotation)
  "Return the alist from names to values of the attributes of ANNOTATION that have both."
  (match annotation
    (('annotation-pat _ attributes)
     (filter-map (match-lambda
                   (('annotation-attr ('attr-name name) ('attr-value value)) (cons name value))
                   (_ #f))
                 attributes))))

(define (annotation-named name part)
  "Return the annotation NAME of PART, a class or a field, or #f."
  (find (match-lambda
          (('annotation-pat (? (lambda (other) (equal? name other))) _) #t)
          (_ #f))
        (cdr part)))

(define (constant-name value)
  "Return the name of VALUE, a constant of an enumeration, in small letters."
  (string-downcase (last (string-split value #\.))))

(define (phase-name value)
  (string-map (lambda (char) (if (char=? char #\_) #\- char)) (constant-name value)))

(define (scope-name value)
  "Return how a plug-in's description spells VALUE, a constant of ResolutionScope."
  (match (constant-name value)
    ("compile_plus_runtime" "compile+runtime")
    ("runtime_plus_system" "runtime+system")
    (name name)))

(define %mojo-attributes
  ;; Names of attributes, those of elements of the description, and what the values become.
  `(("name" goal ,identity)
    ("defaultPhase" phase ,phase-name)
    ("requiresProject" requiresProject ,identity)
    ("threadSafe" threadSafe ,identity)
    ("aggregator" aggregator ,identity)
    ("requiresDependencyCollection" requiresDependencyCollection ,scope-name)
    ("requiresDependencyResolution" requiresDependencyResolution ,scope-name)))

(define (mojo-settings class)
  "Return the alist of what the annotations of CLASS say of a goal."
  (match (annotation-named "Mojo" class)
    (#f '())
    (annotation
     (map (match-lambda
            ((name . value)
             (match (assoc name %mojo-attributes)
               ((_ element proc) (cons element (proc value)))
               (#f (throw 'not-found-attr name)))))
          (attributes annotation)))))


;;;
;;; Fields.
;;;

(define (field-part part name)
  (match (assq name (filter pair? (cdr part)))
    ((_ text) text)
    (_ #f)))

(define (hyphenated name)
  "Return the symbol for NAME, words that start with capitals, with hyphens."
  (string->symbol
   (string-downcase
    (string-concatenate
     (map (lambda (char position)
            (if (and (char-upper-case? char) (positive? position))
                (string #\- char)
                (string char)))
          (string->list name)
          (iota (string-length name)))))))

(define (parameter field annotation type comment)
  "Return the description and the configuration, or #f, of the parameter that FIELD is."
  (define name (field-part field 'param-name))
  (define settings (attributes annotation))
  (define property (assoc-ref settings "property"))
  (define others
    (filter-map (match-lambda
                  (((or "editable" "required" "property") . _) #f)
                  ((name . value) (list (hyphenated name) value)))
                settings))

  (define (truth name default)
    ;; Any value counts.
    (if (or (assoc-ref settings name) default) "true" "false"))

  (list name
        `(parameter (name ,name)
                    (type ,type)
                    (required ,(truth "required" #f))
                    (editable ,(truth "editable" #t))
                    (description ,(or comment "")))
        (and (or property (pair? others))
             `(,(string->symbol name)
               (@ (implementation ,type) ,@(reverse others))
               ,@(if property (list (string-append "${" property "}")) '())))))

(define (component field annotation imports type convert)
  "Return the description of the component that FIELD is to be set to."
  (define settings (attributes annotation))

  `(requirement
    (role ,(match (assoc-ref settings "role")
             (#f type)
             (role (full-type imports role convert))))
    ,@(match (assoc-ref settings "hint")
        (#f '())
        (hint `((role-hint ,hint))))
    (field-name ,(field-part field 'param-name))))

(define (replace-by-name parameter parameters)
  "Return PARAMETERS with PARAMETER in place of that of its name, or at the end."
  (if (assoc (first parameter) parameters)
      (map (lambda (other) (if (equal? (first other) (first parameter)) parameter other))
           parameters)
      (append parameters (list parameter))))

(define (class-fields class imports convert parameters components)
  "Return PARAMETERS and COMPONENTS with those of CLASS."
  (let loop ((parts (match (assq 'class-body (filter pair? (cdr class)))
                      ((_ . parts) parts)
                      (#f '())))
             (comment #f)
             (parameters parameters)
             (components components))
    (match parts
      (() (values parameters components))
      ((('comment text) . rest)
       (loop rest text parameters components))
      (((and field ('param-pat . _)) . rest)
       (let ((type (full-type imports (field-part field 'type-name) convert)))
         (cond ((annotation-named "Parameter" field)
                => (lambda (annotation)
                     (loop rest #f
                           (replace-by-name (parameter field annotation type comment) parameters)
                           components)))
               ((annotation-named "Component" field)
                => (lambda (annotation)
                     (loop rest #f parameters
                           (cons (component field annotation imports type convert) components))))
               (else (loop rest #f parameters components)))))
      ((_ . rest)
       (loop rest #f parameters components)))))


;;;
;;; Goals.
;;;

(define (file-imports parts)
  "Return the alist from short to full names of what PARTS, those of a file, import."
  (reverse
   (filter-map (match-lambda
                 (('import-pat name) (cons (last (string-split name #\.)) name))
                 (_ #f))
               parts)))

(define (element name value)
  (if value `((,name ,value)) '()))

(define (generate-mojo-from-files convert-type . files)
  "Return the description, as SXML, of the goal that the class in the last of FILES is; the others are classes it extends.
CONVERT-TYPE returns the full name of a type."
  (define (read-file file parameters components)
    (let* ((parts (parse-java-file file))
           (class (or (find (match-lambda (('class-pat . _) #t) (_ #f)) parts)
                      (throw 'no-class file))))
      (call-with-values
          (lambda () (class-fields class (file-imports parts) convert-type parameters components))
        (lambda (parameters components)
          (values parts class parameters components)))))

  (let loop ((files files) (parameters '()) (components '()))
    (match files
      ((file . rest)
       (call-with-values (lambda () (read-file file parameters components))
         (lambda (parts class parameters components)
           (if (pair? rest)
               (loop rest parameters components)
               (mojo-description parts class parameters components))))))))

(define (mojo-description parts class parameters components)
  "Return the description of the goal CLASS, in a file of PARTS."
  (define settings (mojo-settings class))

  (define package
    (match (assq 'package parts)
      ((_ name) name)
      (#f "")))

  (define comment
    ;; The one before the class.
    (match (take-while (lambda (part) (not (eq? part class))) parts)
      ((_ ... ('comment text)) text)
      (_ #f)))

  `(mojo
    ,@(element 'goal (assq-ref settings 'goal))
    (description ,(or comment ""))
    ,@(append-map (lambda (name) (element name (assq-ref settings name)))
                  '(requiresDependencyCollection requiresDependencyResolution requiresProject aggregator phase))
    (implementation ,(string-append package "." (or (find string? (cdr class)) "")))
    (language "java")
    (instantiationStrategy "per-lookup")
    (executionStrategy "once-per-session")
    ,@(element 'threadSafe (assq-ref settings 'threadSafe))
    (parameters ,(map second parameters))
    (configuration ,@(filter-map third parameters))
    (requirements ,@components)))
