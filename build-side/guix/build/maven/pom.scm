;;; Commentary:
;;;
;;; Reading POM files, which describe Maven packages, and rewriting what they need to the versions there are.  A file's content
;;; is what is in its root element, as SXML.
;;; Interface: (guix build maven pom) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build maven pom)
  #:use-module (sxml simple)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 curried-definitions)
  #:use-module (ice-9 match)
  #:export (add-local-package
            get-pom
            pom-ref
            pom-description
            pom-name
            pom-version
            pom-artifactid
            pom-groupid
            pom-dependencies
            group->dir
            pom-and-submodules
            pom-local-packages
            fix-pom-dependencies))


;;;
;;; Elements.  Their names have the name space of POM files in front, or none.
;;;

(define %namespace "http://maven.apache.org/POM/4.0.0:")

(define (local-name tag)
  "Return the symbol TAG without the name space."
  (let ((name (symbol->string tag)))
    (if (string-prefix? %namespace name)
        (string->symbol (string-drop name (string-length %namespace)))
        tag)))

(define (element? object)
  (and (pair? object) (symbol? (car object))))

(define (named? name)
  "Return a predicate for elements called NAME, a symbol without a name space."
  (lambda (object)
    (and (element? object)
         (eq? name (local-name (car object))))))

(define (get-pom file)
  "Return the content of FILE, a POM file."
  (match (find (lambda (object)
                 (and (element? object) (not (memq (car object) '(*PI* @)))))
               (cdr (call-with-input-file file xml->sxml)))
    ((_ ('@ _ ...) content ...) content)
    ((_ content ...) content)))

(define (pom-ref content attr)
  "Return what is in the element ATTR, a string, of CONTENT, or #f."
  (and (pair? content)
       (and=> (find (named? (string->symbol attr)) content) cdr)))

(define (text-of content name)
  "Return the text in the element NAME of CONTENT, or #f."
  (match (pom-ref content name)
    (((? string? text) . _) text)
    (_ #f)))

(define (text-or-parent's content name)
  (and content
       (or (text-of content name)
           (text-of (pom-ref content "parent") name))))

(define (pom-groupid content)
  "Return the group of the package that CONTENT describes, or that of its parent."
  (text-or-parent's content "groupId"))

(define (pom-version content)
  "Return the version of the package that CONTENT describes, or that of its parent."
  (text-or-parent's content "version"))

(define (pom-artifactid content)
  "Return the name of the package that CONTENT describes within its group, or #f."
  (text-of content "artifactId"))

(define (pom-name content)
  "Return the name for people of the package that CONTENT describes, or #f."
  (text-of content "name"))

(define (pom-description content)
  "Return the description of the package that CONTENT describes, or #f."
  (text-of content "description"))

(define (pom-dependencies content)
  "Return what the package that CONTENT describes needs, as SXML elements without a name space."
  (filter-map (lambda (object)
                (and ((named? 'dependency) object)
                     (let ((dependency (cdr object)))
                       `(dependency
                         (groupId ,(text-of dependency "groupId"))
                         (artifactId ,(text-of dependency "artifactId"))
                         (version ,(text-of dependency "version"))
                         ,@(match (text-of dependency "scope")
                             (#f '())
                             (scope `((scope ,scope))))))))
              (or (pom-ref content "dependencies") '())))


;;;
;;; Packages.
;;;

(define (group->dir group)
  "Return the directory of GROUP in a repository."
  (string-map (lambda (char) (if (char=? char #\.) #\/ char)) group))

(define (alist-set alist key value)
  "Return ALIST with VALUE for KEY, in the place where KEY is, or at the end."
  (match alist
    (() (list (cons key value)))
    (((k . v) . rest)
     (if (equal? k key)
         (acons key value rest)
         (acons k v (alist-set rest key value))))))

(define (add-local-package local-packages group artifact version)
  "Return LOCAL-PACKAGES, an alist from groups to alists from names to versions, with VERSION for ARTIFACT of GROUP."
  (alist-set local-packages group
             (alist-set (or (assoc-ref local-packages group) '())
                        artifact version)))

(define (module-file pom-file module)
  (string-append (dirname pom-file) "/" module "/pom.xml"))

(define (pom-and-submodules pom-file)
  "Return POM-FILE and the files of its modules, and theirs."
  (cons pom-file
        (append-map (match-lambda
                      (((? symbol? tag) module . _)
                       (let ((file (module-file pom-file module)))
                         (if (and (eq? 'module (local-name tag)) (file-exists? file))
                             (pom-and-submodules file)
                             '())))
                      (_ '()))
                    (or (pom-ref (get-pom pom-file) "modules") '()))))

(define* (pom-local-packages pom-file #:key (local-packages '()))
  "Return LOCAL-PACKAGES with the packages that POM-FILE and its modules describe."
  (fold (lambda (file packages)
          (let ((content (get-pom file)))
            (add-local-package packages
                               (pom-groupid content) (pom-artifactid content) (pom-version content))))
        local-packages
        (pom-and-submodules pom-file)))

(define (version-parts version)
  "Return VERSION as a list of numbers and strings."
  (let loop ((chars (string->list version)) (parts '()))
    (match chars
      (() (reverse parts))
      ((first . _)
       (let ((same? (if (char-numeric? first) char-numeric? (negate char-numeric?))))
         (call-with-values (lambda () (span same? chars))
           (lambda (part rest)
             (let ((text (list->string part)))
               (loop rest (cons (if (char-numeric? first) (string->number text) text) parts))))))))))

(define (version>? a b)
  "Return whether version A is newer than version B: numbers are compared as such."
  (let loop ((a (version-parts a)) (b (version-parts b)))
    (match (list a b)
      ((() _) #f)
      ((_ ()) #t)
      (((x . a) (y . b))
       (cond ((equal? x y) (loop a b))
             ((and (number? x) (number? y)) (> x y))
             ((number? x) #f)
             ((number? y) #t)
             (else (string>? x y)))))))

(define (installed-versions inputs group artifact)
  "Return the versions of ARTIFACT of GROUP that INPUTS, directories, have installed, the newest first."
  (define (entries directory)
    (let ((stream (opendir directory)))
      (let loop ((names '()))
        (match (readdir stream)
          ((? eof-object?) (closedir stream) names)
          ((or "." "..") (loop names))
          (name (loop (cons name names)))))))

  (sort (append-map (lambda (input)
                      (let ((directory (string-append input "/lib/m2/" (group->dir group) "/" artifact)))
                        (if (file-exists? directory) (entries directory) '())))
                    inputs)
        version>?))


;;;
;;; Rewriting.
;;;

(define (set-version element version)
  "Return ELEMENT, the content of an element, with VERSION as its version."
  (if (pom-ref element "version")
      (map (lambda (child)
             (if ((named? 'version) child)
                 (list (car child) version)
                 child))
           element)
      (cons (list 'version version) element)))

(define (without-namespaces object)
  "Return OBJECT with names of elements that can be written."
  (match object
    (((? symbol? tag) . children)
     (cons (local-name tag) (map without-namespaces children)))
    (_ object)))

(define (pom-document content)
  "Return the XML document of CONTENT."
  `(*TOP* (*PI* xml "version=\"1.0\" encoding=\"UTF-8\"")
          (project (@ (xmlns "http://maven.apache.org/POM/4.0.0")
                      (xmlns:xsi "http://www.w3.org/2001/XMLSchema-instance")
                      (xmlns:schemaLocation
                       "http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd"))
                   ,@(map without-namespaces content))))

(define* (fix-pom-dependencies pom-file inputs
                               #:key with-plugins? with-build-dependencies? with-modules?
                               (excludes '()) (local-packages '()))
  "Rewrite POM-FILE so that it needs what INPUTS, directories, have installed, in the newest versions there are, or
LOCAL-PACKAGES.  Plug-ins are taken care of if WITH-PLUGINS? is true, except those of EXCLUDES, an alist from groups to lists of
names, which are removed; what only tests need if WITH-BUILD-DEPENDENCIES? is true; modules that are not there are removed if
WITH-MODULES? is true."
  (define pom (get-pom pom-file))

  (define (version group artifact optional? declared)
    (or (assoc-ref (or (assoc-ref local-packages group) '()) artifact)
        (match (installed-versions inputs group artifact)
          ((newest . _) newest)
          (() #f))
        (if optional?
            declared
            (begin
              (format (current-error-port) "maven: ~a:~a is missing from inputs~%" group artifact)
              (throw 'no-such-input group artifact)))))

  (define (rewrite content . rules)
    ;; Apply to the children of CONTENT the rule for their name; a rule returns what is in the child, or #f.
    (filter-map (lambda (child)
                  (match (and (element? child) (assq-ref rules (local-name (car child))))
                    (#f child)
                    (rule (and=> (rule (cdr child))
                                 (lambda (content) (cons (car child) content))))))
                content))

  (define ((dependency optional?) element)
    (let ((group (or (pom-groupid element) (pom-groupid pom)))
          (artifact (pom-artifactid element))
          (scope (text-of element "scope")))
      (format (current-error-port) "maven: ~a:~a :: ~a (optional: ~a)~%" group artifact scope optional?)
      (if (or with-build-dependencies?
              (not (or (equal? scope "test")
                       (equal? (text-of element "optional") "true"))))
          (match (version group artifact optional? (pom-version element))
            (#f element)
            (version (set-version element version)))
          element)))

  (define ((dependencies optional?) element)
    (rewrite element (cons 'dependency (dependency optional?))))

  (define ((plugin optional?) element)
    (let ((group (or (pom-groupid element) "org.apache.maven.plugins"))
          (artifact (pom-artifactid element)))
      (and (not (member artifact (or (assoc-ref excludes group) '())))
           (match (version group artifact optional? (pom-version element))
             (#f element)
             (version (set-version element version))))))

  (define ((plugins optional?) element)
    (rewrite element (cons 'plugin (plugin optional?))))

  (define (build element)
    (rewrite element
             (cons 'pluginManagement
                   (lambda (element) (rewrite element (cons 'plugins (plugins #t)))))
             (cons 'plugins (plugins #f))
             (cons 'extensions
                   (lambda (element) (rewrite element (cons 'extension (plugin #f)))))))

  (define (modules element)
    (rewrite element
             (cons 'module
                   (match-lambda
                     ((name . _)
                      (and (file-exists? (module-file pom-file name))
                           (list name)))))))

  (let ((temporary (string-append pom-file ".tmp"))
        (fixed (rewrite pom
                        (cons 'dependencies (dependencies #f))
                        (cons 'dependencyManagement
                              (lambda (element)
                                (rewrite element (cons 'dependencies (dependencies #t)))))
                        (cons 'build (if with-plugins? build identity))
                        (cons 'modules (if with-modules? modules identity)))))
    (call-with-output-file temporary
      (lambda (port) (sxml->xml (pom-document fixed) port)))
    (rename-file temporary pom-file)))
