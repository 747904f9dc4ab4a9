;;; Commentary:
;;;
;;; Stexi as SXML of HTML.
;;;
;;; Code:

(define-module (texinfo html)
  #:use-module (texinfo)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-13)
  #:export (stexi->shtml add-ref-resolver! urlify))

(define (urlify str)
  "Return STR, the name of a node, as part of a URL."
  (string-map (lambda (c) (if (memv c '(#\space #\/ #\:)) #\- c)) (string-downcase str)))

(define resolvers '())
(define (add-ref-resolver! proc)
  "Let PROC, of the name of a node and of a manual, say which URL a reference leads to, or #f."
  (set! resolvers (cons proc resolvers)))
(define (resolve node manual)
  (or (or-map (lambda (proc) (proc node manual)) resolvers)
      (string-append (if manual (string-append manual ".html") "") "#" (urlify node))))

(define (attributes node)
  (if (and (pair? (cdr node)) (pair? (cadr node)) (eq? (caadr node) '%)) (cdadr node) '()))
(define (attribute node name)
  (and=> (assq name (attributes node)) (lambda (entry) (convert-all (cdr entry)))))
(define (text-attribute node name)
  (and=> (attribute node name) (lambda (parts) (string-concatenate (filter string? parts)))))
(define (body node)
  (if (null? (attributes node)) (cdr node) (cddr node)))

(define tags
  '((para p) (emph em) (strong strong) (b b) (i i) (t tt) (r (span (@ (class "r")))) (code code) (var var) (dfn dfn) (cite cite)
    (kbd kbd) (samp samp) (key (code (@ (class "key")))) (file (code (@ (class "file")))) (email (code (@ (class "email"))))
    (env (code (@ (class "env")))) (command (code (@ (class "command")))) (option (code (@ (class "option"))))
    (url-text (code (@ (class "url")))) (math em) (sc (span (@ (class "small-caps"))))
    (example pre) (lisp pre) (smallexample pre) (smalllisp pre) (display pre) (smalldisplay pre) (verbatim pre) (format pre)
    (quotation blockquote) (smallquotation blockquote) (itemize ul) (enumerate ol) (item li) (center center)
    (chapter h2) (unnumbered h2) (appendix h2) (chapheading h2) (majorheading h2) (section h3) (unnumberedsec h3)
    (appendixsec h3) (heading h3) (subsection h4) (unnumberedsubsec h4) (appendixsubsec h4) (subheading h4)
    (subsubsection h5) (unnumberedsubsubsec h5) (appendixsubsubsec h5) (subsubheading h5)
    (*fragment* div) (footnote (span (@ (class "footnote"))))))
(define entities
  '((dots . "hellip") (copyright . "copy") (bullet . "bull") (result . "rArr") (minus . "minus") (equiv . "equiv")
    (registeredsymbol . "reg")))
(define ignored
  '(c comment cindex findex kindex pindex tindex vindex setfilename settitle direntry menu copying titlepage iftex set clear
    contents shortcontents printindex page noindent dircategory ifinfo ifplaintext))

(define (convert-all nodes) (append-map convert nodes))

(define (convert node)
  "The list of what NODE becomes."
  (cond
   ((not (pair? node)) (list node))
   ((memq (car node) ignored) '())
   ((assq-ref entities (car node)) => (lambda (name) `((*ENTITY* ,name))))
   ((assq (car node) tags)
    => (lambda (entry)
         (let ((tag (cadr entry)))
           (list (append (if (pair? tag) tag (list tag)) (convert-all (body node)))))))
   (else
    (case (car node)
      ((texinfo) `((div ,@(convert-all (body node)))))
      ((top) `((h1 ,@(or (attribute node 'title) '()))))
      ((uref)
       (let ((url (text-attribute node 'url)))
         `((a (@ (href ,url)) ,@(or (attribute node 'title) (list url))))))
      ((acronym abbr)
       (let ((meaning (text-attribute node 'meaning)))
         `((,(car node) ,@(if meaning `((@ (title ,meaning))) '()) ,@(attribute node (car node))))))
      ((ref xref pxref)
       (let ((name (text-attribute node 'node)))
         `(,@(case (car node) ((xref) '("See ")) ((pxref) '("see ")) (else '()))
           (a (@ (href ,(resolve name (text-attribute node 'info-file))))
              ,@(or (attribute node 'name) (list name))))))
      ((anchor node)
       `((a (@ (name ,(urlify (text-attribute node 'name)))))))
      ((table ftable vtable)
       (let ((formatter (caadr (or (assq 'formatter (attributes node)) '(formatter (asis))))))
         `((dl ,@(append-map (lambda (entry) (convert-entry entry formatter)) (body node))))))
      ((deffn defun defmac defspec defvr defvar defopt deftp defcv defivar defop defmethod deftypefn deftypevr
        deftypefun deftypevar)
       `((table (tr (td (@ (width "100%"))
                        (b ,(or (text-attribute node 'name) "")) " "
                        ,@(or (attribute node 'arguments) '()))
                    (td ,@(or (attribute node 'category) '()))))
         (div (@ (class "description")) ,@(convert-all (body node)))))
      (else (convert-all (body node)))))))

(define (convert-entry entry formatter)
  (define (heading nodes) `(dt ,@(convert `(,formatter ,@nodes))))
  (if (and (pair? entry) (eq? (car entry) 'entry))
      (let ((kids (body entry)))
        `(,(heading (or (assq-ref (attributes entry) 'heading) '()))
          ,@(map (lambda (kid) (heading (cdr kid)))
                 (filter (lambda (kid) (and (pair? kid) (eq? (car kid) 'itemx))) kids))
          (dd ,@(convert-all (remove (lambda (kid) (and (pair? kid) (eq? (car kid) 'itemx))) kids)))))
      (convert entry)))

(define (stexi->shtml tree)
  "Return TREE as SXML of HTML."
  (let ((converted (convert tree)))
    (if (and (pair? converted) (null? (cdr converted)))
        (car converted)
        `(div ,@converted))))
