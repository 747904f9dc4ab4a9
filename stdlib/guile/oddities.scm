;;; Commentary:
;;;
;;; Bindings of (guile) that few programs know: properties of symbols, random vectors, hooks of the REPL, structs'
;;; layouts, loading. Loaded when one of the names is first used.
;;;
;;; Code:

(define-module (guile oddities)
  #:export (symbol-fref symbol-fset! symbol-pref symbol-pset! symbol-property set-symbol-property!
            symbol-property-remove!
            symbol-prefix-proc keyword-like-symbol->keyword kw-arg-ref
            *random-state* random-state->datum datum->random-state
            random:normal-vector! random:solid-sphere! random:hollow-sphere!
            before-error-hook after-error-hook before-backtrace-hook after-backtrace-hook
            before-read-hook after-read-hook before-eval-hook after-eval-hook before-print-hook after-print-hook
            abort-hook after-gc-hook %load-hook
            struct-layout make-struct-layout vtable-index-layout vtable-index-printer vtable-offset-user
            standard-vtable-fields record-type-vtable record-type-mutable-fields
            primitive-read read-eval? read-hash-procedure read-hash-procedures
            load-in-vicinity load-compiled load-extension load-user-init parse-path-with-ellipsis
            %load-verbosely assert-load-verbosity %load-announce %load-should-auto-compile
            %auto-compilation-options %compile-fallback-path %fresh-auto-compile
            %warn-auto-compilation-enabled %file-port-name-canonicalization
            string-any-c-code string-every-c-code system-file-name-convention
            make-mutable-parameter set-current-dynamic-state file-encoding procedure-source
            set-procedure-minimum-arity! display-application using-readline? ensure-batch-mode!
            has-shown-backtrace-hint? repl-reader include-deprecated-features gc-dump
            %cond-expand-features %get-stack-size raise source-whash
            call-with-include-port call-with-module-autoload-lock))

;; Symbols have a function, a value and a property list, for those who want them.

