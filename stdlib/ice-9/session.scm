;;; Commentary:
;;;
;;; Asking a running program: names that match, documentation, parameters.
;;;
;;; Code:

(define-module (ice-9 session)
  #:use-module (ice-9 documentation)
  #:use-module (srfi srfi-1)
  #:export (help add-value-help-handler! remove-value-help-handler! add-name-help-handler!
            remove-name-help-handler! apropos-hook apropos apropos-internal apropos-fold
            apropos-fold-accessible apropos-fold-exported apropos-fold-all source arity
            procedure-arguments module-commentary))

;; Handlers for help, asked in order before the usual answer.

(define value-handlers '())
(define name-handlers '())
(define (add-value-help-handler! proc) "Let PROC, called with a name and a value, give help." (set! value-handlers (cons proc value-handlers)))
(define (remove-value-help-handler! proc) "Undo add-value-help-handler!." (set! value-handlers (delete proc value-handlers)))
(define (add-name-help-handler! proc) "Let PROC, called with a name, give help." (set! name-handlers (cons proc name-handlers)))
(define (remove-name-help-handler! proc) "Undo add-name-help-handler!." (set! name-handlers (delete proc name-handlers)))

(define (first-answer handlers . arguments)
  (any (lambda (handler) (apply handler arguments)) handlers))

(define (module-commentary name)
  "Return the commentary of the file of the module NAME."
  (let ((file (module-filename (resolve-module name))))
    (and file (file-commentary file))))

(define (help-text name value)
  (or (first-answer value-handlers name value)
      (object-documentation value)))

(define (show-help-on name module)
  ;; Documentation of what NAME, a symbol, is in MODULE.
  (cond ((first-answer name-handlers name) => (lambda (answer) (if (string? answer) (display answer)) #t))
        (else
         (let ((variable (module-variable module name)))
           (cond ((not (and variable (variable-bound? variable)))
                  (format #t "`~a' is not defined here~%" name))
                 ((help-text name (variable-ref variable))
                  => (lambda (text)
                       (format #t "`~s' is ~a in the ~a module.~%~%"
                               name (describe (variable-ref variable)) (module-name module))
                       (if (procedure? (variable-ref variable))
                           (format #t "- procedure: ~s~%" (cons name (parameters (variable-ref variable)))))
                       (display text)
                       (newline)))
                 (else (format #t "No documentation found for:~%~a~%" name)))))))
(define (describe value)
  (cond ((procedure? value) "a procedure")
        ((macro? value) "a syntax transformer")
        (else "an object")))
(define (parameters proc)
  (let ((arguments (procedure-arguments proc)))
    (append (or (assq-ref arguments 'required) '())
            (let ((optional (or (assq-ref arguments 'optional) '())))
              (if (null? optional) '() (cons '#:optional optional)))
            (or (assq-ref arguments 'rest) '()))))

(define-syntax help
  (lambda (form)
    (syntax-case form (quote)
      ((_) #'(help-usage))
      ((_ name) (identifier? #'name) #'(show-help 'name))
      ((_ (quote name)) #'(show-help 'name))
      ((_ pattern) (string? (syntax->datum #'pattern)) #'(show-matches pattern))
      ((_ (module ...)) #'(show-commentary '(module ...)))
      (_ (identifier? form) #'(help-usage)))))
(define (show-help name) (show-help-on name (current-module)))
(define (show-matches pattern)
  (for-each (lambda (name) (show-help-on name (current-module)))
            (apropos-internal pattern)))
(define (show-commentary name)
  (let ((text (module-commentary name)))
    (display (or text "This module has no commentary.\n"))))
(define (help-usage)
  (display "Usage: (help NAME)        gives documentation of NAME (unquoted)
       (help \"REGEXP\")    gives documentation of what matches REGEXP
       (help (my module)) gives the commentary of a module
Other: (apropos \"REGEXP\") lists names; in a prompt, ,help lists commands.\n"))

;; Names

(define apropos-hook (make-hook 1))

(define (pattern->test pattern)
  (let ((regexp (make-regexp (if (symbol? pattern) (symbol->string pattern) pattern))))
    (lambda (name) (regexp-exec regexp (symbol->string name)))))
(define (all-modules)
  (cons (current-module) (module-uses (current-module))))
(define (apropos pattern . options)
  "List the names accessible here that match PATTERN; with an option also values, or only shadowed ones."
  (run-hook apropos-hook pattern)
  (let ((matches? (pattern->test pattern)))
    (for-each
     (lambda (module)
       (module-for-each
        (lambda (name variable)
          (if (matches? name)
              (begin
                (format #t "~a: ~a" (module-name module) name)
                (if (variable-bound? variable)
                    (format #t "\t~s" (variable-ref variable)))
                (newline))))
        module))
     (all-modules))))
(define (apropos-internal pattern)
  "Return the names accessible here that match PATTERN."
  (apropos-fold (lambda (module name variable names) (if (memq name names) names (cons name names)))
                '()
                pattern
                (apropos-fold-accessible (current-module))))
(define (apropos-fold proc initial pattern folder)
  "Fold PROC, called with a module, a name, its variable and the result, over the names that match PATTERN."
  (let ((matches? (pattern->test pattern)))
    (folder (lambda (module result)
              (let ((all (module-map cons module)))
                (fold (lambda (entry result)
                        (if (matches? (car entry))
                            (proc module (car entry) (cdr entry) result)
                            result))
                      result
                      all)))
            initial)))
(define (apropos-fold-accessible module)
  "Return a folder over MODULE and what it uses."
  (lambda (proc initial)
    (fold proc initial (cons module (module-uses module)))))
(define (apropos-fold-exported proc initial)
  "Fold PROC over the interfaces of the modules that are loaded here."
  (fold proc initial (module-uses (current-module))))
(define (apropos-fold-all proc initial)
  "Fold PROC over the modules that are loaded here."
  (fold proc initial (all-modules)))

;; Procedures

(define (source proc) "Return the source of PROC, or #f." (procedure-source proc))
(define (procedure-arguments proc)
  "Return what PROC takes, an association list of required, optional, keyword, allow-other-keys? and rest."
  (define (alist required optional keywords others? rest)
    ;; A keyword has the number of the variable it sets: after the procedure itself and the other parameters.
    (let ((first (+ 1 (length required) (length optional) (if rest 1 0))))
      `((required . ,required)
        (optional . ,optional)
        (keyword . ,(map cons keywords (iota (length keywords) first)))
        (allow-other-keys? . ,others?)
        (rest . ,rest))))
  (define (names count) (make-list count '_))
  (cond ((procedure-property proc 'arglist)
         => (lambda (lists) (apply alist lists)))
        ((%procedure-parameters proc)
         => (lambda (parameters) (apply alist parameters)))
        (else
         (let ((arity (procedure-minimum-arity proc)))
           (alist (names (car arity)) (names (cadr arity)) '() #f (and (caddr arity) '_))))))
(define (arity proc)
  "Tell what PROC takes."
  (let* ((arity (procedure-minimum-arity proc))
         (required (car arity)) (optional (cadr arity)) (rest? (caddr arity)))
    (format #t "~a required argument~a" required (if (= required 1) "" "s"))
    (if (positive? optional)
        (format #t ", ~a optional argument~a" optional (if (= optional 1) "" "s")))
    (if rest? (display ", the rest"))
    (display ".\n")))
