;;; Commentary:
;;;
;;; What Guile's module system offers beyond everyday use: names in nested modules, properties of modules, searching.
;;; Part of (guile), loaded when one of the names is first used.
;;;
;;; Code:

(define-module (guile module-queries)
  #:use-module (ice-9 control)
  #:export (nested-ref nested-set! nested-define! nested-remove! nested-ref-module nested-define-module!
            local-ref local-set! local-define local-remove local-ref-module local-define-module
            module-search module-obarray module-clear! module-export-all! module-replacements
            module-symbol-binding module-symbol-local-binding module-symbol-interned?
            module-symbol-locally-interned? module-reverse-lookup module-import-interface module-autoload! module-ref-submodule module-define-submodule!
            module-submodules module-kind module-version set-module-version! module-declarative?
            set-module-declarative?! user-modules-declarative? module-duplicates-handlers
            set-module-duplicates-handlers! set-module-uses! set-module-filename! module-gensym
            define! process-use-modules purify-module! use-srfis version-matches? the-scm-module
            try-load-module try-module-autoload reload-module resolve-r6rs-interface make-modules-in
            module-call-observers module-observe module-observe-weak module-unobserve module-observers
            module-modified call-with-deferred-observers module-defined-hook module-transformer
            module-binder module-next-unique-id module-inlinable-exports set-module-inlinable-exports!
            lookup-duplicates-handlers default-duplicate-binding-handler
            default-duplicate-binding-procedures duplicate-handlers install-r6rs! install-r7rs!))

;; Nested modules: the module (a b) is b in (a).

