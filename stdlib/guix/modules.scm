;;; Commentary:
;;;
;;; Finding out which modules a source file uses, to import module closures into build environments.
;;; Interface: (guix modules) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix modules)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (missing-dependency-error? missing-dependency-module missing-dependency-search-path
            file-name->module-name module-name->file-name
            source-module-dependencies source-module-closure live-module-closure
            guix-module-name?))

(define-condition-type &missing-dependency-error &error
  missing-dependency-error?
  (module missing-dependency-module)
  (search-path missing-dependency-search-path))

(define (colon-symbol? object)
  (and (symbol? object) (string-prefix? ":" (symbol->string object))))

(define (clause->modules clauses)
  "Return the modules that CLAUSES, the rest of a `define-module' form, import."
  (let loop ((clauses clauses) (modules '()))
    (define (clause-keyword? object name)
      (or (eq? object (symbol->keyword name))
          (eq? object (symbol-append ': name))))
    (match clauses
      (() modules)
      ((key value . rest)
       (cond ((or (clause-keyword? key 'use-module)
                  (clause-keyword? key 'use-syntax))
              (loop rest (cons (specification->name value) modules)))
             ((clause-keyword? key 'autoload)
              (loop (if (pair? rest) (cdr rest) rest) (cons value modules)))
             ((or (keyword? key) (colon-symbol? key))
              (if (or (clause-keyword? key 'pure) (clause-keyword? key 'no-backtrace))
                  (loop (cons value rest) modules)
                  (loop rest modules)))
             (else (loop (cons value rest) modules))))
      ((_) modules))))

(define (specification->name specification)
  "Return the module name in SPECIFICATION, which may select or rename."
  (match specification
    (((names ...) . _) names)
    (name name)))

(define (module-file-dependencies file)
  "Return the names of the modules that FILE, which contains a module, uses, in order."
  (define (used form)
    (match form
      (('define-module name . clauses) (clause->modules clauses))
      (('use-modules specifications ...) (map specification->name specifications))
      (_ '())))
  (call-with-input-file file
    (lambda (port)
      (let loop ((modules '()))
        (match (read port)
          ((? eof-object?) (reverse (delete-duplicates modules)))
          ((and form ((or 'define-module 'use-modules) . _))
           (loop (append (used form) modules)))
          ;; The module header comes first: what follows does not matter.
          (_ (if (null? modules)
                 (loop modules)
                 (reverse (delete-duplicates modules)))))))))

(define (module-name->file-name module)
  "Return the file name of MODULE, relative to a load path entry."
  (string-append (string-join (map symbol->string module) "/") ".scm"))

(define (file-name->module-name file)
  "Return the module name of FILE, relative to a load path entry."
  (map string->symbol
       (string-split (if (string-suffix? ".scm" file) (string-drop-right file 4) file)
                     #\/)))

(define (guix-module-name? name)
  "Return true if NAME, a list of symbols, denotes a module of Guix or of its packages."
  (match name
    (('guix _ ...) #t)
    (('gnu _ ...) #t)
    (_ #f)))

(define* (source-module-dependencies module #:optional (load-path %load-path))
  "Return the modules that the source of MODULE uses.  Modules of Guile itself have none."
  (match module
    ((? pair?)
     (let ((file (search-path load-path (module-name->file-name module))))
       (if file
           (module-file-dependencies file)
           (raise (condition (&missing-dependency-error
                              (module module)
                              (search-path load-path)))))))))

(define* (module-closure modules #:key (select? guix-module-name?) (dependencies source-module-dependencies))
  "Return MODULES and the modules they use, recursively, as far as SELECT? is true of them."
  (let loop ((modules modules) (result '()) (visited '()))
    (match modules
      (() (reverse result))
      ((module . rest)
       (cond ((member module visited)
              (loop rest result visited))
             ((or (select? module) (not (list? module)))
              (loop (append (filter (lambda (used) (and (select? used) (not (member used visited))))
                                    (match module
                                      ((_ '=> _) '())
                                      (_ (dependencies module))))
                            rest)
                    (cons module result)
                    (cons module visited)))
             (else (loop rest result (cons module visited))))))))

(define* (source-module-closure modules #:optional (load-path %load-path)
                                #:key (select? guix-module-name?))
  "Return the closure of MODULES by `define-module' clauses: those for which SELECT? is true."
  (module-closure modules
                  #:select? select?
                  #:dependencies (cut source-module-dependencies <> load-path)))

(define* (live-module-closure modules #:key (select? guix-module-name?))
  "Return the closure of MODULES as they are loaded now."
  (source-module-closure modules #:select? select?))
