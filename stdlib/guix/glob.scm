;;; Commentary:
;;;
;;; File name patterns: `*', `**/', `?' and brackets.  Patterns are parsed to lists of strings, the symbols `*', `**/'
;;; and `?', (set CHAR ...) and (range FIRST LAST).  Interface: (guix glob) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix glob)
  #:use-module (ice-9 match)
  #:export (string->sglob
            compile-sglob
            string->compiled-sglob
            glob-match?))

(define (bracket->sglob chars)
  "Return what the CHARS between two brackets stand for."
  (match chars
    ((first #\- last) `(range ,first ,last))
    (_ `(set ,@chars))))

(define (string->sglob str)
  "Return the list that STR, a pattern, is parsed to; a string if it is one to be matched literally."
  (define (literal chars result)
    (if (null? chars)
        result
        (cons (list->string (reverse chars)) result)))

  (define (closing chars)
    ;; The characters up to the bracket that closes, inner brackets included, and what follows it.
    (let loop ((chars chars) (inside '()) (depth 1))
      (match chars
        (() (values #f '()))
        ((#\] . rest)
         (if (= depth 1)
             (values (reverse inside) rest)
             (loop rest (cons #\] inside) (- depth 1))))
        ((#\[ . rest) (loop rest (cons #\[ inside) (+ depth 1)))
        ((char . rest) (loop rest (cons char inside) depth)))))

  (let loop ((chars (string->list str)) (pending '()) (result '()))
    (match chars
      (()
       (match (reverse (literal pending result))
         (((? string? only)) only)
         (sglob sglob)))
      ((#\* #\* #\/ . rest) (loop rest '() (cons '**/ (literal pending result))))
      ((#\* . rest) (loop rest '() (cons '* (literal pending result))))
      ((#\? . rest) (loop rest '() (cons '? (literal pending result))))
      ((#\[ . rest)
       (call-with-values (lambda () (closing rest))
         (lambda (inside rest)
           (if inside
               (loop rest '() (cons (bracket->sglob inside) (literal pending result)))
               (loop rest '() (literal pending result))))))
      ((#\] . _) (error "unexpected closing bracket" str))
      ((char . rest) (loop rest (cons char pending) result)))))

(define (compile-sglob sglob)
  "Return SGLOB in the form that `glob-match?' takes."
  (if (string? sglob)
      sglob
      (map (match-lambda
             ('? char-set:full)
             (('range first last)
              (ucs-range->char-set (char->integer first) (+ 1 (char->integer last))))
             (('set . chars) (list->char-set chars))
             (other other))
           sglob)))

(define (string->compiled-sglob str)
  "Return the pattern STR in the form that `glob-match?' takes."
  (compile-sglob (string->sglob str)))

(define (glob-match? pattern str)
  "Return true if STR matches PATTERN, a compiled one."
  (define (after-some-prefix pattern start)
    ;; Match PATTERN at START or anywhere after it.
    (let ((end (string-length str)))
      (let try ((start start))
        (and (<= start end)
             (or (match-at? pattern start)
                 (try (+ start 1)))))))

  (define (match-at? pattern start)
    (match pattern
      (() (= start (string-length str)))
      (((or '* '**/)) #t)
      (((or '* '**/) . rest) (after-some-prefix rest start))
      (((? char-set? set) . rest)
       (and (< start (string-length str))
            (char-set-contains? set (string-ref str start))
            (match-at? rest (+ start 1))))
      (((? string? prefix) . rest)
       (and (string-prefix? prefix str 0 (string-length prefix) start)
            (match-at? rest (+ start (string-length prefix)))))))

  (if (string? pattern)
      (string=? pattern str)
      (match-at? pattern 0)))
