;;; Commentary:
;;;
;;; The index of a document in stexi.
;;;
;;; Code:

(define-module (texinfo indexing)
  #:use-module (srfi srfi-1)
  #:export (stexi-extract-index))

(define kinds
  '((concept cindex) (function findex deffn defun defmac defspec defop defmethod deftypefn deftypefun)
    (variable vindex defvr defvar defopt defcv defivar deftypevr deftypevar) (type tindex deftp)
    (key kindex) (program pindex)))

(define (text nodes)
  (string-concatenate
   (map (lambda (node) (cond ((string? node) node) ((pair? node) (text (cdr node))) (else ""))) nodes)))

(define (stexi-extract-index tree manual-name kind)
  "Return an alist of the entries of the index KIND (a symbol, or all, or auto) of TREE and where they are: the name of
the anchor or node before them, with MANUAL-NAME if there is one."
  (define commands
    (if (memq kind '(all auto))
        (append-map cdr kinds)
        (or (assq-ref kinds kind) '())))
  (define place #f)
  (define (attribute node name)
    (and (pair? (cdr node)) (pair? (cadr node)) (eq? (caadr node) '%)
         (and=> (assq name (cdadr node)) (lambda (entry) (text (cdr entry))))))
  (sort
   (let loop ((node tree) (index '()))
     (if (not (pair? node))
         index
         (begin
           (if (memq (car node) '(node anchor))
               (set! place (or (attribute node 'name) place)))
           (let ((entry (and (memq (car node) commands)
                             (or (attribute node 'entry) (attribute node 'name)))))
             (fold loop
                   (if entry
                       (acons entry (if manual-name (list manual-name place) place) index)
                       index)
                   (if (symbol? (car node)) (cdr node) node))))))
   (lambda (a b) (string<? (car a) (car b)))))
