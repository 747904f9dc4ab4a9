;;; Commentary:
;;;
;;; Compiling: forms are expanded and run; files can be compiled to files, which `%load-compiled-path' leads to.  What is
;;; loaded without that is compiled too, and kept in strata's own cache.
;;;
;;; Code:

(define-module (system base compile)
  #:export (compiled-file-name compile-file compile-and-load read-and-compile compile decompile
            compute-compiler default-warning-level default-optimization-level))

(define default-warning-level (make-parameter 1))
(define default-optimization-level (make-parameter 2))

(define (compiled-file-name file)
  "Return where Guile would keep the compiled form of FILE."
  (let ((cache (string-append (or (getenv "XDG_CACHE_HOME") (string-append (or (getenv "HOME") "") "/.cache"))
                              "/guile/ccache/3.0-LE-8-4.6")))
    (string-append cache (if (absolute-file-name? file) file (string-append (getcwd) "/" file)) ".go")))

;; Loaded for those who want it.
(define (tree-il name)
  (module-ref (resolve-interface '(language tree-il)) name))

(define* (compile form #:key (from 'scheme) (to 'value) env (optimization-level 2) (warning-level 1) (opts '()))
  "Return the value of FORM, evaluated in the module ENV; it is compiled on the way."
  (case to
    ((value)
     (let ((form (if (eq? from 'tree-il) ((tree-il 'tree-il->scheme) form) form)))
       (if env (eval form env) (primitive-eval form))))
    ((scheme) (if (eq? from 'tree-il) ((tree-il 'tree-il->scheme) form) form))
    ((tree-il)
     (if (eq? from 'tree-il)
         form
         (save-module-excursion
          (lambda ()
            (if env (set-current-module env))
            ((tree-il 'macroexpand) form)))))
    (else (scm-error 'misc-error "compile" "no code for the language ~S" (list to) #f))))
(define* (compile-and-load file #:key (from 'scheme) (to 'value) env (optimization-level 2) (warning-level 1)
                           (opts '()) canonicalization)
  "Run the forms of FILE; return the value of the last."
  (save-module-excursion
   (lambda ()
     (if env (set-current-module env))
     (primitive-load file))))
(define* (read-and-compile port #:key from to env (optimization-level 2) (warning-level 1) (opts '()))
  "Evaluate the forms that PORT holds; return the value of the last.  When FROM is another language than Scheme, return
them as TO, `scheme', or their value."
  (save-module-excursion
   (lambda ()
     (if env (set-current-module env))
     (if (memq from '(#f scheme))
         (let loop ((form (read port)) (value *unspecified*))
           (if (eof-object? form)
               value
               (let ((value (primitive-eval form)))
                 (loop (read port) value))))
         (let ((form (read-as-scheme port from (current-module) opts)))
           (if (eq? to 'scheme) form (primitive-eval form)))))))
(define (read-as-scheme port from environment options)
  "Return the expressions of PORT, in the language FROM, as one of Scheme."
  (define language
    (@ (system base language) lookup-language))
  (define read-expression
    ((@ (system base language) language-reader) (language from)))
  (define join
    (or ((@ (system base language) language-joiner) (language 'scheme))
        (lambda (forms environment) (if (and (pair? forms) (null? (cdr forms))) (car forms) (cons 'begin forms)))))
  (define steps
    (or ((@ (system base language) lookup-compilation-order) from 'scheme)
        (scm-error 'misc-error "read-and-compile" "no way to compile ~S to ~S" (list from 'scheme) #f)))
  (define (to-scheme expression)
    (let loop ((steps steps) (expression expression) (environment environment))
      (if (null? steps)
          expression
          (call-with-values (lambda () ((cdr (car steps)) expression environment options))
            (lambda (expression environment . rest) (loop (cdr steps) expression environment))))))
  (let loop ((forms '()))
    (let ((expression (read-expression port environment)))
      (if (eof-object? expression)
          (join (reverse forms) environment)
          (loop (cons (to-scheme expression) forms))))))
(define* (compile-file file #:key (output-file (compiled-file-name file)) from to env (optimization-level 2)
                       (warning-level 1) (opts '()) canonicalization)
  "Compile FILE, a file of definitions, to OUTPUT-FILE and return the latter's name.  Its forms are run on the way.  A file
that has no compiled form, because of a constant that cannot be written, gets an empty one, which is not used."
  (let* ((code (or (%compile-file file) ""))
         (temporary (string-append output-file "." (number->string (getpid)))))
    (make-directories (dirname output-file))
    (call-with-output-file temporary
      (lambda (port)
        (set-port-encoding! port "UTF-8")
        (display code port)))
    (rename-file temporary output-file)
    output-file))
(define (make-directories directory)
  "Make DIRECTORY and those above it, where they are missing."
  (if (not (file-exists? directory))
      (begin
        (make-directories (dirname directory))
        (mkdir directory))))
(define* (decompile x #:key from to env (opts '()))
  "Return the Scheme form of X, expanded code; refuse others, since source is not kept in compiled code."
  (if (and (eq? from 'tree-il) (memq to '(scheme #f)))
      (values ((tree-il 'tree-il->scheme) x) env)
      (scm-error 'misc-error "decompile" "cannot decompile ~S" (list x) #f)))
(define (compute-compiler from to optimization-level warning-level opts)
  "Return a procedure of a form, a module and options that compiles."
  (lambda (form env) (values (compile form #:env env #:to to) env env)))
