;;; Commentary:
;;;
;;; PEG patterns as parsers. A parser takes a string, its length and a position; it returns a list of the position
;;; after what it matched and the tree of that, or #f. Patterns are put together from closures; a nonterminal in a
;;; pattern is a parser already. MODE is body (keep what matched) or none.
;;;
;;; Code:

(define-module (ice-9 peg codegen)
  #:export (compile-peg-pattern wrap-parser-for-users add-peg-compiler! %peg-pattern %compile-pattern))

(define (single-or-list items)
  (if (and (pair? items) (null? (cdr items))) (car items) items))
(define (result mode position tree)
  (list position (if (eq? mode 'none) '() tree)))

(define (match-string text mode)
  (let ((size (string-length text)))
    (lambda (string length position)
      (let ((end (+ position size)))
        (and (<= end length)
             (string=? text (substring string position end))
             (result mode end text))))))
(define (match-char accept? mode)
  (lambda (string length position)
    (and (< position length)
         (accept? (string-ref string position))
         (result mode (+ position 1) (substring string position (+ position 1))))))

(define (match-sequence parsers mode)
  (lambda (string length position)
    (let loop ((parsers parsers) (position position) (trees '()))
      (if (null? parsers)
          (result mode position (single-or-list (reverse trees)))
          (let ((step ((car parsers) string length position)))
            (and step
                 (loop (cdr parsers) (car step)
                       (if (null? (cadr step)) trees (cons (cadr step) trees)))))))))
(define (match-alternatives parsers)
  (lambda (string length position)
    (or-map (lambda (parser) (parser string length position)) parsers)))
(define (match-repeated parser least mode)
  (lambda (string length position)
    (let loop ((count 0) (position position) (trees '()))
      (let ((step (parser string length position)))
        ;; What matches nothing is not repeated for ever.
        (if (and step (> (car step) position))
            (loop (+ count 1) (car step)
                  (if (null? (cadr step)) trees (cons (cadr step) trees)))
            (and (or (>= count least) step)
                 (result mode position (single-or-list (reverse trees)))))))))

(define compilers '())
(define (add-peg-compiler! name compiler)
  "Let COMPILER, called with the operands and the mode, compile patterns (NAME OPERAND ...)."
  (set! compilers (acons name compiler compilers)))

(define (%compile-pattern pattern mode)
  "Return the parser of PATTERN."
  (define (compile pattern) (%compile-pattern pattern mode))
  (define (repeated operands least)
    (match-repeated (sequence operands) least mode))
  (define (sequence operands)
    (if (and (pair? operands) (null? (cdr operands)))
        (compile (car operands))
        (match-sequence (map compile operands) mode)))
  (cond
   ((procedure? pattern) pattern)
   ((string? pattern) (match-string pattern mode))
   ((char? pattern) (match-string (string pattern) mode))
   ((eq? pattern 'peg-any) (match-char (lambda (c) #t) mode))
   ((symbol? pattern)
    (let ((module (current-module)))
      (lambda (string length position)
        ((module-ref module pattern) string length position))))
   ((pair? pattern)
    (let ((operands (cdr pattern)))
      (case (car pattern)
        ((and) (match-sequence (map compile operands) mode))
        ((or) (match-alternatives (map compile operands)))
        ((*) (repeated operands 0))
        ((+) (repeated operands 1))
        ((?) (let ((parser (sequence operands)))
               (lambda (string length position)
                 (or (parser string length position) (list position '())))))
        ((followed-by)
         (let ((parser (sequence operands)))
           (lambda (string length position)
             (and (parser string length position) (list position '())))))
        ((not-followed-by)
         (let ((parser (sequence operands)))
           (lambda (string length position)
             (and (not (parser string length position)) (list position '())))))
        ((ignore) (%compile-pattern (car operands) 'none))
        ((capture) (%compile-pattern (car operands) 'body))
        ((range) (match-char (lambda (c) (char<=? (car operands) c (cadr operands))) mode))
        (else
         (let ((compiler (assq-ref compilers (car pattern))))
           (if (not compiler)
               (scm-error 'misc-error "compile-peg-pattern" "not a PEG pattern: ~S" (list pattern) #f))
           (compiler operands mode))))))
   (else
    (scm-error 'misc-error "compile-peg-pattern" "not a PEG pattern: ~S" (list pattern) #f))))

(define (wrap-parser-for-users parser mode name)
  "Return PARSER with its tree as the nonterminal NAME has it: MODE is all, body, none or name."
  (case mode
    ((body) parser)
    (else
     (lambda (string length position)
       (let ((step (parser string length position)))
         (and step
              (list (car step)
                    (case mode
                      ((none) '())
                      ((name) name)
                      (else
                       (let ((tree (cadr step)))
                         (cond ((null? tree) name)
                               ((or (not (list? tree)) (symbol? (car tree))) (list name tree))
                               (else (cons name tree)))))))))))))

(define (compile-peg-pattern pattern mode)
  "Return the parser of PATTERN, data or syntax, whose nonterminals are looked up in the current module."
  (let ((datum (if (syntax? pattern) (syntax->datum pattern) pattern)))
    (%compile-pattern datum (if (memq mode '(all name)) 'body mode))))

;; An expression for a pattern: operators as data, nonterminals as procedures.
(define-syntax %peg-pattern
  (lambda (form)
    (define (expression pattern)
      (syntax-case pattern ()
        ((operator operand ...)
         (with-syntax (((operand ...)
                        (if (memq (syntax->datum #'operator) '(range peg))
                            #'('operand ...)
                            (map expression #'(operand ...)))))
           #'(list 'operator operand ...)))
        (x (identifier? #'x)
           (if (eq? (syntax->datum #'x) 'peg-any)
               #''peg-any
               #'(lambda (string length position) (x string length position))))
        (x #'x)))
    (syntax-case form ()
      ((_ pattern) (expression #'pattern)))))
