;;; Commentary:
;;;
;;; Languages: how the text of each is read and into which others it is compiled.  Scheme is the one that strata has;
;;; programs make others by saying how to read them and how to turn what was read into Scheme, and
;;; `(system base compile)' takes them then.  A language's name is that of the module (language NAME spec), which defines
;;; a variable NAME that holds it.
;;;
;;; Code:

(define-module (system base language)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:export (define-language language? make-language lookup-language
            language-name language-title language-reader language-printer language-parser language-compilers
            language-decompilers language-evaluator language-joiner language-for-humans?
            language-make-default-environment language-lowerer language-analyzer language-compiler-chooser
            default-environment lookup-compilation-order lookup-decompilation-order invalidate-compilation-cache!
            *current-language* current-language))

(define-record-type <language>
  (%make-language name title reader printer parser compilers decompilers evaluator joiner for-humans?
                  make-default-environment lowerer analyzer compiler-chooser)
  language?
  (name language-name)
  (title language-title)
  (reader language-reader)              ;port, environment -> expression | end of file
  (printer language-printer)            ;expression, port ->
  (parser language-parser)              ;expression -> expression | #f
  (compilers language-compilers)        ;((name . procedure) ...)
  (decompilers language-decompilers)    ;((name . procedure) ...)
  (evaluator language-evaluator)        ;expression, environment -> value | #f
  (joiner %language-joiner set-language-joiner!) ;expressions, environment -> expression | #f
  (for-humans? language-for-humans?)
  (make-default-environment language-make-default-environment)
  (lowerer language-lowerer)
  (analyzer language-analyzer)
  (compiler-chooser language-compiler-chooser))

(set-record-type-printer! <language>
  (lambda (language port)
    (format port "#<language ~a>" (language-name language))))

(define language-joiner
  (make-procedure-with-setter %language-joiner set-language-joiner!))

(define* (make-language #:key name title reader printer parser (compilers '()) (decompilers '()) evaluator joiner
                        (for-humans? #t) (make-default-environment make-fresh-user-module) lowerer analyzer
                        compiler-chooser)
  "Return the language NAME, a symbol, whose expressions READER takes from a port and COMPILERS, an alist of names of
languages and procedures of an expression, a module and options, turn into those of others."
  (%make-language name title reader printer parser compilers decompilers evaluator joiner for-humans?
                  make-default-environment lowerer analyzer compiler-chooser))

(define-syntax-rule (define-language name field ...)
  (define name (make-language #:name 'name field ...)))

(define scheme
  (make-language #:name 'scheme
                 #:title "Scheme"
                 #:reader (lambda (port environment) (read port))
                 #:printer write
                 #:evaluator (lambda (expression module)
                               (if module (eval expression module) (primitive-eval expression)))))

(define (lookup-language name)
  "Return the language NAME, a symbol; NAME may be a language already."
  (cond ((language? name) name)
        ((eq? name 'scheme) scheme)
        (else
         (let ((module (resolve-module `(language ,name spec) #:ensure #f)))
           (or (and module (module-variable module name) (module-ref module name))
               (scm-error 'misc-error "lookup-language" "no such language ~A" (list name) #f))))))

(define (default-environment language)
  "Return the module in which programs of LANGUAGE start."
  ((language-make-default-environment (lookup-language language))))

(define (shortest-way from to steps)
  "Return the list of (NAME . PROCEDURE) that leads from the language FROM to TO by STEPS, a procedure that returns the
steps out of a language; #f when there is none."
  (let search ((ways (list (list (lookup-language from)))) (seen '()))
    (cond ((null? ways) #f)
          ((eq? (language-name (caar ways)) to) (reverse (cdar ways)))
          ((memq (language-name (caar ways)) seen) (search (cdr ways) seen))
          (else
           (search (append (cdr ways)
                           (filter-map (lambda (step)
                                         (and (not (memq (car step) seen))
                                              (cons* (lookup-language (car step)) step (cdar ways))))
                                       (steps (caar ways))))
                   (cons (language-name (caar ways)) seen))))))

(define (name-of language)
  (if (language? language) (language-name language) language))

(define (lookup-compilation-order from to)
  "Return the steps (NAME . PROCEDURE) that compile the language FROM to TO, or #f."
  (shortest-way from (name-of to) language-compilers))

(define (lookup-decompilation-order from to)
  "Return the steps (NAME . PROCEDURE) that turn the language FROM back into TO, or #f."
  (shortest-way from (name-of to) language-decompilers))

(define (invalidate-compilation-cache!)
  "Do nothing: the ways from language to language are looked for each time."
  *unspecified*)

(define *current-language*
  (make-fluid scheme))

(define* (current-language #:optional language)
  "Return the language that is read here; make LANGUAGE, when given, the one."
  (if language
      (let ((previous (fluid-ref *current-language*)))
        (fluid-set! *current-language* language)
        previous)
      (fluid-ref *current-language*)))
