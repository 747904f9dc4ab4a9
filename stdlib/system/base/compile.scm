;;; Commentary:
;;;
;;; Compiling: here it means expanding and running, for compiled code is kept where strata keeps it.
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

(define* (compile form #:key (from 'scheme) (to 'value) env (optimization-level 2) (warning-level 1) (opts '()))
  "Return the value of FORM, evaluated in the module ENV; it is compiled on the way."
  (case to
    ((value) (if env (eval form env) (primitive-eval form)))
    ((scheme) form)
    (else (scm-error 'misc-error "compile" "no code for the language ~S" (list to) #f))))
(define* (compile-and-load file #:key (from 'scheme) (to 'value) env (optimization-level 2) (warning-level 1)
                           (opts '()) canonicalization)
  "Run the forms of FILE; return the value of the last."
  (save-module-excursion
   (lambda ()
     (if env (set-current-module env))
     (primitive-load file))))
(define* (read-and-compile port #:key from to env (optimization-level 2) (warning-level 1) (opts '()))
  "Evaluate the forms that PORT holds; return the value of the last."
  (save-module-excursion
   (lambda ()
     (if env (set-current-module env))
     (let loop ((form (read port)) (value *unspecified*))
       (if (eof-object? form)
           value
           (let ((value (primitive-eval form)))
             (loop (read port) value)))))))
(define* (compile-file file #:key output-file from to env (optimization-level 2) (warning-level 1) (opts '())
                       canonicalization)
  "Check that FILE can be read, and return its name: it is compiled when it is loaded first."
  (call-with-input-file file
    (lambda (port)
      (let loop ((form (read port)))
        (if (not (eof-object? form)) (loop (read port))))))
  file)
(define* (decompile x #:key from to env (opts '()))
  "Refuse: source is not kept in compiled code."
  (scm-error 'misc-error "decompile" "cannot decompile ~S" (list x) #f))
(define (compute-compiler from to optimization-level warning-level opts)
  "Return a procedure of a form, a module and options that compiles."
  (lambda (form env) (values (compile form #:env env #:to to) env env)))
