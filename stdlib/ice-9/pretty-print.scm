;;; Commentary:
;;;
;;; Printing data over several lines so that it can be read: what fits goes on one line, the rest is
;;; broken by the habits of Scheme.
;;;
;;; Code:

(define-module (ice-9 pretty-print)
  #:use-module ((rnrs bytevectors) #:select (bytevector? bytevector->u8-list))
  #:export (pretty-print truncated-print))

(define prefixes '((quote . "'") (quasiquote . "`") (unquote . ",") (unquote-splicing . ",@")))

(define (prefix-of x)
  (and (pair? x) (pair? (cdr x)) (null? (cddr x))
       (assq-ref prefixes (car x))))

(define (flat x display?)
  ;; X on one line, quotations abbreviated, but not inside vectors and improper lists.
  (call-with-output-string
   (lambda (port)
     (let loop ((x x))
       (cond ((prefix-of x)
              => (lambda (prefix)
                   (display prefix port)
                   (loop (cadr x))))
             ((and (pair? x) (list? x))
              (display "(" port)
              (loop (car x))
              (let tail ((rest (cdr x)))
                (if (pair? rest)
                    (begin
                      (display " " port)
                      (loop (car rest))
                      (tail (cdr rest)))))
              (display ")" port))
             (display? (display x port))
             (else (write x port)))))))

;; A form that needs more than one line is laid out by its head.  A layout says which of the items after the head are
;; kept on its line and how they are printed.  The layouts are those of Marc Feeley's generic-write, which Schemes share.

(define indentation 2)
;; Heads up to this long have their arguments aligned after them.
(define aligned-head 5)

(define layouts
  (let ((table (make-hash-table)))
    (for-each (lambda (entry)
                (for-each (lambda (head) (hashq-set! table head (car entry))) (cdr entry)))
              '((lambda lambda lambda* let* letrec define define* define-public define-syntax let-syntax
                        letrec-syntax with-syntax syntax-rules)
                (if if set!)
                (cond cond)
                (case case)
                (and and or)
                (let let)
                (begin begin)
                (do do)
                (syntax-case syntax-case)))
    table))

(define* (pretty-print obj #:optional port*
                       #:key (port (or port* (current-output-port))) (width 79) (max-expr-width 50)
                       (display? #f) (per-line-prefix ""))
  "Print OBJ on PORT, over several lines of at most WIDTH columns if need be."
  (define columns (- width (string-length per-line-prefix)))
  (define (out text column)
    (display text port)
    (+ column (string-length text)))
  (define (move-to column from)
    "Go from the column FROM to COLUMN, on a new line if that is to the left; return COLUMN."
    (if (< column from)
        (begin
          (newline port)
          (display per-line-prefix port)
          (display (make-string column #\space) port))
        (display (make-string (- column from) #\space) port))
    column)
  ;; Print X from COLUMN on, EXTRA closing parentheses following, by LAYOUT if one line does not do; return the column
  ;; after it.
  (define (print x column extra layout)
    (let ((text (flat x display?)))
      (cond ((or (not (or (pair? x) (vector? x)))
                 (< (string-length text)
                    (min (+ 1 (- columns column extra)) max-expr-width)))
             (out text column))
            ((pair? x) (layout x column extra))
            (else (print-list (vector->list x) (out "#" column) extra print-form)))))
  ;; The items of a list, the first at COLUMN (coming from FROM), the others below it.
  (define (print-down items from column extra layout)
    (let loop ((items items) (from from))
      (cond ((pair? items)
             (loop (cdr items)
                   (print (car items) (move-to column from) (if (null? (cdr items)) (+ extra 1) 0) layout)))
            ((null? items) (out ")" from))
            (else
             (out ")"
                  (print items (move-to column (out "." (move-to column from))) (+ extra 1) layout))))))
  (define (print-list items column extra layout)
    (let ((column (out "(" column)))
      (print-down items column column extra layout)))
  (define (print-forms x column extra)
    (print-list x column extra print-form))
  (define (print-form x column extra)
    (cond ((prefix-of x)
           => (lambda (prefix)
                (print (cadr x) (out prefix column) extra print-form)))
          ((not (symbol? (car x))) (print-list x column extra print-form))
          (else
           (case (hashq-ref layouts (car x))
             ((lambda) (print-body x column extra (list print-forms) print-form))
             ((if) (print-body x column extra (list print-form) print-form))
             ((cond) (print-call x column extra print-forms))
             ((case) (print-body x column extra (list print-form) print-forms))
             ((and) (print-call x column extra print-form))
             ((let)
              (print-body x column extra
                          (if (and (pair? (cdr x)) (symbol? (cadr x)))
                              (list 'name print-forms)
                              (list print-forms))
                          print-form))
             ((begin) (print-body x column extra '() print-form))
             ((do) (print-body x column extra (list print-forms print-forms) print-form))
             ((syntax-case) (print-body x column extra (list 'name print-forms) print-form))
             (else
              (if (> (string-length (symbol->string (car x))) aligned-head)
                  (print-body x column extra '() print-form)
                  (print-call x column extra print-form)))))))
  ;; Arguments aligned after the head.
  (define (print-call x column extra layout)
    (let ((after (out (flat (car x) display?) (out "(" column))))
      (print-down (cdr x) after (+ after 1) extra layout)))
  ;; Some items on the line of the head, or aligned there, each with its layout; the others are indented.
  (define (print-body x column extra first-layouts layout)
    (let* ((after (out (flat (car x) display?) (out "(" column)))
           (named? (and (pair? first-layouts) (eq? (car first-layouts) 'name) (pair? (cdr x))))
           (after (if named?
                      (out (flat (cadr x) display?) (out " " after))
                      after))
           (aligned (+ after 1)))
      (let loop ((items (if named? (cddr x) (cdr x)))
                 (first-layouts (delq 'name first-layouts))
                 (from after))
        (if (and (pair? first-layouts) (pair? items))
            (loop (cdr items) (cdr first-layouts)
                  (print (car items) (move-to aligned from) (if (null? (cdr items)) (+ extra 1) 0)
                         (car first-layouts)))
            (print-down items from (+ column indentation) extra layout)))))
  (display per-line-prefix port)
  (print obj 0 0 print-form)
  (newline port))

(define* (truncated-print x #:optional port* #:key (port (or port* (current-output-port))) (width 79)
                          (display? #f) (breadth-first? #f))
  "Print X on PORT in at most WIDTH columns, with an ellipsis or # for what does not fit.  With BREADTH-FIRST? the room
is shared evenly among the elements of a sequence; otherwise the first get what they need."
  (define ellipsis
    (if (string-prefix-ci? "UTF-" (or (port-encoding port) "")) "…" "..."))
  (define ellipsis-width (string-length ellipsis))

  ;; What X looks like in WIDTH columns.
  (define (shorten x width)
    (cond ((list? x)
           (if (>= width (+ 2 ellipsis-width))
               (string-append "(" (shorten-items x (- width 2)) ")")
               "#"))
          ((pair? x)
           (if (>= width (+ 4 ellipsis-width))
               (string-append "(" (shorten-dotted x (- width 2)) ")")
               "#"))
          ((vector? x)
           (if (>= width (+ 3 ellipsis-width))
               (string-append "#(" (shorten-items (vector->list x) (- width 3)) ")")
               "#"))
          ((bitvector? x)
           (let ((text (flat x display?)))
             (cond ((<= (string-length text) width) text)
                   ((< width (+ 2 ellipsis-width)) "#")
                   (else (string-append (substring text 0 (- width ellipsis-width)) ellipsis)))))
          ((and (bytevector? x) (not (array-of-numbers? x)))
           (if (>= width 9)
               (string-append "#vu8(" (shorten-items (bytevector->u8-list x) (- width 6)) ")")
               "#"))
          ((and (array? x) (not (string? x)) (not (bytevector? x)))
           (let* ((text (flat x display?))
                  (prefix (substring text 0 (string-index text #\())))
             (shorten-array x (array-rank x) prefix width)))
          (else
           (shorten-text (flat x display?) width))))

  ;; The array X of RANK, its PREFIX before the parenthesis.
  (define (shorten-array x rank prefix width)
    (let ((room (- width (string-length prefix) 2)))
      (cond ((zero? rank)
             (if (positive? room)
                 (string-append prefix "(" (shorten (array-ref x) room) ")")
                 "#"))
            ((< room ellipsis-width) "#")
            (else
             (let* ((bounds (car (array-shape x)))
                    (indices (iota (max 0 (+ 1 (- (cadr bounds) (car bounds)))) (car bounds))))
               (string-append prefix "("
                              (shorten-items indices room
                                             (if (= rank 1)
                                                 (lambda (k room) (shorten (array-ref x k) room))
                                                 (lambda (k room)
                                                   (shorten-array (array-cell-ref x k) (- rank 1) "" room))))
                              ")"))))))

  (define (array-of-numbers? x)
    (not (eq? (array-type x) 'vu8)))

  (define (shorten-text text width)
    (define (cut end)
      (string-append (substring text 0 (- width ellipsis-width 1)) ellipsis end))
    (cond ((<= (string-length text) width) text)
          ((< width (+ 2 ellipsis-width)) "#")
          ((string-prefix? "#<" text) (cut ">"))
          ((string-prefix? "\"" text) (cut "\""))
          (else "#")))

  (define* (shorten-items items width #:optional (shorten shorten))
    (let loop ((items items) (left (length items)) (width width) (done '()))
      (define (after text width)
        (loop (cdr items) (- left 1) (- width 1 (string-length text)) (cons text done)))
      (define (end . texts)
        (string-join (reverse (append texts done)) " "))
      (cond ((null? items) (end))
            ((and (null? (cdr items)) (or (null? done) (> width 1)))
             (end (shorten (car items) (if (null? done) width (- width 1)))))
            ((<= width (+ 1 ellipsis-width))
             (end ellipsis))
            (else
             (after (shorten (car items)
                             (if breadth-first?
                                 (max 1 (- (quotient width left) 1))
                                 (- width ellipsis-width 1)))
                    width)))))

  ;; The elements that leave room for the dot and a sign for the rest, then that.
  (define (shorten-dotted x width)
    (let loop ((x x) (width width) (done ""))
      (let ((room (- width 4)))
        (cond ((not (pair? x))
               (string-append done ". " (shorten x (max 1 (- width 2)))))
              ((<= room 0)
               (string-append done ". #"))
              (else
               (let ((text (shorten (car x) room)))
                 (loop (cdr x) (- width (string-length text) 1) (string-append done text " "))))))))

  (display (shorten x width) port))
