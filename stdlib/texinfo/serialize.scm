;;; Commentary:
;;;
;;; Stexi back to Texinfo.
;;;
;;; Code:

(define-module (texinfo serialize)
  #:use-module (texinfo)
  #:use-module (texinfo string-utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-13)
  #:export (stexi->texi))

(define specifications
  ;; From commands to their kinds and the names of their arguments.
  (let ((table (make-hash-table)))
    (for-each (lambda (spec) (hashq-set! table (car spec) (cdr spec))) texi-command-specs)
    (hashq-set! table 'value '(INLINE-ARGS key))
    (hashq-set! table '*braces* '(BRACES))
    table))
(define (specification command)
  ;; A line such as @defunx has the arguments of the environment @defun.
  (or (hashq-ref specifications command)
      (let* ((name (symbol->string command))
             (base (and (string-suffix? "x" name)
                        (hashq-ref specifications (string->symbol (string-drop-right name 1))))))
        (if base (cons 'EOL-ARGS (cdr base)) '(#f)))))

(define (escape text)
  (escape-special-chars text "@{}" #\@))
(define (attributes node)
  (if (and (pair? (cdr node)) (pair? (cadr node)) (eq? (caadr node) '%)) (cdadr node) '()))
(define (body node) (if (null? (attributes node)) (cdr node) (cddr node)))
(define (join nodes) (string-concatenate (map serialize nodes)))
(define (braced text)
  (if (string-index text char-whitespace?) (string-append "{" text "}") text))

(define (drop-blank-end texts)
  (reverse (drop-while string-null? (reverse texts))))
(define (positional names given)
  ;; The texts of the attributes GIVEN in the order of NAMES, blank where there is none.
  (let loop ((names names) (texts '()))
    (if (pair? names)
        (let ((name (if (pair? (car names)) (caar names) (car names))))
          (loop (cdr names) (cons (join (or (assq-ref given name) '())) texts)))
        (reverse texts))))
(define (definition-line names given)
  ;; Arguments separated by blanks, in braces where they contain some; the rest as it is.
  (let ((rest (and (symbol? (cdr (last-pair (cons #f names))))
                   (assq-ref given (cdr (last-pair (cons #f names)))))))
    (string-concatenate
     (map (lambda (text) (string-append " " text))
          (append (map braced (remove string-null? (positional names given)))
                  (if rest (list (join rest)) '()))))))

(define (serialize node)
  (cond
   ((string? node) (escape node))
   ((not (pair? node)) "")
   (else
    (let* ((command (symbol->string (car node)))
           (spec (specification (car node)))
           (kind (car spec))
           (names (cdr spec))
           (given (attributes node))
           (values (if (null? names)
                       (map (lambda (entry) (join (cdr entry))) given)
                       (drop-blank-end (positional names given)))))
      (case (car node)
        ((*fragment*)
         (string-append "\n@c %start of fragment\n\n" (join (body node)) "\n@c %end of fragment\n"))
        ((texinfo)
         (string-append "\\input texinfo   @c -*-texinfo-*-\n@c %**start of header\n@setfilename "
                        (or (and=> (assq 'filename (attributes node)) cadr) "")
                        "\n@settitle " (or (and=> (assq 'title (attributes node)) cadr) "")
                        "\n@c %**end of header\n\n" (join (body node)) "\n@bye\n"))
        ((para) (string-append (fill-string (join (body node)) #:line-width 72 #:break-long-words? #f) "\n\n"))
        ((item) (string-append "@item\n" (join (body node))))
        ((entry)
         (string-append "@item " (join (or (assq-ref (attributes node) 'heading) '())) "\n" (join (body node))))
        ((itemize)
         (string-append "@itemize "
                        (let ((mark (car (or (assq-ref (attributes node) 'bullet) '((bullet))))))
                          (if (pair? mark) (string-append "@" (symbol->string (car mark))) mark))
                        "\n" (join (body node)) "@end itemize\n\n"))
        ((table ftable vtable)
         (string-append "@" command " @" (symbol->string (caar (assq-ref (attributes node) 'formatter))) "\n"
                        (join (body node)) "@end " command "\n\n"))
        (else
         (case kind
           ((BRACES) (string-append "@{" (join (body node)) "@}"))
           ((EMPTY-COMMAND) (string-append "@" command "{}"))
           ((INLINE-TEXT) (string-append "@" command "{" (join (body node)) "}"))
           ((INLINE-ARGS) (string-append "@" command "{" (string-join values ",") "}"))
           ((EOL-TEXT) (string-append "@" command " " (join (body node)) "\n"))
           ((INDEX) (string-append "@" command " " (string-join values " ") "\n"))
           ((EOL-ARGS)
            (string-append "@" command
                           (cond ((null? given) "")
                                 ((string-prefix? "def" command) (definition-line names given))
                                 ((equal? names '(all)) (string-append " " (join (assq-ref given 'all))))
                                 (else (string-append " " (string-join values (if (eq? (car node) 'node) ", " " ")))))
                           "\n"))
           (else
            (string-append "@" command
                           (if (null? given) (if (null? names) " " "") (definition-line names given))
                           "\n" (join (body node))
                           (if (string-suffix? "\n" (join (body node))) "" "\n")
                           "@end " command "\n\n")))))))))

(define (stexi->texi tree)
  "Return TREE as Texinfo."
  (serialize tree))