(define (submodule root names)
  (resolve-module (append (module-name root) names) #f #:ensure #f))
(define (split names)
  (let ((reversed (reverse names)))
    (values (reverse (cdr reversed)) (car reversed))))
(define-syntax-rule (in-nested (root names module name default) body)
  (call-with-values (lambda () (split names))
    (lambda (path name)
      (let ((module (if (null? path) root (submodule root path))))
        (if module body default)))))

(define (nested-ref root names)
  "Return the value of the last of NAMES in the module that the others name within ROOT."
  (if (null? names)
      root
      (in-nested (root names module name #f)
        (or (let ((variable (module-variable module name)))
              (and variable (variable-bound? variable) (variable-ref variable)))
            (submodule module (list name))))))
(define (nested-set! root names value)
  "Set what NAMES name within ROOT to VALUE."
  (in-nested (root names module name #f) (module-set! module name value)))
(define (nested-define! root names value)
  "Define what NAMES name within ROOT as VALUE."
  (in-nested (root names module name #f) (module-define! module name value)))
(define (nested-remove! root names)
  "Remove what NAMES name within ROOT."
  (in-nested (root names module name #f) (module-remove! module name)))
(define (nested-ref-module root names)
  "Return the module that NAMES name within ROOT, or #f."
  (if (null? names) root (submodule root names)))
(define (nested-define-module! root names module)
  "Make MODULE known as NAMES within ROOT."
  (nested-define! root names module))
(define (local-ref names) "Return what NAMES name within the current module." (nested-ref (current-module) names))
(define (local-set! names value) "Set what NAMES name within the current module." (nested-set! (current-module) names value))
(define (local-define names value) "Define NAMES within the current module." (nested-define! (current-module) names value))
(define (local-remove names) "Remove NAMES within the current module." (nested-remove! (current-module) names))
(define (local-ref-module names) "Return the module NAMES within the current module." (nested-ref-module (current-module) names))
(define (local-define-module names module) "Define the module NAMES within the current module." (nested-define-module! (current-module) names module))
(define (module-ref-submodule module name) "Return the module NAME within MODULE, or #f." (submodule module (list name)))
(define (module-define-submodule! module name submodule) "Make SUBMODULE known as NAME within MODULE." (module-define! module name submodule))
(define (make-modules-in module names)
  "Return the module NAMES within MODULE, made when there is none."
  (resolve-module (append (module-name module) names) #f #:ensure #t))

;; Looking

(define (module-search proc module name)
  "Return the first true value of PROC on MODULE or a module it uses, and NAME."
  (or (proc module name)
      (or-map (lambda (interface) (proc interface name)) (module-uses module))))
(define (module-obarray module)
  "Return a hash table of the names and variables of MODULE."
  (let ((table (make-hash-table)))
    (module-for-each (lambda (name variable) (hashq-set! table name variable)) module)
    table))
(define (module-symbol-local-binding module name . default)
  "Return the value NAME has in MODULE itself, or DEFAULT."
  (let ((variable (module-local-variable module name)))
    (cond ((and variable (variable-bound? variable)) (variable-ref variable))
          ((pair? default) (car default))
          (else (scm-error 'unbound-variable #f "Unbound variable: ~S" (list name) #f)))))
(define (module-symbol-binding module name . default)
  "Return the value NAME has in MODULE, or DEFAULT."
  (let ((variable (module-variable module name)))
    (cond ((and variable (variable-bound? variable)) (variable-ref variable))
          ((pair? default) (car default))
          (else (scm-error 'unbound-variable #f "Unbound variable: ~S" (list name) #f)))))
(define (module-symbol-locally-interned? module name) "Return #t when MODULE itself has a variable NAME." (and (module-local-variable module name) #t))
(define (module-symbol-interned? module name) "Return #t when MODULE has or imports a variable NAME." (and (module-variable module name) #t))
(define (module-reverse-lookup module variable)
  "Return the name of VARIABLE in MODULE, #f for (guile), or in what it uses; or #f."
  (if (not (variable? variable))
      (scm-error 'wrong-type-arg "module-reverse-lookup" "Wrong type argument in position ~A (expecting ~A): ~S"
                 (list 2 "variable" variable) (list variable)))
  (let ((module (or module the-root-module)))
    (let/ec return
      (define (look where)
        (module-for-each (lambda (name other) (if (eq? other variable) (return name))) where))
      (look module)
      (for-each look (module-uses module))
      #f)))
(define (module-import-interface module name)
  "Return the interface that MODULE has NAME from, or #f."
  (let loop ((interfaces (module-uses module)) (found #f))
    ;; The latest import counts.
    (cond ((null? interfaces) found)
          ((module-variable (car interfaces) name) (loop (cdr interfaces) (car interfaces)))
          (else (loop (cdr interfaces) found)))))
(define (module-autoload! module . bindings)
  "Let MODULE have from modules the names that BINDINGS, a module's name and a list in turn, tell."
  (let loop ((rest bindings))
    (cond ((null? rest) *unspecified*)
          ((null? (cdr rest))
           (scm-error 'misc-error "module-autoload!" "invalid number of arguments: ~S" (list bindings) #f))
          (else
           (module-use! module (resolve-interface (car rest) #:select (cadr rest)))
           (loop (cddr rest))))))
(define (module-clear! module)
  "Remove all that MODULE defines."
  (for-each (lambda (name) (module-remove! module name))
            (module-map (lambda (name variable) name) module)))
(define (module-export-all! module)
  "Export all that MODULE defines."
  (module-export! module (module-map (lambda (name variable) name) module)))

;; Properties of modules that only they who set them read

(define-syntax-rule (define-module-properties (reader writer default) ...)
  (begin
    (begin
      (define values-of (make-weak-key-hash-table))
      (define (reader module) (hashq-ref values-of module default))
      (define (writer module value) (hashq-set! values-of module value)))
    ...))
(define-module-properties
  (module-version set-module-version! #f)
  (module-declarative? set-module-declarative?! #t)
  (module-duplicates-handlers set-module-duplicates-handlers! #f)
  (module-inlinable-exports set-module-inlinable-exports! #f)
  (module-observers set-module-observers! '())
  (file-of set-module-filename! #f))
(define user-modules-declarative? (make-parameter #t))
(define (module-kind module) "Return what MODULE is: directory, interface or custom-interface." 'directory)
(define (module-replacements module) "Return a table of the names of MODULE that replace others." (make-hash-table))
(define (module-submodules module) "Return a table of the modules within MODULE." (make-hash-table))
(define (module-transformer module) "Return the procedure that expands code of MODULE, or #f for the usual." #f)
(define (module-binder module) "Return the procedure that makes bindings of MODULE, or #f." #f)
(define (module-next-unique-id module) "Return a number not yet given in MODULE." (module-generate-unique-id! module))
(define (set-module-uses! module interfaces)
  "Let MODULE use INTERFACES and nothing else."
  (%set-module-uses! module interfaces))
(define* (module-gensym #:optional (prefix " mg") (module (current-module)))
  "Return a new symbol."
  (gensym prefix))

;; Observers

(define (module-observe module proc)
  "Call PROC on MODULE when module-modified says that it changed."
  (set-module-observers! module (cons proc (module-observers module)))
  (cons module proc))
(define* (module-observe-weak module id #:optional (proc id)) "Like module-observe." (module-observe module proc))
(define (module-unobserve token) "Undo a module-observe." (set-module-observers! (car token) (delq (cdr token) (module-observers (car token)))))
(define (module-modified module) "Tell the observers of MODULE." (module-call-observers module))
(define (module-call-observers module) "Call the observers of MODULE." (for-each (lambda (proc) (proc module)) (module-observers module)))
(define (call-with-deferred-observers thunk) "Call THUNK." (thunk))
(define module-defined-hook (make-hook 1))

;; Importing

(define (define! name value)
  "Define NAME as VALUE in the current module; return its variable."
  (module-define! (current-module) name value)
  (module-variable (current-module) name))
(define (process-use-modules specifications)
  "Import into the current module."
  (for-each (lambda (specification)
              (module-use! (current-module)
                           (apply resolve-interface specification)))
            specifications))
(define (purify-module! module)
  "Let MODULE use nothing of (guile)."
  (%set-module-uses! module (delq the-scm-module (module-uses module))))
(define (use-srfis numbers)
  "Import the SRFIs NUMBERS."
  (process-use-modules
   (map (lambda (number) (list (list 'srfi (string->symbol (string-append "srfi-" (number->string number))))))
        numbers)))
(define (version-matches? wanted version)
  "Return #t when VERSION, a list of numbers, is what WANTED asks for, an R6RS version reference."
  (define (sub-matches? wanted number)
    (cond ((number? wanted) (= wanted number))
          ((and (pair? wanted) (eq? (car wanted) '>=)) (>= number (cadr wanted)))
          ((and (pair? wanted) (eq? (car wanted) '<=)) (<= number (cadr wanted)))
          ((and (pair? wanted) (eq? (car wanted) 'and)) (and-map (lambda (w) (sub-matches? w number)) (cdr wanted)))
          ((and (pair? wanted) (eq? (car wanted) 'or)) (or-map (lambda (w) (sub-matches? w number)) (cdr wanted)))
          ((and (pair? wanted) (eq? (car wanted) 'not)) (not (sub-matches? (cadr wanted) number)))
          (else #f)))
  (cond ((null? wanted) #t)
        ((eq? (car wanted) 'and) (and-map (lambda (w) (version-matches? w version)) (cdr wanted)))
        ((eq? (car wanted) 'or) (or-map (lambda (w) (version-matches? w version)) (cdr wanted)))
        ((eq? (car wanted) 'not) (not (version-matches? (cadr wanted) version)))
        ((null? version) #f)
        (else (and (sub-matches? (car wanted) (car version))
                   (version-matches? (cdr wanted) (cdr version))))))
(define the-scm-module (resolve-interface '(guile)))
(define* (try-load-module name #:optional version)
  "Load the module NAME; return #f when there is none."
  (and (resolve-module name #t version #:ensure #f) #t))
(define try-module-autoload try-load-module)
(define (reload-module module)
  "Run the file of MODULE again."
  (save-module-excursion
   (lambda ()
     (set-current-module module)
     (primitive-load (%search-load-path (module-filename module))))))
(define (resolve-r6rs-interface set)
  "Return the interface that an R6RS import set means."
  (let ((scratch (make-fresh-user-module)))
    (save-module-excursion
     (lambda ()
       (set-current-module scratch)
       (primitive-eval (list 'import set))
       (car (reverse (module-uses scratch)))))))

;; Duplicate bindings: a later import wins over an earlier one, whatever the handlers.

(define default-duplicate-binding-handler
  (make-parameter '(replace warn-override-core warn last)))
(define (default-duplicate-binding-procedures) "Return the procedures of the default handlers." '())
(define duplicate-handlers (make-fresh-user-module))
(define (lookup-duplicates-handlers names) "Return the procedures of the handlers NAMES." '())

(define (install-r6rs!)
  "Read as R6RS has it."
  (read-enable 'r6rs-hex-escapes)
  (read-enable 'hungry-eol-escapes))
(define (install-r7rs!)
  "Read and print as R7RS has it."
  (read-enable 'r6rs-hex-escapes)
  (read-enable 'hungry-eol-escapes)
  (read-enable 'r7rs-symbols)
  (print-enable 'r7rs-symbols))
