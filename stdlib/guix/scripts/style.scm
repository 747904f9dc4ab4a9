;;; Commentary:
;;;
;;; What `strata style' does in Scheme: writing the definitions of packages anew, in the usual form or with their inputs in the
;;; newer style.  Options are parsed by runtime/cli/commands/style.ts.  Behaviour: (guix scripts style) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts style)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix read-print)
  #:use-module (guix scripts user-code)
  #:use-module (guix source-files)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 control)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (guix-style
            style-things
            style-files))


;;; Whole definitions.

(define* (format-package-definition package #:key edit-expression policy)
  "Write the top-level form that defines PACKAGE anew, as it usually looks."
  (match (package-definition-location package)
    (#f
     (raise (formatted-message (G_ "no definition location for package ~a") (package-full-name package))))
    (location
     (edit-expression (location->source-properties (absolute-location location))
                      (lambda (text)
                        (object->string* (call-with-input-string text read-with-comments)
                                         (location-column location)
                                         #:format-comment canonicalize-comment
                                         #:format-vertical-space canonicalize-vertical-space))))))

(define (format-file text)
  "Return TEXT, that of a whole file, as it usually looks."
  (call-with-output-string
    (lambda (port)
      (pretty-print-with-comments/splice port (call-with-input-string text read-with-comments/sequence)
                                         #:format-comment canonicalize-comment
                                         #:format-vertical-space canonicalize-vertical-space))))

(define (style-files files dry-run?)
  "Write each of FILES anew, or with DRY-RUN? none.  Return the list of those that change."
  (filter (lambda (file)
            (let* ((text (call-with-input-file file
                           (lambda (port)
                             (set-port-encoding! port "UTF-8")
                             (get-string-all port))))
                   (new (format-file text)))
              (and (not (string=? text new))
                   (begin
                     (unless dry-run?
                       (with-atomic-file-output file
                         (lambda (port)
                           (set-port-encoding! port "UTF-8")
                           (display new port))))
                     #t))))
          files))


;;; Inputs.

(define (label-matches? label name)
  "Return true if LABEL is what the package called NAME has when no label is given."
  (or (string=? label name)
      (and (string-prefix? "python-" label)
           (string-prefix? "python2-" name)
           (string=? (string-drop label 7) (string-drop name 8)))))

(define (input-accessor? name)
  (memq name '(package-inputs package-native-inputs package-propagated-inputs)))

(define (simplify-inputs location name text inputs matches?)
  "Return TEXT, the source of the field INPUTS of the package called NAME, in the style without labels; TEXT as it is, with
a warning, when that cannot be done without changing what it means.  (MATCHES? LABEL PACKAGE-NAME) says which labels may go."
  (let/ec return
    (define (bail-out format . arguments)
      (apply warning location format name arguments)
      (return text))

    (define (simplify expression input)
      (match input
        (((? string? label) (? package? package) . _)
         (unless (matches? label (package-name package))
           (bail-out (G_ "~a: input label '~a' does not match package name, bailing out~%") label)))
        (_ (bail-out (G_ "~a: non-trivial input, bailing out~%"))))
      (match expression
        ((_ ('unquote variable)) variable)
        ((_ ('unquote variable) output)
         (list 'quasiquote (list (list 'unquote variable) output)))
        (_ (bail-out (G_ "~a: complex expression, bailing out~%")))))

    (define (simplify-all expressions)
      (let loop ((expressions expressions) (inputs inputs) (result '()))
        (match expressions
          (() (reverse result))
          (((? blank? blank) . rest) (loop rest inputs (cons blank result)))
          ((expression . rest)
           (when (null? inputs)
             (bail-out (G_ "~a: input expression is too short~%")))
           (loop rest (cdr inputs) (cons (simplify expression (car inputs)) result))))))

    (define (modified accessor of . clauses)
      `(modify-inputs (,accessor ,of)
         ,@(filter (match-lambda ((_) #f) (_ #t)) clauses)))

    (match (call-with-input-string text read-with-comments)
      (((or 'list 'modify-inputs) . _) text)
      (expression
       (object->string*
        (match expression
          (('quasiquote (((? string? old) ('unquote replacement))
                         ('unquote-splicing
                          ('alist-delete (? string? old*) ((? input-accessor? accessor) of)))))
           (=> next)
           (if (string=? old old*)
               (begin
                 (simplify-all (list (list old (list 'unquote replacement))))
                 (modified accessor of `(replace ,old ,replacement)))
               (next)))
          (('quasiquote (new ... ('unquote-splicing ((? input-accessor? accessor) of))))
           (modified accessor of `(prepend ,@(simplify-all new))))
          (('quasiquote (new ... ('unquote-splicing
                                  ('alist-delete (? string? old) ((? input-accessor? accessor) of)))))
           (modified accessor of `(delete ,old) `(prepend ,@(simplify-all new))))
          (('fold 'alist-delete ((? input-accessor? accessor) of) ('quote ((? string? old) ...)))
           (modified accessor of `(delete ,@old)))
          (('quasiquote (new ... ('unquote-splicing
                                  ('fold 'alist-delete ((? input-accessor? accessor) of)
                                         ('quote ((? string? old) ...))))))
           (modified accessor of `(delete ,@old) `(prepend ,@(simplify-all new))))
          (('quasiquote (new ...))
           `(list ,@(simplify-all new)))
          (_ (bail-out (G_ "~a: unsupported input style, bailing out~%"))))
        (location-column location))))))

(define* (simplify-package-inputs package #:key edit-expression (policy 'silent))
  "Write the inputs of PACKAGE in the style without labels: with the POLICY `silent' only where its derivation stays the same,
with `safe' also where it has no arguments that could look at labels, with `always' in any case."
  (define matches?
    (if (or (eq? policy 'always)
            (and (eq? policy 'safe) (null? (package-arguments package))))
        (const #t)
        label-matches?))

  (for-each (lambda (field inputs)
              (match (and (pair? inputs) (package-field-location package field))
                ;; Without a place, the field is another package's.
                (#f #f)
                (location
                 (edit-expression (location->source-properties (absolute-location location))
                                  (lambda (text)
                                    (simplify-inputs location (package-name package) text inputs matches?))))))
            '(inputs native-inputs propagated-inputs)
            (list (package-inputs package) (package-native-inputs package)
                  (package-propagated-inputs package))))


;;; The command.

(define (absolute-location loc)
  (let ((file (location-file loc)))
    (location (or (source-file file)
                  (raise (formatted-message (G_ "file '~a' not found on load path") file)))
              (location-line loc)
              (location-column loc))))

(define (would-edit properties rewrite)
  "Say where REWRITE would change something, and change nothing."
  (edit-expression properties
                   (lambda (text)
                     (unless (string=? text (rewrite text))
                       (info (source-properties->location properties) (G_ "would be edited~%")))
                     text)))

(define (place<? a b)
  "Return true if package A is before B, in an earlier file or line."
  (let ((a (package-location a)) (b (package-location b)))
    (and a b
         (if (string=? (location-file a) (location-file b))
             (< (location-line a) (location-line b))
             (string<? (location-file a) (location-file b))))))

(define* (style-things things #:key (styling "format") (policy "silent") dry-run?)
  "Apply STYLING, `format' or `inputs', to the packages that THINGS stand for, pairs (KIND . TEXT) as in (guix scripts build),
or to all packages."
  (define style
    (match styling
      ("format" format-package-definition)
      ("inputs" simplify-package-inputs)
      (_ (raise (formatted-message (G_ "~a: unknown styling") styling)))))

  (for-each (lambda (package)
              (style package
                     #:policy (string->symbol policy)
                     #:edit-expression (if dry-run? would-edit edit-expression)))
            ;; From the last on, so that places before stay right.
            (sort (match things
                    (() (fold-packages cons '() #:select? (const #t)))
                    (_ (map (match-lambda
                              (('package . specification) (specification->package specification))
                              (('expression . text) (evaluate-expression text)))
                            things)))
                  (lambda (a b) (place<? b a)))))

(define-command (guix-style . args)
  (category packaging)
  (synopsis "update the style of package definitions")
  (apply run-command "style" args))