(define functions (make-weak-key-hash-table))
(define property-lists (make-weak-key-hash-table))
(define (symbol-fref symbol) "Return the function of SYMBOL." (hashq-ref functions symbol))
(define (symbol-fset! symbol value) "Set the function of SYMBOL." (hashq-set! functions symbol value))
(define (symbol-pref symbol) "Return the property list of SYMBOL." (hashq-ref property-lists symbol '()))
(define (symbol-pset! symbol value) "Set the property list of SYMBOL." (hashq-set! property-lists symbol value))
(define (symbol-property symbol property) "Return PROPERTY of SYMBOL, or #f." (assq-ref (symbol-pref symbol) property))
(define (set-symbol-property! symbol property value)
  "Set PROPERTY of SYMBOL to VALUE."
  (symbol-pset! symbol (assq-set! (symbol-pref symbol) property value)))
(define (symbol-property-remove! symbol property)
  "Remove PROPERTY of SYMBOL."
  (symbol-pset! symbol (assq-remove! (symbol-pref symbol) property)))
(define (symbol-prefix-proc prefix)
  "Return a procedure that puts PREFIX before a symbol."
  (lambda (symbol) (symbol-append prefix symbol)))
(define (keyword-like-symbol->keyword symbol)
  "Return the keyword SYMBOL looks like, -name."
  (symbol->keyword (string->symbol (substring (symbol->string symbol) 1))))
(define* (kw-arg-ref arguments keyword #:optional default)
  "Return what follows KEYWORD in ARGUMENTS, or DEFAULT."
  (let ((rest (memq keyword arguments)))
    (if (and rest (pair? (cdr rest))) (cadr rest) default)))

;; Random numbers

(define *random-state* (random-state-from-platform))
(define (random-state->datum state) "Return STATE as data." (list 'strata-random state))
(define (datum->random-state datum) "Return the state that DATUM, of random-state->datum, tells." (cadr datum))
(define* (random:normal-vector! vector #:optional (state *random-state*))
  "Fill VECTOR with normally distributed numbers."
  (array-index-map! vector (lambda (k) (random:normal state))))
(define (scale! vector factor)
  (array-map! vector (lambda (x) (* x factor)) vector))
(define (norm vector) (sqrt (apply + (map (lambda (x) (* x x)) (array->list vector)))))
(define* (random:hollow-sphere! vector #:optional (state *random-state*))
  "Fill VECTOR with the coordinates of a random point on the unit sphere."
  (random:normal-vector! vector state)
  (if (positive? (array-length vector)) (scale! vector (/ 1.0 (norm vector)))))
(define* (random:solid-sphere! vector #:optional (state *random-state*))
  "Fill VECTOR with the coordinates of a random point within the unit sphere."
  (random:hollow-sphere! vector state)
  (scale! vector (expt (random:uniform state) (/ 1.0 (max 1 (array-length vector))))))

;; Hooks

(define before-error-hook (make-hook))
(define after-error-hook (make-hook))
(define before-backtrace-hook (make-hook))
(define after-backtrace-hook (make-hook))
(define before-read-hook (make-hook))
(define after-read-hook (make-hook))
(define before-eval-hook (make-hook 1))
(define after-eval-hook (make-hook 1))
(define before-print-hook (make-hook 1))
(define after-print-hook (make-hook 1))
(define abort-hook (make-hook))
(define after-gc-hook (make-hook))
(define %load-hook #f)

;; Structs

(define vtable-index-layout 0)
(define vtable-index-printer 3)
(define vtable-offset-user 8)
(define standard-vtable-fields "pwphuhpwphpwphpw")
(define (struct-layout vtable)
  "Return the layout of the structs of VTABLE, two letters a field."
  (make-struct-layout (string-concatenate (map (lambda (field) "pw") (record-type-fields vtable)))))
(define (make-struct-layout fields) "Return the layout FIELDS, a string, as a symbol." (string->symbol fields))
(define (record-type-vtable type) "Return the vtable of the records of TYPE: TYPE itself." type)
(define (record-type-mutable-fields type)
  "Return the bits of the fields of TYPE that may be set."
  (let loop ((k 0) (fields (record-type-fields type)) (bits 0))
    (if (null? fields)
        bits
        (loop (+ k 1) (cdr fields)
              (if (record-type-field-mutable? type k) (logior bits (ash 1 k)) bits)))))

;; Reading and loading

(define primitive-read read)
(define read-eval? (make-fluid #f))
(define (read-hash-procedures) "Return the characters read-hash-extend was called for." '())
(define (read-hash-procedure char) "Return the procedure of CHAR, or #f." #f)
(define (load-in-vicinity directory file)
  "Load FILE, relative to DIRECTORY."
  (load (if (absolute-file-name? file) file (in-vicinity directory file))))
(define (load-compiled file)
  "Refuse: compiled code is kept by strata itself."
  (scm-error 'misc-error "load-compiled" "no compiled files of Guile can be loaded: ~S" (list file) #f))
(define (load-extension library init)
  "Refuse: there is no C code to call."
  (scm-error 'misc-error "load-extension" "shared libraries cannot extend this interpreter: ~S" (list library) #f))
(define (load-user-init)
  "Load ~/.guile, if there is one."
  (let ((file (in-vicinity (or (getenv "HOME") "/") ".guile")))
    (if (file-exists? file) (primitive-load file))))
(define (parse-path-with-ellipsis path base)
  "Return the directories of PATH, where `...' stands for those of the list BASE."
  (apply append
         (map (lambda (directory) (if (string=? directory "...") base (list directory)))
              (parse-path path))))
(define %load-verbosely #f)
(define (assert-load-verbosity verbose?) "Say whether loading tells what it does." (set! %load-verbosely verbose?))
(define (%load-announce file) "Tell that FILE is loaded." (if %load-verbosely (format (current-error-port) ";;; loading ~a~%" file)))
(define %load-should-auto-compile #t)
(define %auto-compilation-options '())
(define %compile-fallback-path #f)
(define %fresh-auto-compile #f)
(define %warn-auto-compilation-enabled #t)
(define %file-port-name-canonicalization (make-fluid #f))
(define* (call-with-include-port file proc #:key directory)
  "Call PROC on a port that reads FILE."
  (call-with-input-file (if directory (in-vicinity directory file) file) proc))
(define (call-with-module-autoload-lock thunk) "Call THUNK." (thunk))
(define (file-encoding port)
  "Return the encoding that the first lines read from PORT name, or #f."
  (let* ((text (let loop ((n 0) (chars '()))
                 (let ((char (if (< n 500) (read-char port) the-eof-object)))
                   (if (eof-object? char) (list->string (reverse chars)) (loop (+ n 1) (cons char chars))))))
         (match (string-match* "coding[:=][ \t]*([-a-zA-Z0-9_.]+)" text)))
    match))
(define (string-match* pattern text)
  (let ((match (regexp-exec (make-regexp pattern) text)))
    (and match
         (string-upcase (substring text (car (vector-ref match 2)) (cdr (vector-ref match 2)))))))

;; The rest

(define string-any-c-code string-any)
(define string-every-c-code string-every)
(define (system-file-name-convention) "Return posix." 'posix)
(define* (make-mutable-parameter value #:optional (converter (lambda (x) x)))
  "Return a parameter whose value a call with an argument sets."
  (make-parameter value converter))
(define (set-current-dynamic-state state)
  "Refuse: with-dynamic-state has the same effect for a while."
  (scm-error 'misc-error "set-current-dynamic-state" "use with-dynamic-state" '() #f))
(define (procedure-source proc) "Return the source of PROC: none is kept." #f)
(define (set-procedure-minimum-arity! proc required optional rest?)
  "Let PROC tell this arity."
  (set-procedure-property! proc 'arity (list required optional rest?)))
(define* (display-application frame #:optional (port (current-output-port)) indent)
  "Write FRAME to PORT."
  (write frame port))
(define (using-readline?) "Return whether lines are edited with GNU Readline: never." #f)
(define (ensure-batch-mode!) "Note that no one types." *unspecified*)
(define has-shown-backtrace-hint? #f)
(define (repl-reader prompt) "Read a datum after PROMPT." (display (if (procedure? prompt) (prompt) prompt)) (read))
(define (include-deprecated-features) "Return whether deprecated bindings exist: none." #f)
(define (gc-dump) "Do nothing." *unspecified*)
(define %cond-expand-features '(guile guile-2 guile-2.2 guile-3 guile-3.0 r5rs r6rs r7rs exact-closed exact-complex full-unicode ratios))
(define (%get-stack-size) "Return the number of frames on the stack: unknown here." 0)
(define (raise signal)
  "Send SIGNAL to this process. Not the `raise' of conditions."
  (if (exact-integer? signal)
      (kill (getpid) signal)
      (scm-error 'wrong-type-arg "raise" "Wrong type (expecting ~A): ~S; `raise' of conditions is in (srfi srfi-34)"
                 (list "exact integer" signal) (list signal))))
(define source-whash (make-weak-key-hash-table))
