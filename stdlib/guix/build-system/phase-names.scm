;;; Commentary:
;;;
;;; Mistyped phases: `modify-phases' silently appends what is to come after a phase that does not exist, and ignores
;;; deletions and replacements of one.  Here the clauses of a package are compared, on the host and before anything is
;;; built, with the standard phases of its build system.  What is lowered stays as it is.
;;;
;;; Code:

(define-module (guix build-system phase-names)
  #:use-module (guix build-system)
  #:use-module (guix gexp)
  #:use-module (guix gexp positions)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module ((guix utils) #:select (string-closest))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:export (unknown-phases clause-usage))

(define (module-phases module)
  "Return the names of the standard phases of MODULE, of the build side, or #f."
  (and=> (false-if-exception (module-ref (resolve-interface module) '%standard-phases))
         (cut map car <>)))

(define clauses
  '((delete . "(delete 'PHASE)")
    (replace . "(replace 'PHASE PROCEDURE)")
    (add-before . "(add-before 'PHASE 'NEW-PHASE PROCEDURE)")
    (add-after . "(add-after 'PHASE 'NEW-PHASE PROCEDURE)")))

(define clause-names
  (map car clauses))

(define (clause-usage name)
  "Return how the clause NAME of `modify-phases' is written, or else the names of clauses."
  (or (assq-ref clauses name)
      (string-join (map symbol->string clause-names) ", ")))

(define (standard-phases package)
  (let ((name (symbol->string (build-system-name (package-build-system package)))))
    (module-phases `(guix build ,(string->symbol (string-append name "-build-system"))))))

(define (changed-phases form standard report)
  "Return the names of the phases that FORM, code, evaluates to, or #f when that cannot be told.  STANDARD are those of
`%standard-phases'.  (REPORT CLAUSE NAME NAMES) is called for a clause that names a phase that is not among NAMES, or that
is no clause of `modify-phases' at all, in which case NAMES are the names of those, #f if only its arguments are wrong."
  (define (known clause name names)
    (unless (memq name names)
      (report clause name names)))

  (define (change clause names)
    (match clause
      (_ (=> next) (if names (next) #f))
      (('delete ('quote old))
       (known clause old names)
       (delete old names))
      (('replace ('quote old) _)
       (known clause old names)
       names)
      (((or 'add-before 'add-after) ('quote old) ('quote new) _)
       (known clause old names)
       (cons new names))
      ((or ('delete old) ('replace old _) ((or 'add-before 'add-after) old _ _))
       ;; Variables may stand for names; those of phases most likely lack their quote.
       (when (memq old names)
         (report clause (first clause) #f))
       #f)
      (((? symbol? operation) . _)
       (unless (memq operation '(ungexp ungexp-splicing unquote unquote-splicing *approximate*))
         (report clause operation
                 (if (memq operation clause-names) #f clause-names)))
       #f)
      ;; What is spliced in, for example, may add any.
      (_ #f)))

  (match form
    ('%standard-phases standard)
    (((or '@ '@@) module '%standard-phases) (module-phases module))
    (('modify-phases phases . clauses)
     (fold change (changed-phases phases standard report) clauses))
    ;; The style of old.
    (((or 'alist-delete 'alist-replace 'alist-cons-before 'alist-cons-after) ('quote old) . rest)
     (let ((names (changed-phases (last form) standard report)))
       (and names
            (begin
              (unless (memq old names)
                (report form old names))
              (match form
                (('alist-delete _ _) (delete old names))
                (((or 'alist-cons-before 'alist-cons-after) _ ('quote new) _ _) (cons new names))
                (_ names))))))
    (_ #f)))

(define (unknown-phases package)
  "Return for each clause of `modify-phases' in the arguments of PACKAGE that names a phase that does not exist the list of
its location or #f, the name, the name that was probably meant or #f, and the symbol `phase'; for what is no clause of
`modify-phases' the symbol is `clause', and the names are those of the clause."
  (define phases
    (let ((arguments (package-arguments package)))
      (match (and (list? arguments) (memq #:phases arguments))
        ((_ phases . _) phases)
        (_ #f))))

  (define places (make-hash-table))                     ;form to (GEXP . PATH)

  (define form
    (if (gexp? phases)
        (shape phases (lambda (form gexp path) (hashq-set! places form (cons gexp path))))
        phases))

  (define (clause-location clause)
    (or (match (hashq-ref places clause)
          ((gexp . path) (gexp-path->location gexp path))
          (#f (search-in-package package (list clause))))
        (package-field-location package 'arguments)
        (package-location package)))

  (define found '())

  (define (report clause name names)
    (set! found
          (cons (list (clause-location clause) name
                      (and names
                           (string-closest (symbol->string name) (map symbol->string names) #:threshold 4))
                      (if (and names (not (eq? names clause-names))) 'phase 'clause))
                found)))

  (when (pair? form)
    (and=> (standard-phases package)
           (cut changed-phases form <> report)))
  (reverse found))
