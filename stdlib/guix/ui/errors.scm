;;; Commentary:
;;;
;;; Errors as users see them, and code of users that is run so that its errors are.
;;; Part of (guix ui).
;;;
;;; Code:

(define-module (guix ui errors)
  #:use-module (guix build-system)
  #:use-module ((guix build utils)
                #:select (invoke-error? invoke-error-program invoke-error-arguments invoke-error-exit-status
                          invoke-error-term-signal invoke-error-stop-signal))
  #:use-module (guix colors)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module (guix profiles)
  #:use-module (guix serialization)
  #:use-module (guix store)
  #:use-module ((guix store conditions) #:select (store-hint store-hint?))
  #:use-module (guix ui recutils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 exceptions)
  #:use-module (ice-9 match)
  #:export (display-hint
            report-load-error
            warn-about-load-error
            guard*
            call-with-error-handling
            with-error-handling
            with-unbound-variable-handling
            leave-on-EPIPE
            make-user-module
            load*
            evaluate-for-user
            read/eval
            read/eval-package-expression))

(define* (display-hint message #:optional (port (current-error-port)))
  "Write MESSAGE, which may have Texinfo markup, to PORT as a hint."
  (display (if (color-output? port)
               (colorize-string "hint: " (color BOLD CYAN))
               "hint: ")
           port)
  (display (parameterize ((%text-width (max 15 (- (terminal-width) 5))))
             (texi->plain-text message))
           port))

(define (display-hint-of obj)
  (when (fix-hint? obj)
    (display-hint (condition-fix-hint obj))))

(define (place-of obj)
  (and (error-location? obj) (error-location obj)))


;;;
;;; Loading files.
;;;

(define (module-with-variable name)
  "Return the name of a loaded module that exports NAME, one of the package collection first, or #f."
  (define (rank module)
    (match module
      (('gnu . _) 0)
      (('guix . _) 1)
      (_ 2)))

  (define found '())
  (define visited (make-hash-table))

  (let visit ((module (resolve-module '() #f #f #:ensure #f)))
    (unless (hashq-ref visited module)
      (hashq-set! visited module #t)
      (let ((interface (module-public-interface module)))
        (when (and interface (module-local-variable interface name))
          (set! found (cons (module-name module) found))))
      (hash-for-each (lambda (_ module) (visit module))
                     (module-submodules module))))
  (match (sort found (lambda (a b) (< (rank a) (rank b))))
    (() #f)
    ((best . _) best)))

(define* (report-unbound-variable args #:optional frame)
  (match args
    ((key . args)
     (print-exception (current-error-port) frame key args)))
  (match args
    ((_ _ _ (variable) . _)
     (display-hint
      (match (module-with-variable variable)
        (#f (G_ "Did you forget a @code{use-modules} form?"))
        (module (format #f (G_ "Did you forget @code{(use-modules ~a)}?") module)))))
    (_ #t)))

(define (call-with-thrown args system-error syntax-error condition other)
  "Call one of the procedures with what ARGS, a key and the arguments of an exception, holds: SYSTEM-ERROR with a message,
SYNTAX-ERROR with a location, a form and a message, CONDITION with a location, a condition, a format string and arguments,
OTHER with ARGS."
  (match args
    (('system-error . _) (system-error (strerror (system-error-errno args))))
    (('syntax-error proc message properties form . rest)
     (syntax-error (source-properties->location properties)
                   (match rest ((subform . _) (or subform form)) (_ form))
                   message))
    (((or 'srfi-34 '%exception) obj)
     (cond ((formatted-message? obj)
            (condition (place-of obj) obj (formatted-message-string obj) (formatted-message-arguments obj)))
           ((message-condition? obj)
            (condition (place-of obj) obj "~a~%" (list (condition-message obj))))
           (else
            (condition #f obj (G_ "exception thrown: ~s~%") (list obj)))))
    (_ (other args))))

(define* (report-load-error file args #:optional frame)
  "Report that FILE, which a user gave, cannot be loaded because of ARGS, the key and arguments of an exception."
  (match args
    (('read-error _ message arguments . _)
     (let ((place (string-contains message ": ")))
       (if (and place
                (or (string-suffix? "end of file" message)
                    (string-contains message "unexpected end of input")))
           ;; What Guile says hides what is wrong.
           (format (current-error-port) (G_ "~amissing closing parenthesis~%")
                   (string-take message (+ 2 place)))
           (report-error (G_ "read error while loading '~a': ~a~%")
                         file (apply format #f message arguments)))))
    (('unbound-variable . _)
     (report-unbound-variable args frame))
    (('quit . _)
     ;; Whoever leaves has said why.
     #f)
    (_
     (call-with-thrown args
       (cut report-error (G_ "failed to load '~a': ~a~%") file <>)
       (lambda (location form message)
         (report-error location (G_ "~s: ~a~%") form message))
       (lambda (location obj text arguments)
         (apply report-error location text arguments)
         (display-hint-of obj))
       (match-lambda
         ((key . arguments)
          (report-error (G_ "failed to load '~a':~%") file)
          (print-exception (current-error-port) frame key arguments)))))))

(define (check-module-name file module)
  "Say so when FILE is not one that defines MODULE, as happens to those who begin to write recipes."
  (define (hint)
    (display-hint (format #f (G_ "File @file{~a} should probably start with:

@example\n(define-module ~a)\n@end example")
                          file module)))

  (catch 'system-error
    (lambda ()
      (let ((form (call-with-input-file file read)))
        (match form
          ((? eof-object?)
           (warning (G_ "~a: file is empty~%") file))
          (('define-module (? pair? name) . _)
           (unless (equal? name module)
             (warning (source-properties->location (source-properties form))
                      (G_ "module name ~a does not match file name '~a'~%")
                      name
                      (string-append (string-join (map symbol->string module) "/") ".scm"))
             (hint)))
          (_ (hint)))))
    (const #f)))

(define (warn-about-load-error file module args)
  "Warn that FILE, of MODULE, cannot be loaded because of ARGS, the key and arguments of an exception."
  (match args
    (('unbound-variable . _)
     (report-unbound-variable args))
    (_
     (call-with-thrown args
       (cut warning (G_ "failed to load '~a': ~a~%") module <>)
       (lambda (location form message)
         (warning location "~a~%" message))
       (lambda (location obj text arguments)
         (warning (G_ "failed to load '~a': ~a~%") file
                  (string-trim-right (apply format #f text arguments) #\newline)))
       (match-lambda
         ((key . arguments)
          (warning (G_ "failed to load '~a':~%") module)
          (print-exception (current-error-port) #f key arguments)
          (check-module-name file module)))))))

(define (make-user-module modules)
  "Return a new module that uses MODULES, a list of names, for code of users."
  (let ((module (make-fresh-user-module)))
    (for-each (lambda (name)
                (module-use! module (resolve-interface name)))
              modules)
    module))

(define* (load* file user-module #:key (on-error 'nothing-special))
  "Return the value of the last form of FILE, which is loaded in USER-MODULE; report an error and exit when that fails,
with a backtrace if ON-ERROR is `backtrace'."
  (catch #t
    (lambda ()
      (save-module-excursion
       (lambda ()
         (set-current-module user-module)
         (load (canonicalize-path file)))))
    (lambda _ (exit 1))
    (lambda args
      (report-load-error file args)
      (when (memq on-error '(backtrace debug))
        (newline (current-error-port))
        (display-backtrace (make-stack #t) (current-error-port))))))


;;;
;;; Errors of commands.
;;;

(define-syntax-rule (guard* (var clause ...) body ...)
  ;; Like SRFI 34's `guard', but clauses run where the exception was raised.
  (with-exception-handler
      (lambda (var)
        (cond clause ... (else (raise var))))
    (lambda () body ...)
    #:unwind? #f))

(define (port-name port)
  (or (and (not (port-closed? port)) (port-filename port))
      port))

(define (report-collision c)
  "Report C, a `&profile-collision-error', with where both entries come from."
  (define (output-suffix entry)
    (match (manifest-entry-output entry)
      ("out" "")
      (output (string-append ":" output))))

  (define (parents entry)
    (match (force (manifest-entry-parent entry))
      ((? manifest-entry? parent) (cons parent (parents parent)))
      (_ '())))

  (define (report-entry text entry)
    (report-error text (manifest-entry-name entry) (manifest-entry-version entry)
                  (output-suffix entry) (manifest-entry-item entry))
    (for-each (lambda (parent)
                (report-error (G_ "   ... propagated from ~a@~a~%")
                              (manifest-entry-name parent) (manifest-entry-version parent)))
              (parents entry)))

  (define (top-name entry)
    (manifest-entry-name (last (cons entry (parents entry)))))

  (let ((entry (profile-collision-error-entry c))
        (conflict (profile-collision-error-conflict c)))
    (report-error (G_ "profile contains conflicting entries for ~a~a~%")
                  (manifest-entry-name entry) (output-suffix entry))
    (report-entry (G_ "  first entry: ~a@~a~a ~a~%") entry)
    (report-entry (G_ "  second entry: ~a@~a~a ~a~%") conflict)
    (display-hint
     (if (string=? (top-name entry) (top-name conflict))
         (format #f (G_ "You cannot have two different versions
or variants of @code{~a} in the same profile.")
                 (top-name entry))
         (format #f (G_ "Try upgrading both @code{~a} and @code{~a},
or remove one of them from the profile.")
                 (top-name entry) (top-name conflict))))))

(define (error-reporter c)
  "Return a thunk that reports C, an exception, or #f if it is not one that users cause."
  (define-syntax-rule (report text argument ...)
    (lambda () (report-error text argument ...)))

  (cond ((package-input-error? c)
         (let ((package (package-error-package c)))
           (report (G_ "~a: package `~a' has an invalid input: ~s~%")
                   (location->string (and=> (package-location package) shown-location))
                   (package-full-name package)
                   (package-error-invalid-input c))))
        ((package-cross-build-system-error? c)
         (let ((package (package-error-package c)))
           (report (G_ "~a: ~a: build system `~a' does not support cross builds~%")
                   (location->string (and=> (package-location package) shown-location))
                   (package-full-name package)
                   (build-system-name (package-build-system package)))))
        ((gexp-input-error? c)
         (report (G_ "~s: invalid G-expression input~%") (gexp-error-invalid-input c)))
        ((profile-not-found-error? c)
         (report (G_ "profile '~a' does not exist~%") (profile-error-profile c)))
        ((missing-generation-error? c)
         (report (G_ "generation ~a of profile '~a' does not exist~%")
                 (missing-generation-error-generation c) (profile-error-profile c)))
        ((unmatched-pattern-error? c)
         (let ((pattern (unmatched-pattern-error-pattern c)))
           (report (G_ "package '~a~@[@~a~]~@[:~a~]' not found in profile~%")
                   (manifest-pattern-name pattern)
                   (manifest-pattern-version pattern)
                   (match (manifest-pattern-output pattern)
                     ("out" #f)
                     (output output)))))
        ((profile-collision-error? c)
         (lambda () (report-collision c)))
        ((nar-error? c)
         (let ((port (port-name (nar-error-port c))))
           (match (nar-error-file c)
             (#f (report (G_ "corrupt input while restoring archive from ~s~%") port))
             (file (report (G_ "corrupt input while restoring '~a' from ~s~%") file port)))))
        ((store-connection-error? c)
         (report (G_ "failed to connect to `~a': ~a~%")
                 (store-connection-error-file c) (strerror (store-connection-error-code c))))
        ((store-protocol-error? c)
         (lambda ()
           (report-error (place-of c) (G_ "~a~%") (store-protocol-error-message c))
           (when (store-hint? c)
             ;; File names and commands, no markup.
             (for-each (lambda (line)
                         (format (current-error-port) (G_ "hint: ~a~%") line))
                       (string-split (store-hint c) #\newline)))))
        ((derivation-missing-output-error? c)
         (report (G_ "reference to invalid output '~a' of derivation '~a'~%")
                 (derivation-missing-output c)
                 (derivation-file-name (derivation-error-derivation c))))
        ((file-search-error? c)
         (report (G_ "file '~a' could not be found in these directories:~{ ~a~}~%")
                 (file-search-error-file-name c) (file-search-error-search-path c)))
        ((invoke-error? c)
         (report (G_ "program exited~@[ with non-zero exit status ~a~]~@[ terminated by signal ~a~]~
~@[ stopped by signal ~a~]: ~s~%")
                 (invoke-error-exit-status c) (invoke-error-term-signal c) (invoke-error-stop-signal c)
                 (cons (invoke-error-program c) (invoke-error-arguments c))))
        ((formatted-message? c)
         (lambda ()
           (apply report-error (place-of c) (formatted-message-string c) (formatted-message-arguments c))
           (display-hint-of c)))
        (((exception-predicate &exception-with-kind-and-args) c)
         ;; Their messages alone are format strings; all but those of system calls are mistakes in programs.
         (match (cons (exception-kind c) (exception-args c))
           (('system-error proc text arguments . _)
            (report (G_ "~a: ~a~%") proc (apply format #f text arguments)))
           (_ #f)))
        ((message-condition? c)
         (lambda ()
           (report-error (place-of c) (G_ "~a~%") (condition-message c))
           (display-hint-of c)))
        (else #f)))

(define (call-with-error-handling thunk)
  "Call THUNK; report errors that users can understand, and exit."
  (guard* (c ((error-reporter c)
              => (lambda (report)
                   (report)
                   (exit 1))))
    (thunk)))

(define-syntax-rule (with-error-handling body ...)
  ;; Evaluate BODY; report errors that users can understand, and exit.
  (call-with-error-handling (lambda () body ...)))

(define (call-with-unbound-variable-handling thunk)
  (catch 'unbound-variable
    thunk
    (const #t)
    (lambda args
      (report-unbound-variable args)
      (exit 1))))

(define-syntax-rule (with-unbound-variable-handling body ...)
  ;; Evaluate BODY; report a variable that is not bound, and exit.
  (call-with-unbound-variable-handling (lambda () body ...)))

(define-syntax-rule (leave-on-EPIPE body ...)
  ;; Evaluate BODY; exit when nobody reads what it writes, as with `| head'.
  (catch 'system-error
    (lambda () body ...)
    (lambda args
      (if (= EPIPE (system-error-errno args))
          (primitive-_exit 0)
          (apply throw args)))))


;;;
;;; Expressions.
;;;

(define user-module
  (let ((module #f))
    (lambda ()
      (unless module
        (set! module (make-user-module '((guix gexp)))))
      module)))

(define (report-failed-evaluation expression)
  (report-error (G_ "failed to evaluate expression '~s':~%")
                (if (syntax? expression) (syntax->datum expression) expression)))

(define (evaluate-for-user expression module)
  "Return the value of EXPRESSION, which a user gave, in MODULE; when that fails, say so before the exception, which knows
where it was raised, goes its way."
  (with-exception-handler
      (lambda (exception)
        (unless (quit-exception? exception)
          (report-failed-evaluation expression))
        (raise-exception exception #:continuable? #t))
    (lambda () (eval expression module))))

(define (evaluate-or-exit expression module)
  "Return the value of EXPRESSION in MODULE; report an error and exit when that fails."
  (catch #t
    (lambda () (eval expression module))
    (lambda args
      (match args
        (('quit . _) (apply throw args))
        (_ #t))
      (report-failed-evaluation expression)
      (call-with-thrown args
        (cut report-error (G_ "~a~%") <>)
        (lambda (location form message)
          (report-error (G_ "syntax error: ~a~%") message))
        (lambda (location obj text arguments)
          (apply report-error #f text arguments))
        (match-lambda
          ((key . arguments)
           (print-exception (current-error-port) #f key arguments))))
      (exit 1))))

(define (read/eval str)
  "Return the value of the expression that STR begins with; report an error and exit when that fails."
  (define expression
    (catch #t
      (lambda () (call-with-input-string str read))
      (lambda args
        (leave (G_ "failed to read expression ~s: ~s~%") str args))))

  (evaluate-or-exit expression (user-module)))

(define (read/eval-package-expression str)
  "Return the package that the expression in STR stands for, or report an error and exit."
  (match (read/eval str)
    ((? package? package) package)
    (_ (leave (G_ "expression ~s does not evaluate to a package~%") str))))
