;;; Commentary:
;;;
;;; PEG grammars written as strings: rules `name <- expression' (keep what matched), `<--' (with the name), `<'
;;; (drop it). The notation is Ford's: / ordered choice, & and ! look ahead, * + ? repetition, [a-z] classes.
;;;
;;; Code:

(define-module (ice-9 peg string-peg)
  #:use-module (ice-9 peg codegen)
  #:use-module (ice-9 peg using-parsers)
  #:export (peg-as-peg define-peg-string-patterns peg-grammar parse-grammar parse-expression))

(define peg-as-peg
  "grammar <-- (rule)+
rule <-- sp name sp arrow sp choice
arrow <-- '<--' / '<-' / '<'
choice <-- sequence (sp '/' sp sequence)*
sequence <-- (sp prefixed)+
prefixed <-- ('&' / '!')? sp suffixed
suffixed <-- primary sp ('*' / '+' / '?')?
primary <-- '(' sp choice sp ')' / literal / class / '.' / name !(sp '<')
literal <-- ['] (!['] .)* ['] / [\"] (![\"] .)* [\"]
class <-- '[' (!']' (. '-' !']' . / .))* ']'
name <-- [a-zA-Z] [a-zA-Z0-9_-]*
sp < ([ \t\n] / '#' (!'\n' .)* '\n')*
")

;; A recursive descent parser over a position in the text.

(define (grammar-error text position)
  (scm-error 'misc-error "peg" "cannot read this PEG grammar at ~S"
             (list (substring text position (min (string-length text) (+ position 30)))) #f))

(define (make-reader text)
  (define position 0)
  (define (peek k)
    (let ((at (+ position k)))
      (if (< at (string-length text)) (string-ref text at) #\nul)))
  (define (at? prefix) (string-prefix? prefix (substring text position)))
  (define (skip! n) (set! position (+ position n)))
  (define (done?) (>= position (string-length text)))
  (define (blanks!)
    (cond ((done?) #f)
          ((char-whitespace? (peek 0)) (skip! 1) (blanks!))
          ((char=? (peek 0) #\#)
           (let ((end (string-index text #\newline position)))
             (set! position (or end (string-length text)))
             (blanks!)))))
  (define (name-char? c first?)
    (or (char-alphabetic? c)
        (and (not first?) (or (char-numeric? c) (memv c '(#\- #\_)) #f))))
  (define (name)
    (let ((start position))
      (let loop ()
        (if (and (not (done?)) (name-char? (peek 0) (= position start)))
            (begin (skip! 1) (loop))))
      (if (= start position) (grammar-error text position))
      (string->symbol (substring text start position))))
  (define (rule-ahead?)
    ;; Whether a name and an arrow come next.
    (let ((start position))
      (and (not (done?))
           (name-char? (peek 0) #t)
           (begin
             (name)
             (blanks!)
             (let ((arrow? (at? "<")))
               (set! position start)
               arrow?)))))
  (define (arrow)
    (blanks!)
    (cond ((at? "<--") (skip! 3) 'all)
          ((at? "<-") (skip! 2) 'body)
          ((at? "<") (skip! 1) 'none)
          (else (grammar-error text position))))
  (define (choice)
    (let loop ((alternatives (list (sequence))))
      (blanks!)
      (if (at? "/")
          (begin (skip! 1) (loop (cons (sequence) alternatives)))
          (if (null? (cdr alternatives))
              (car alternatives)
              (cons 'or (reverse alternatives))))))
  (define (sequence)
    (let loop ((items '()))
      (blanks!)
      (if (or (done?) (memv (peek 0) '(#\/ #\))) (rule-ahead?))
          (cond ((null? items) (grammar-error text position))
                ((null? (cdr items)) (car items))
                (else (cons 'and (reverse items))))
          (loop (cons (prefixed) items)))))
  (define (prefixed)
    (cond ((at? "&") (skip! 1) (blanks!) (list 'followed-by (suffixed)))
          ((at? "!") (skip! 1) (blanks!) (list 'not-followed-by (suffixed)))
          (else (suffixed))))
  (define (suffixed)
    (let ((item (primary)))
      (blanks!)
      (cond ((at? "*") (skip! 1) (list '* item))
            ((at? "+") (skip! 1) (list '+ item))
            ((at? "?") (skip! 1) (list '? item))
            (else item))))
  (define (primary)
    (let ((c (peek 0)))
      (cond ((char=? c #\()
             (skip! 1)
             (let ((inside (choice)))
               (blanks!)
               (if (not (at? ")")) (grammar-error text position))
               (skip! 1)
               inside))
            ((memv c '(#\' #\")) (literal c))
            ((char=? c #\[) (class))
            ((char=? c #\.) (skip! 1) 'peg-any)
            (else (name)))))
  (define (literal quote)
    (skip! 1)
    (let ((end (string-index text quote position)))
      (if (not end) (grammar-error text position))
      (let ((value (substring text position end)))
        (set! position (+ end 1))
        value)))
  (define (class)
    (skip! 1)
    (let loop ((parts '()))
      (cond ((done?) (grammar-error text position))
            ((and (char=? (peek 0) #\]) (pair? parts))
             (skip! 1)
             (if (null? (cdr parts)) (car parts) (cons 'or (reverse parts))))
            ((and (char=? (peek 1) #\-) (not (char=? (peek 2) #\])))
             (let ((low (peek 0)) (high (peek 2)))
               (skip! 3)
               (loop (cons (list 'range low high) parts))))
            (else
             (let ((c (peek 0)))
               (skip! 1)
               (loop (cons (string c) parts)))))))
  (define (rules)
    (blanks!)
    (if (done?)
        '()
        (let* ((name (name)) (mode (arrow)) (pattern (choice)))
          (cons (list name mode pattern) (rules)))))
  (values rules
          (lambda ()
            (let ((pattern (choice)))
              (blanks!)
              (if (not (done?)) (grammar-error text position))
              pattern))))

(define (parse-grammar text)
  "Return the rules of the grammar TEXT: lists of a name, a mode and a pattern."
  (call-with-values (lambda () (make-reader text))
    (lambda (rules expression) (rules))))
(define (parse-expression text)
  "Return the pattern that TEXT, the right side of a rule, describes."
  (call-with-values (lambda () (make-reader text))
    (lambda (rules expression) (expression))))

(define-syntax define-peg-string-patterns
  (lambda (form)
    (syntax-case form ()
      ((keyword text)
       (with-syntax (((definition ...)
                      (map (lambda (rule)
                             (datum->syntax #'keyword (cons 'define-peg-pattern rule)))
                           (parse-grammar (syntax->datum #'text)))))
         #'(begin definition ...))))))

(define (peg-grammar string length position)
  "Match a grammar of rules: the parser of peg-as-peg."
  ((force compiled-grammar) string length position))
(define compiled-grammar
  (delay
    (let ((module (make-fresh-user-module)))
      (module-use! module (resolve-interface '(ice-9 peg using-parsers)))
      (for-each (lambda (rule) (eval (cons 'define-peg-pattern rule) module))
                (parse-grammar peg-as-peg))
      (module-ref module 'grammar))))

(add-peg-compiler! 'peg
  (lambda (operands mode)
    (%compile-pattern (parse-expression (car operands)) mode)))
