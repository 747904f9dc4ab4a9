;;; Commentary:
;;;
;;; Printing data over several lines so that it can be read: what fits goes on one line, the rest is
;;; broken by the habits of Scheme.
;;;
;;; Code:

(define-module (ice-9 pretty-print)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:export (pretty-print truncated-print))

;; How forms with a symbol at their head are broken: the kinds of the items that may stay on its line, and the kind of
;; those below it.  An item is an expression, or a list of expressions that has no head of its own.  `name' stands for
;; a symbol that is not counted, where there is one.
(define styles
  (let ((lambda-like '((list) . expression)))
    `(,@(map (lambda (head) (cons head lambda-like))
             '(lambda lambda* let* letrec let-syntax letrec-syntax with-syntax syntax-rules
               define define* define-public define-syntax))
      (if (expression) . expression)
      (set! (expression) . expression)
      (case (expression) . list)
      (let (name list) . expression)
      (begin () . expression)
      (do (list list) . expression)
      (syntax-case (any-name list) . expression))))

;; Arguments of these, and of what has a name of at most this length, stand below the first one.
(define aligned '((cond . list) (and . expression) (or . expression)))
(define longest-aligned-head 5)

(define prefixes '((quote . "'") (quasiquote . "`") (unquote . ",") (unquote-splicing . ",@")))

(define (prefix-of x)
  (and (pair? x) (pair? (cdr x)) (null? (cddr x))
       (assq-ref prefixes (car x))))

(define (flat x display?)
  ;; X on one line, quotations abbreviated.
  (call-with-output-string
   (lambda (port)
     (let loop ((x x))
       (cond ((prefix-of x)
              => (lambda (prefix)
                   (display prefix port)
                   (loop (cadr x))))
             ((pair? x)
              (display "(" port)
              (loop (car x))
              (let tail ((rest (cdr x)))
                (cond ((null? rest))
                      ((and (pair? rest) (not (prefix-of rest)))
                       (display " " port)
                       (loop (car rest))
                       (tail (cdr rest)))
                      (else
                       (display " . " port)
                       (loop rest))))
              (display ")" port))
             ((vector? x)
              (display "#" port)
              (if (zero? (vector-length x)) (display "()" port) (loop (vector->list x))))
             (display? (display x port))
             (else (write x port)))))))

(define* (pretty-print obj #:optional port*
                       #:key (port (or port* (current-output-port))) (width 79) (max-expr-width 50)
                       (display? #f) (per-line-prefix ""))
  "Print OBJ on PORT, over several lines of at most WIDTH columns if need be.  What takes MAX-EXPR-WIDTH columns or more
is broken in any case."
  ;; All of these take the column at which they begin and return the one after what they have printed.
  (define (put text column)
    (display text port)
    (+ column (string-length text)))
  (define (move-to target column)
    (cond ((< target column)
           (newline port)
           (display per-line-prefix port)
           (put (make-string target #\space) 0))
          (else
           (put (make-string (- target column) #\space) column))))

  ;; TRAILING closing parentheses follow X.
  (define (print x column trailing kind)
    (if (or (pair? x) (vector? x))
        (let ((text (flat x display?))
              (room (min (+ (- width column trailing) 1) max-expr-width)))
          (cond ((< (string-length text) room)
                 (put text column))
                ((vector? x)
                 (print-items (vector->list x) (put "#" column) trailing 'expression))
                ((eq? kind 'list)
                 (print-items x column trailing 'expression))
                (else
                 (print-expression x column trailing))))
        (put (flat x display?) column)))

  (define (print-expression x column trailing)
    (define head (car x))
    (cond ((prefix-of x)
           => (lambda (prefix)
                (print (cadr x) (put prefix column) trailing 'expression)))
          ((not (symbol? head))
           (print-items x column trailing 'expression))
          ((assq-ref styles head)
           => (match-lambda
                ((leading . kind) (print-form x column trailing leading kind))))
          ((assq-ref aligned head)
           => (lambda (kind)
                (print-aligned x column trailing kind)))
          ((> (string-length (symbol->string head)) longest-aligned-head)
           (print-form x column trailing '() 'expression))
          (else
           (print-aligned x column trailing 'expression))))

  ;; (HEAD ITEM
  ;;       ITEM)
  (define (print-aligned x column trailing kind)
    (let ((after (put (flat (car x) display?) (put "(" column))))
      (print-below (cdr x) after (+ after 1) trailing kind)))

  ;; (ITEM
  ;;  ITEM)
  (define (print-items items column trailing kind)
    (let ((column (put "(" column)))
      (print-below items column column trailing kind)))

  ;; (HEAD LEADING
  ;;   ITEM
  ;;   ITEM)
  (define (print-form x column trailing leading kind)
    (let loop ((rest (cdr x))
               (leading leading)
               (after (put (flat (car x) display?) (put "(" column)))
               (target #f))
      (match leading
        ((and (or ('name . others) ('any-name . others)) ((? symbol? which) . _))
         (if (and (pair? rest) (or (eq? which 'any-name) (symbol? (car rest))))
             (let ((after (put (flat (car rest) display?) (put " " after))))
               (loop (cdr rest) others after #f))
             (loop rest others after target)))
        ((item-kind . others)
         (if (pair? rest)
             (let ((target (or target (+ after 1))))
               (loop (cdr rest) others
                     (print (car rest) (move-to target after)
                            (if (null? (cdr rest)) (+ trailing 1) 0)
                            item-kind)
                     target))
             (loop rest '() after target)))
        (()
         (print-below rest after (+ column 2) trailing kind)))))

  ;; The rest of a list, one item a line from TARGET on, and its parenthesis.
  (define (print-below rest column target trailing kind)
    (cond ((null? rest)
           (put ")" column))
          ((pair? rest)
           (print-below (cdr rest)
                        (print (car rest) (move-to target column)
                               (if (null? (cdr rest)) (+ trailing 1) 0)
                               kind)
                        target trailing kind))
          (else
           (put ")" (print rest (move-to target (put "." (move-to target column)))
                           (+ trailing 1) kind)))))

  (display per-line-prefix port)
  (print obj 0 0 'expression)
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
          ((and (bytevector? x) (not (array-of-numbers? x)))
           (if (>= width 9)
               (string-append "#vu8(" (shorten-items (bytevector->u8-list x) (- width 6)) ")")
               "#"))
          (else
           (shorten-text (flat x display?) width))))

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

  (define (shorten-items items width)
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
