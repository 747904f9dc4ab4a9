;;; Commentary:
;;;
;;; Stexi as plain text, as Info and `guix show' print it.
;;;
;;; Code:

(define-module (texinfo plain-text)
  #:use-module (texinfo)
  #:use-module (texinfo string-utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-13)
  #:export (*line-width* stexi->plain-text))

(define *line-width* (make-fluid 72))
(define *indent* (make-fluid ""))
(define *itemizer* (make-fluid (lambda () "* ")))

(define (attribute node name)
  "The value of the attribute NAME of NODE as text, or #f."
  (let ((attributes (and (pair? (cdr node)) (pair? (cadr node)) (eq? (caadr node) '%) (cdadr node))))
    (and=> (and attributes (assq name attributes))
           (lambda (entry) (concatenated (cdr entry))))))
(define (body node)
  (if (and (pair? (cdr node)) (pair? (cadr node)) (eq? (caadr node) '%)) (cddr node) (cdr node)))
(define (concatenated nodes) (string-concatenate (map convert nodes)))

;; A variable of this module: programs set it to fill text otherwise.
(define (wrap* . strings)
  (let ((indent (fluid-ref *indent*)))
    (fill-string (string-concatenate strings)
                 #:line-width (fluid-ref *line-width*) #:initial-indent indent #:subsequent-indent indent
                 #:break-long-words? #f)))
(define (paragraph nodes)
  (string-append (wrap* (concatenated nodes)) "\n\n"))

(define (with-indent spaces thunk)
  (with-fluids ((*indent* (string-append (fluid-ref *indent*) (make-string spaces #\space))))
    (thunk)))

(define (item-of mark nodes)
  "The text of an item: MARK hangs left of its first line."
  (let* ((indent (fluid-ref *indent*))
         (text (with-indent (string-length mark)
                 (lambda () (concatenated nodes)))))
    (if (string-prefix? (string-append indent (make-string (string-length mark) #\space)) text)
        (string-append indent mark (substring text (+ (string-length indent) (string-length mark))))
        (string-append indent mark text))))

(define (underlined text char)
  (string-append "\n" text "\n" (make-string (string-length text) char) "\n\n"))

(define symbols
  '((bullet . "*") (copyright . "(C)") (dots . "...") (enddots . "...") (equiv . "==") (error . "error-->")
    (expansion . "==>") (minus . "-") (point . "-!-") (print . "-|") (result . "=>") (tie . " ")
    (registeredsymbol . "(R)") (TeX . "TeX") (LaTeX . "LaTeX")))

(define (convert node)
  (cond
   ((string? node) node)
   ((not (pair? node)) "")
   (else
    (let ((inside (lambda () (concatenated (body node)))))
      (case (car node)
        ((*fragment* texinfo group cartouche ifinfo ifplaintext ifnottex raggedright flushleft) (inside))
        ((para) (paragraph (body node)))
        ((code command env file option samp kbd url-text) (string-append "`" (inside) "'"))
        ((key) (string-append "<" (inside) ">"))
        ((emph dfn i cite) (string-append "_" (inside) "_"))
        ((strong b) (string-append "*" (inside) "*"))
        ((var) (string-upcase (inside)))
        ((email) (string-append "<" (inside) ">"))
        ((uref)
         (let ((url (attribute node 'url))
               (title (attribute node 'title)))
           (if title
               (string-append title " (" url ")")
               (string-append "`" url "'"))))
        ((acronym abbr)
         (let ((meaning (attribute node 'meaning)))
           (string-append (attribute node (car node))
                          (if meaning (string-append " (" meaning ")") ""))))
        ((ref xref pxref)
         (string-append (case (car node) ((xref) "See ") ((pxref) "see ") (else ""))
                        (or (attribute node 'name) (attribute node 'node) "")))
        ((anchor node c comment cindex findex kindex pindex tindex vindex setfilename settitle direntry menu copying
          titlepage iftex ifhtml set clear contents shortcontents printindex page noindent dircategory %)
         "")
        ((itemize)
         (with-fluids ((*itemizer* (lambda () "* ")))
           (with-indent 3 inside)))
        ((enumerate)
         (let ((count 0))
           (with-fluids ((*itemizer* (lambda ()
                                       (set! count (+ count 1))
                                       (string-append (number->string count) ". "))))
             (with-indent 2 inside))))
        ((item) (item-of ((fluid-ref *itemizer*)) (body node)))
        ((table ftable vtable) (inside))
        ((entry)
         (string-append (fluid-ref *indent*) (or (attribute node 'heading) "") "\n"
                        (with-indent 5 inside)))
        ((itemx) (string-append (fluid-ref *indent*) (inside) "\n"))
        ((example smallexample lisp smalllisp display smalldisplay verbatim format smallformat)
         (let ((indent (string-append (fluid-ref *indent*) (make-string 5 #\space))))
           (string-append (string-join (map (lambda (line) (string-append indent line))
                                            (string-split (inside) #\newline))
                                       "\n")
                          "\n\n")))
        ((quotation smallquotation) (with-indent 5 inside))
        ((center) (string-append (center-string (inside) (fluid-ref *line-width*)) "\n\n"))
        ((chapter unnumbered appendix top chapheading majorheading) (underlined (inside) #\*))
        ((section unnumberedsec appendixsec heading) (underlined (inside) #\=))
        ((subsection unnumberedsubsec appendixsubsec subheading) (underlined (inside) #\-))
        ((subsubsection unnumberedsubsubsec appendixsubsubsec subsubheading) (underlined (inside) #\.))
        ((deffn defun defmac defspec defvr defvar defopt deftp defcv defivar defop defmethod deftypefn deftypevr
          deftypefun deftypevar)
         (string-append (fluid-ref *indent*) "-- "
                        (string-join (map (lambda (entry) (concatenated (cdr entry))) (cdadr node)) " ")
                        "\n"
                        (with-indent 5 inside)))
        (else (or (assq-ref symbols (car node)) (inside))))))))

(define (stexi->plain-text tree)
  "Return TREE as plain text."
  (convert tree))
