;;; Commentary:
;;;
;;; What `strata import' does in Scheme: printing the definitions of packages that others describe, or putting them into a file.
;;; Options are parsed by runtime/cli/commands/import.ts.  Behaviour: (guix scripts import) of GNU Guix 1.4; `--insert' is of a
;;; later version.
;;;
;;; Code:

(define-module (guix scripts import)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix import utils)
  #:use-module (guix read-print)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:autoload (guix import json) (json->code)
  #:autoload (guix import npm) (npm->guix-package npm-recursive-import)
  #:export (guix-import
            import-npm
            import-json))

(define (print-expressions expressions)
  "Print EXPRESSIONS with a blank line after each, if there are several."
  (match expressions
    ((expression)
     (pretty-print-with-comments (current-output-port) expression)
     (newline))
    (_
     (for-each (lambda (expression)
                 (pretty-print-with-comments (current-output-port) expression)
                 (newline)
                 (newline))
               expressions))))


;;; Insertion.

(define (definition-name form)
  (match form
    (('define-public (? symbol? name) . _) (symbol->string name))
    (_ #f)))

(define (insertion-point text name)
  "Return where in TEXT, a module, the definition of NAME goes: before the first definition of a variable whose name is later
in the alphabet, or at the end."
  (define size (string-length text))

  (define port
    (let ((port (open-input-string text)))
      ;; Of data that come from nowhere, the places are not known.
      (set-port-filename! port "text")
      port))

  (define (position-of line column)
    (let loop ((line line) (start 0))
      (if (zero? line)
          (+ start column)
          (loop (- line 1) (+ 1 (string-index text #\newline start))))))

  (let loop ()
    (match (read port)
      ((? eof-object?) size)
      (form
       (let ((other (definition-name form)))
         (if (and other (string>? other name))
             (position-of (source-property form 'line) (source-property form 'column))
             (loop)))))))

(define (before-comments text position)
  "Return the beginning of the comments that are right before POSITION, the beginning of a line of TEXT."
  (let ((previous (and (> position 1) (+ 1 (or (string-rindex text #\newline 0 (- position 1)) -1)))))
    (if (and previous
             (string-prefix? ";" (substring text previous position)))
        (before-comments text previous)
        position)))

(define (insert-definition text definition)
  "Return TEXT, a module, with DEFINITION, an expression, at its place in the alphabet."
  (let* ((code (object->string* definition 0))
         (point (insertion-point text (definition-name definition)))
         (at-end? (= point (string-length text)))
         (point (if at-end? point (before-comments text point)))
         (before (substring text 0 point)))
    (if at-end?
        (string-append (string-trim-right before) "\n\n" code "\n")
        (string-append before code "\n\n" (substring text point)))))

(define (insert-expressions file expressions)
  "Put EXPRESSIONS, definitions, into FILE, a module, and leave out those that it has."
  (let* ((text (call-with-input-file file get-string-all #:encoding "UTF-8"))
         (new (fold (lambda (expression text)
                      (if (string-contains text (string-append "(define-public " (definition-name expression) "\n"))
                          text
                          (insert-definition text expression)))
                    text expressions)))
    (with-atomic-file-output file
      (lambda (port)
        (set-port-encoding! port "UTF-8")
        (display new port)))))

(define (deliver expressions insert)
  (if insert
      (insert-expressions insert expressions)
      (print-expressions expressions)))


;;; Importers.

(define (split-specification specification)
  "Return the name and the version, or #f, in SPECIFICATION, \"NAME@VERSION\"; names may start with \"@\"."
  (match (string-index specification #\@ (min 1 (string-length specification)))
    (#f (values specification #f))
    (at (values (substring specification 0 at) (substring specification (+ 1 at))))))

(define (full-definition package)
  "Return the definition of PACKAGE, an expression, with the version in its name."
  (package->definition package 'full))

(define* (import-npm specification #:key recursive? insert)
  "Print the npm package that SPECIFICATION, \"NAME\" or \"NAME@VERSION\", names, or with RECURSIVE? the definitions of it and
of all that it needs.  INSERT is a file to put definitions into instead."
  (call-with-values (lambda () (split-specification specification))
    (lambda (name version)
      (define (fail)
        (raise (formatted-message (G_ "failed to download meta-data for package '~a'") specification)))

      (if recursive?
          (match (npm-recursive-import name #:version version)
            (() (fail))
            (packages (deliver (map full-definition packages) insert)))
          (call-with-values (lambda () (npm->guix-package name #:version version))
            (lambda (package dependencies)
              (unless package
                (fail))
              (deliver (list (if insert (full-definition package) package)) insert)))))))

(define* (import-json file #:key insert)
  "Print the definitions of the packages that FILE describes in JSON; INSERT is a file to put them into instead."
  (match (json->code file)
    (#f (raise (formatted-message (G_ "invalid JSON in file '~a'") file)))
    (expressions
     (deliver (if insert (filter pair? expressions) expressions) insert))))

(define-command (guix-import . args)
  (category packaging)
  (synopsis "import a package definition from an external repository")
  (apply run-command "import" args))
