;;; Commentary:
;;;
;;; Printing data over several lines so that it can be read: what fits goes on one line, the rest is
;;; broken by the habits of Scheme.
;;;
;;; Code:

(define-module (ice-9 pretty-print)
  #:use-module (srfi srfi-1)
  #:export (pretty-print truncated-print))

;; How many arguments stay on the first line before the body, by the form's head.
(define body-forms
  '((if . 1) (set! . 1) (begin . 0) (lambda . 1) (lambda* . 1) (let . 1) (let* . 1) (letrec . 1) (letrec* . 1) (define . 1) (define* . 1)
    (define-public . 1) (define-syntax . 1) (define-module . 1) (syntax-rules . 1) (syntax-case . 2)
    (when . 1) (unless . 1) (case . 1) (match . 1) (do . 2) (parameterize . 1) (with-fluids . 1)
    (define-record-type . 1) (let-values . 1) (let*-values . 1) (mlet . 2) (mlet* . 2)))
(define no-argument-forms '(cond))
(define prefixes '((quote . "'") (quasiquote . "`") (unquote . ",") (unquote-splicing . ",@")
                   (syntax . "#'") (quasisyntax . "#`") (unsyntax . "#,") (unsyntax-splicing . "#,@")))

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
  "Print OBJ on PORT, over several lines of at most WIDTH columns if need be."
  (define (spaces n)
    (display (make-string n #\space) port))
  (define (break-to column)
    (newline port)
    (display per-line-prefix port)
    (spaces column))
  (define (fits? x column trailing)
    (<= (+ column (string-length (flat x display?)) trailing) width))

  ;; Print X from COLUMN on; TRAILING closing parentheses follow it.
  (define (print x column trailing)
    (cond ((or (not (or (pair? x) (vector? x))) (fits? x column trailing))
           (display (flat x display?) port))
          ((prefix-of x)
           => (lambda (prefix)
                (display prefix port)
                (print (cadr x) (+ column (string-length prefix)) trailing)))
          ((vector? x)
           (display "#" port)
           (print-items (vector->list x) (+ column 1) trailing))
          ((and (symbol? (car x)) (proper? x))
           (print-form x column trailing))
          (else
           (print-items x column trailing))))

  (define (proper? x)
    (let loop ((x x)) (cond ((null? x) #t) ((pair? x) (loop (cdr x))) (else #f))))

  ;; All items below one another.
  (define (print-items items column trailing)
    (display "(" port)
    (print (car items) (+ column 1) 0)
    (let loop ((rest (cdr items)))
      (cond ((null? rest) (display ")" port))
            ((pair? rest)
             (break-to (+ column 1))
             (print (car rest) (+ column 1) (if (null? (cdr rest)) (+ trailing 1) 0))
             (loop (cdr rest)))
            (else
             (break-to (+ column 1))
             (display ". " port)
             (print rest (+ column 3) (+ trailing 1))
             (display ")" port)))))

  (define (print-form x column trailing)
    (let* ((head (flat (car x) display?))
           (count (cond ((assq-ref body-forms (car x))
                         => (lambda (n)
                              ;; Named let has its name before the bindings.
                              (if (and (eq? (car x) 'let) (pair? (cdr x)) (symbol? (cadr x))) (+ n 1) n)))
                        ((memq (car x) no-argument-forms) #f)
                        (else #f))))
      (display "(" port)
      (display head port)
      (cond ((null? (cdr x)) (display ")" port))
            (count
             (let loop ((rest (cdr x)) (n count) (at (+ column 2 (string-length head))))
               (if (and (pair? rest) (> n 0))
                   (begin
                     (display " " port)
                     (print (car rest) at (if (null? (cdr rest)) (+ trailing 1) 0))
                     (loop (cdr rest) (- n 1) (+ at 1 (string-length (flat (car rest) display?)))))
                   (begin
                     (for-each-last rest
                                    (lambda (item last?)
                                      (break-to (+ column 2))
                                      (print item (+ column 2) (if last? (+ trailing 1) 0))))
                     (display ")" port)))))
            ((> (string-length head) 5)
             ;; Aligned arguments would stand too far to the right.
             (for-each-last (cdr x)
                            (lambda (item last?)
                              (break-to (+ column 2))
                              (print item (+ column 2) (if last? (+ trailing 1) 0))))
             (display ")" port))
            (else
             (let ((at (+ column 2 (string-length head))))
               (display " " port)
               (print (cadr x) at (if (null? (cddr x)) (+ trailing 1) 0))
               (for-each-last (cddr x)
                              (lambda (item last?)
                                (break-to at)
                                (print item at (if last? (+ trailing 1) 0))))
               (display ")" port))))))

  (define (for-each-last items proc)
    (if (pair? items)
        (begin
          (proc (car items) (null? (cdr items)))
          (for-each-last (cdr items) proc))))

  (display per-line-prefix port)
  (print obj (string-length per-line-prefix) 0)
  (newline port))

(define* (truncated-print x #:optional port* #:key (port (or port* (current-output-port))) (width 79)
                          (display? #f) (breadth-first? #f))
  "Print X on PORT in at most WIDTH columns, with dots for what does not fit."
  (let ((text (flat x display?)))
    (display (if (<= (string-length text) width)
                 text
                 (string-append (substring text 0 (max 0 (- width 1))) "…"))
             port)))
