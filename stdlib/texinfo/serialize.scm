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

(define kinds
  (let ((table (make-hash-table)))
    (for-each (lambda (spec) (hashq-set! table (car spec) (cadr spec))) texi-command-specs)
    table))

(define (escape text)
  (escape-special-chars text "@{}" #\@))
(define (attributes node)
  (if (and (pair? (cdr node)) (pair? (cadr node)) (eq? (caadr node) '%)) (cdadr node) '()))
(define (body node) (if (null? (attributes node)) (cdr node) (cddr node)))
(define (join nodes) (string-concatenate (map serialize nodes)))
(define (braced text)
  (if (string-index text char-whitespace?) (string-append "{" text "}") text))

(define (serialize node)
  (cond
   ((string? node) (escape node))
   ((not (pair? node)) "")
   (else
    (let* ((command (symbol->string (car node)))
           (kind (hashq-ref kinds (car node)))
           (values (map (lambda (entry) (join (cdr entry))) (attributes node))))
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
           ((EMPTY-COMMAND) (string-append "@" command "{}"))
           ((INLINE-TEXT) (string-append "@" command "{" (join (body node)) "}"))
           ((INLINE-ARGS) (string-append "@" command "{" (string-join values ",") "}"))
           ((EOL-TEXT) (string-append "@" command " " (join (body node)) "\n"))
           ((EOL-ARGS INDEX)
            (string-append "@" command
                           (if (null? values) "" (string-append " " (string-join values (if (eq? (car node) 'node) "," " "))))
                           "\n"))
           (else
            (string-append "@" command
                           (if (null? values) "" (string-append " " (string-join (map braced values) " ")))
                           "\n" (join (body node))
                           (if (string-suffix? "\n" (join (body node))) "" "\n")
                           "@end " command "\n\n")))))))))

(define (stexi->texi tree)
  "Return TREE as Texinfo."
  (serialize tree))
