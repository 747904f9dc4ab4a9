;;; Commentary:
;;;
;;; Printing data over several lines so that it can be read: what fits goes on one line, the rest is
;;; broken by the habits of Scheme.
;;;
;;; Code:

(define-module (ice-9 pretty-print)
  #:use-module (srfi srfi-1)
  #:use-module ((rnrs bytevectors) #:select (bytevector?))
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

;; What does not fit is left out: an ellipsis stands for elements and for the middle of a text, # for what has no room.

(define (ellipsis-of port)
  "Return the text that says that something is left out, in the encoding of PORT."
  (if (string-prefix-ci? "UTF-" (or (port-encoding port) "")) "…" "..."))

(define (truncated x width ellipsis display?)
  "Return X printed in at most WIDTH columns."
  (define ellipsis-width (string-length ellipsis))
  (define (text-of x)
    (call-with-output-string (lambda (port) (if display? (display x port) (write x port)))))
  (define (shortened text)
    ;; The last character stays: it closes strings and objects.
    (let ((room (- width ellipsis-width 1)))
      (if (< room 2)
          "#"
          (string-append (substring text 0 room) ellipsis (string-take-right text 1)))))
  (define (sequence prefix elements print)
    (if (< width (+ (string-length prefix) 2 ellipsis-width))
        "#"
        (let loop ((elements elements) (room (- width (string-length prefix) 2)) (texts '()))
          (define (finish . last)
            (string-append prefix "(" (string-join (reverse (append last texts)) " ") ")"))
          (cond ((null? elements) (finish))
                ((<= room ellipsis-width) (finish ellipsis))
                ((null? (cdr elements)) (finish (print (car elements) room)))
                ((<= room (+ 1 ellipsis-width)) (finish ellipsis))
                (else
                 (let ((text (print (car elements) (- room 1 ellipsis-width))))
                   (loop (cdr elements) (- room 1 (string-length text)) (cons text texts))))))))
  (define (print x width)
    (truncated x width ellipsis display?))
  (define (improper-list x)
    (if (< width 5)
        "#"
        (let loop ((x x) (room (- width 2)) (texts '()))
          (define (finish . last)
            (string-append "(" (string-join (reverse (append last texts)) " ") ")"))
          (cond ((not (pair? x)) (finish (string-append ". " (print x (- room 2)))))
                ((<= room 4) (finish ". #"))
                (else
                 (let ((text (print (car x) (- room 4))))
                   (loop (cdr x) (- room 1 (string-length text)) (cons text texts))))))))
  (define (array-prefix x)
    ;; As arrays are written: rank, type, and bounds that are not plain.
    (let* ((text (text-of x))
           (end (string-index text #\()))
      (substring text 0 end)))
  (let ((text (text-of x)))
    (cond ((and (pair? x) (list? x)) (sequence "" x print))
          ((pair? x) (improper-list x))
          ((vector? x) (sequence "#" (vector->list x) print))
          ((and (array? x) (not (or (string? x) (bitvector? x) (bytevector? x))))
           (truncated-array x (array-prefix x) width ellipsis print))
          ((<= (string-length text) width) text)
          ((bitvector? x)
           (if (< width (+ 2 ellipsis-width))
               "#"
               (string-append (substring text 0 (- width ellipsis-width)) ellipsis)))
          (else (shortened text)))))

(define (truncated-array x prefix width ellipsis print)
  "Return the array X printed in at most WIDTH columns, with its PREFIX."
  (define ellipsis-width (string-length ellipsis))
  (define (slice prefix x rank width)
    ;; X with RANK dimensions left.
    (cond ((zero? rank)
           (let ((room (- width (string-length prefix) 2)))
             (if (< room 1) "#" (string-append prefix "(" (print (array-ref x) room) ")"))))
          ((< width (+ (string-length prefix) 2 ellipsis-width)) "#")
          (else
           (let* ((bounds (car (array-shape x)))
                  (indices (iota (max 0 (+ 1 (- (cadr bounds) (car bounds)))) (car bounds)))
                  (element (if (= rank 1)
                               (lambda (k width) (print (array-ref x k) width))
                               (lambda (k width) (slice "" (array-cell-ref x k) (- rank 1) width)))))
             (let loop ((indices indices) (room (- width (string-length prefix) 2)) (texts '()))
               (define (finish . last)
                 (string-append prefix "(" (string-join (reverse (append last texts)) " ") ")"))
               (cond ((null? indices) (finish))
                     ((<= room ellipsis-width) (finish ellipsis))
                     ((null? (cdr indices)) (finish (element (car indices) room)))
                     ((<= room (+ 1 ellipsis-width)) (finish ellipsis))
                     (else
                      (let ((text (element (car indices) (- room 1 ellipsis-width))))
                        (loop (cdr indices) (- room 1 (string-length text)) (cons text texts))))))))))
  (slice prefix x (array-rank x) width))

(define* (truncated-print x #:optional port*
                          #:key (port (or port* (current-output-port))) (width 79) (display? #f) (breadth-first? #f))
  "Print X on PORT in at most WIDTH columns; what does not fit is left out."
  (let ((whole (flat x display?)))
    (display (if (<= (string-length whole) width)
                 whole
                 (truncated x width (ellipsis-of port) display?))
             port)))
