;;; Commentary:
;;;
;;; Modules for builders: copied into the store, compiled there, and put in the load path of scripts.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp modules)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp references)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp origins)
  #:use-module (guix gexp syntax)
  #:use-module (guix gexp files)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix utils)
  #:use-module (guix modules)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (imported-files imported-modules compiled-modules imported+compiled-modules load-path-expression))

;; Modules are copied into the store as they are, unless a file of them is itself the result of a build.

(define* (imported-files files
                         #:key (name "file-import")
                         (system (%current-system))
                         (guile (%guile-for-build)))
  "Return as a monadic value a directory containing FILES, an alist of final and source file names: a store item, or a
derivation when a source is a file-like object."
  (if (every (match-lambda ((_ . source) (string? source))) files)
      (lambda (store)
        (let ((item (add-file-tree-to-store store `(,name directory ,@(file-mapping->tree files)))))
          (note-directory! item files)
          (values item store)))
      (lambda (store)
        (let ((drv (run-monadic store
                                (imported-files/derivation files #:name name #:symlink? derivation?
                                                           #:system system #:guile guile))))
          (note-directory! (derivation->output-path drv)
                           (map (match-lambda
                                  ((final . (? string? source))
                                   (cons final source))
                                  ((final . source)
                                   ;; It has just been lowered.
                                   (cons final (lowered-file-name
                                                (lower-object/direct store source system #f)))))
                                files))
          (values drv store)))))

(define* (imported-files/derivation files
                                    #:key (name "file-import") symlink?
                                    (system (%current-system))
                                    (guile (%guile-for-build)))
  "Return as a monadic value the derivation of a directory that holds FILES; see `imported-files'.  With SYMLINK?, its
files are links."
  (gexp->derivation name
                    (with-imported-modules '((guix build utils))
                      #~(begin
                          (use-modules (guix build utils))
                          (mkdir #$output)
                          (chdir #$output)
                          (for-each (lambda (names)
                                      (mkdir-p (dirname (car names)))
                                      (#$(if symlink? 'symlink 'copy-file) (cadr names) (car names)))
                                    '#$(map (match-lambda
                                              ((final . (? string? source))
                                               (list final (local-file source (basename final))))
                                              ((final . source)
                                               (list final source)))
                                            files))))
                    #:system system
                    #:guile-for-build (or guile 'default)
                    #:local-build? #t
                    #:substitutable? #f))

(define (module-source name module-path)
  "Return the file of the module NAME in MODULE-PATH, or #f when it has none because it is part of the interpreter, which
is the same in builds."
  (cond ((search-path module-path (module-name->file-name name)))
        ((resolve-module name #:ensure #f) #f)
        (else
         (raise (make-compound-condition
                 (condition
                  (&file-search-error (file (module-name->file-name name)) (path module-path)))
                 (condition
                  (&message
                   (message (format #f "module ~a not found in the load path" name)))))))))

(define* (imported-modules modules
                           #:key (name "module-import")
                           (system (%current-system))
                           (guile (%guile-for-build))
                           (module-path %load-path))
  "Return as a monadic value the store item or derivation with the source of MODULES, a list of module names, looked up
in MODULE-PATH, and of (NAME => FILE)."
  (imported-files (filter-map (match-lambda
                                (((module ...) '=> file)
                                 (cons (module-name->file-name module) file))
                                ((module ...)
                                 (and=> (module-source module module-path)
                                        (cut cons (module-name->file-name module) <>))))
                              (delete-duplicates modules))
                  #:name name #:system system #:guile guile))

(define* (compiled-modules modules
                           #:key (name "module-import-compiled")
                           (system (%current-system))
                           target
                           (guile (%guile-for-build))
                           (module-path %load-path)
                           (extensions '())
                           (deprecation-warnings #f)
                           (optimization-level 1))
  "Return as a monadic value the derivation of a directory with the compiled form of MODULES, which may use each other and
EXTENSIONS: what `-C' takes.  When TARGET, a GNU triplet, is true, they are compiled for it."
  (lambda (store)
    (let* ((source (run-monadic store
                                (imported-modules modules #:system system #:guile guile
                                                  #:module-path module-path)))
           (extensions (map (cut lower-object/direct store <> system #f) extensions))
           (build
            ;; What the builder reads from its environment is declared as hidden inputs: its text is always the same.
            (gexp-with-hidden-inputs
             #~(begin
                 (use-modules (ice-9 ftw)
                              (system base target)
                              (system base compile))

                 (define (take-variable name)
                   ;; Modules should not see what is meant for this script.
                   (let ((value (getenv name)))
                     (unsetenv name)
                     value))

                 (define source (take-variable "modules"))
                 (define total (string->number (take-variable "module count")))
                 (define target (or (take-variable "target") %host-type))
                 (define extensions
                   (delete "" (string-split (take-variable "extensions") #\space)))
                 (define done 0)

                 (define (compile-tree directory output)
                   (mkdir output)
                   (for-each (lambda (entry)
                               (let ((file (string-append directory "/" entry))
                                     (target (string-append output "/" entry)))
                                 (if (eq? 'directory (stat:type (stat file)))
                                     (compile-tree file target)
                                     (begin
                                       (set! done (+ done 1))
                                       (format #t "[~a/~a] compiling ~a~%" done total file)
                                       (compile-file file
                                                     #:output-file
                                                     (string-append (string-drop-right target 4) ".go")
                                                     #:opts %auto-compilation-options)))))
                             (scandir directory
                                      (lambda (entry)
                                        (not (member entry '("." "..")))))))

                 (set! %load-path
                   (cons source
                         (append (map (lambda (directory)
                                        (string-append directory "/share/guile/site/" (effective-version)))
                                      extensions)
                                 %load-path)))
                 (set! %load-compiled-path
                   (append (map (lambda (directory)
                                  (string-append directory "/lib/guile/" (effective-version) "/site-ccache"))
                                extensions)
                           %load-compiled-path))
                 (with-target target
                   (lambda ()
                     (compile-tree source #$output))))
             (map gexp-input (cons source extensions)))))
      (values (gexp->derivation/direct
               store name build
               #:script-name "compile-modules"
               #:system system
               #:target target
               #:guile-for-build (or guile 'default)
               #:local-build? #t
               #:env-vars
               `(("modules" . ,(lowered-file-name source))
                 ("module count" . ,(number->string (length modules)))
                 ("extensions" . ,(string-join (map lowered-file-name extensions)))
                 ("optimization level" . ,(number->string optimization-level))
                 ,@(if target `(("target" . ,target)) '())
                 ,@(match deprecation-warnings
                     (#f '(("GUILE_WARN_DEPRECATED" . "no")))
                     ('detailed '(("GUILE_WARN_DEPRECATED" . "detailed")))
                     (_ '()))))
              store))))

(define (gexp-with-hidden-inputs gexp inputs)
  "Return GEXP with INPUTS, a list of <gexp-input>, as references that do not appear in its text."
  (make-gexp (append inputs (gexp-references gexp))
             (gexp-self-modules gexp)
             (gexp-self-extensions gexp)
             (lambda references
               (apply (gexp-proc gexp) (drop references (length inputs))))
             (%gexp-location gexp)))

(define %modules-cache
  ;; Modules imported and compiled before, by what they are imported for.
  (allocate-store-connection-cache 'imported+compiled-modules))

(define* (imported+compiled-modules store modules
                                    #:key system (extensions '()) (extension-items '()) guile module-path
                                    deprecation-warnings)
  "Return a pair: what MODULES lower to, and the derivation that compiles them.  EXTENSION-ITEMS are what EXTENSIONS lower
to."
  (let* ((table (match (store-connection-cache store %modules-cache)
                  ((? hash-table? table) table)
                  (_ (let ((table (make-hash-table)))
                       (set-store-connection-cache! store %modules-cache table)
                       table))))
         (key (string-join (cons* (derivation-file-name guile) system (object->string deprecation-warnings)
                                  extension-items)))
         (known (hash-ref table key '())))
    (or (any (match-lambda
               ((known-modules known-path . result)
                (and (equal? known-modules modules)
                     (equal? known-path module-path)
                     result)))
             known)
        (let ((result (cons (run-monadic store
                                         (imported-modules modules #:system system #:guile guile
                                                           #:module-path module-path))
                            (run-monadic store
                                         (compiled-modules modules #:system system #:guile guile
                                                           #:module-path module-path
                                                           #:extensions extensions
                                                           #:deprecation-warnings deprecation-warnings)))))
          (hash-set! table key (cons (cons* modules module-path result) (hash-ref table key '())))
          result))))

(define* (load-path-expression modules #:optional (path %load-path)
                               #:key (extensions '()) system target
                               (guile (default-guile)))
  "Return as a monadic value a gexp that puts MODULES, found in PATH and compiled with GUILE, and EXTENSIONS in front of
`%load-path' and `%load-compiled-path', or #f when there are none."
  (if (and (null? modules) (null? extensions))
      (with-monad %store-monad
        (return #f))
      (mlet* %store-monad ((guile (lower-object guile system #:target #f))
                           (compiled (compiled-modules modules
                                                       #:guile guile #:extensions extensions
                                                       #:module-path path
                                                       #:system (or system (%current-system))
                                                       #:target target))
                           (source (imported-modules modules
                                                     #:guile guile #:module-path path
                                                     #:system (or system (%current-system)))))
        (return
         #~(eval-when (expand load eval)
             ;; Nothing but (guile) can be used here.
             (let ((add (lambda (first suffix path)
                          (let ((new (cons first
                                           (map (lambda (directory)
                                                  (string-append directory suffix))
                                                '(#$@extensions)))))
                            (append new
                                    (let loop ((path path))
                                      (cond ((null? path) '())
                                            ((member (car path) new) (loop (cdr path)))
                                            (else (cons (car path) (loop (cdr path)))))))))))
               (set! %load-path
                 (add #$source
                      (string-append "/share/guile/site/" (effective-version))
                      %load-path))
               (set! %load-compiled-path
                 (add #$compiled
                      (string-append "/lib/guile/" (effective-version) "/site-ccache")
                      %load-compiled-path))))))))
