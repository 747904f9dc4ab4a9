;;; Commentary:
;;;
;;; Versions and ranges of versions as npm has them.  Specification: <https://semver.org>, and npm's documentation of semver.
;;;
;;; Code:

(define-module (guix import npm-versions)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (npm-version<?
            npm-version-matches?
            newest-matching-version))

(define-record-type <version>
  (make-version numbers preview)
  version?
  (numbers version-numbers)             ;list of three integers
  (preview version-preview))            ;list of strings

(define %version-rx
  (make-regexp "^[v= ]*([0-9]+)\\.([0-9]+)\\.([0-9]+)(-([0-9A-Za-z.-]+))?(\\+[0-9A-Za-z.-]+)?$"))

(define (parse-version text)
  "Return the <version> that TEXT is, or #f."
  (match (regexp-exec %version-rx text)
    (#f #f)
    (m (make-version (map (lambda (group) (string->number (match:substring m group))) '(1 2 3))
                     (match (match:substring m 5)
                       (#f '())
                       (preview (string-split preview #\.)))))))


;;; Order.

(define (compare-numbers a b)
  (cond ((< a b) -1) ((> a b) 1) (else 0)))

(define (compare-identifiers a b)
  "Compare parts of previews: numbers are before words."
  (match (list (string->number a) (string->number b))
    ((#f #f) (cond ((string<? a b) -1) ((string>? a b) 1) (else 0)))
    ((#f _) 1)
    ((_ #f) -1)
    ((a b) (compare-numbers a b))))

(define (compare-lists compare a b)
  (match (list a b)
    ((() ()) 0)
    ((() _) -1)
    ((_ ()) 1)
    (((a . as) (b . bs))
     (match (compare a b)
       (0 (compare-lists compare as bs))
       (result result)))))

(define (compare-versions a b)
  "Return a negative, zero or positive number for <version> A before, the same as, or after B."
  (match (compare-lists compare-numbers (version-numbers a) (version-numbers b))
    (0 (match (list (version-preview a) (version-preview b))
         ((() ()) 0)
         ((() _) 1)
         ((_ ()) -1)
         ((a b) (compare-lists compare-identifiers a b))))
    (result result)))

(define (npm-version<? a b)
  "Return true if version A, a string, is before B."
  (negative? (compare-versions (parse-version a) (parse-version b))))


;;; Ranges: lists of alternatives, each a list of comparators (OPERATOR . VERSION) that all have to hold.

(define %partial-rx
  (make-regexp "^[v=]*([0-9]+|[xX*])?(\\.([0-9]+|[xX*]))?(\\.([0-9]+|[xX*]))?(-([0-9A-Za-z.-]+))?(\\+.*)?$"))

(define (parse-partial text)
  "Return the list of the numbers that TEXT, a version that may end early, has, and its preview; #f if it is none."
  (match (regexp-exec %partial-rx text)
    (#f #f)
    (m
     (cons (take-while identity
                       (map (lambda (group)
                              (let ((text (match:substring m group)))
                                (and text (string->number text))))
                            '(1 3 5)))
           (match (match:substring m 7)
             (#f '())
             (preview (string-split preview #\.)))))))

(define (lowest numbers preview)
  (make-version (append numbers (make-list (- 3 (length numbers)) 0)) preview))

(define (successor numbers)
  "Return the lowest version, previews included, that does not start with NUMBERS."
  (make-version (match numbers
                  ((a) (list (+ a 1) 0 0))
                  ((a b) (list a (+ b 1) 0))
                  ((a b c) (list a b (+ c 1))))
                '("0")))

(define (compatible-end numbers)
  "Return the lowest version that ^NUMBERS does not allow."
  (successor
   (match numbers
     ((0 0 c) numbers)
     ((0 0) numbers)
     ((0 b . _) (list 0 b))
     ((a . _) (list a)))))

(define (comparators operator partial)
  "Return the comparators that OPERATOR before PARTIAL stands for, or #f."
  (match partial
    (#f #f)
    ((() . _)
     ;; Any version, or none.
     (if (member operator '("<" ">"))
         (list (cons '< (make-version '(0 0 0) '("0"))))
         '()))
    ((numbers . preview)
     (let ((from (lowest numbers preview))
           (whole? (= 3 (length numbers))))
       (match operator
         ("^" (list (cons '>= from) (cons '< (compatible-end numbers))))
         ((or "~" "~>")
          (list (cons '>= from)
                (cons '< (successor (if (null? (cdr numbers)) numbers (take numbers 2))))))
         (">=" (list (cons '>= from)))
         ("<" (list (cons '< (if whole? from (lowest numbers '("0"))))))
         (">" (if whole?
                  (list (cons '> from))
                  (list (cons '>= (make-version (version-numbers (successor numbers)) '())))))
         ("<=" (if whole?
                   (list (cons '<= from))
                   (list (cons '< (successor numbers)))))
         ((or "" "=")
          (if whole?
              (list (cons '= from))
              (list (cons '>= from) (cons '< (successor numbers))))))))))

(define %comparator-rx
  (make-regexp "^(\\^|~>?|>=|<=|>|<|=)?(.*)$"))

(define (parse-comparators text)
  "Return the comparators in TEXT, an alternative of a range, or #f: without \">=0.0.0\", which npm takes for \"*\"."
  (and=> (written-comparators text)
         (cut remove (cut equal? (cons '>= (lowest '() '())) <>) <>)))

(define (written-comparators text)
  (match (string-tokenize text)
    ((from "-" to)
     (let ((first (comparators ">=" (parse-partial from)))
           (last (comparators "<=" (parse-partial to))))
       (and first last (append first last))))
    (words
     (let loop ((words words) (result '()))
       (match words
         (() result)
         ;; "> 1.0" is one comparator.
         (((? (lambda (word) (member word '("^" "~" "~>" ">=" "<=" ">" "<" "="))) operator) version . rest)
          (loop (cons (string-append operator version) rest) result))
         ((word . rest)
          (let ((m (regexp-exec %comparator-rx word)))
            (match (comparators (or (match:substring m 1) "") (parse-partial (match:substring m 2)))
              (#f #f)
              (more (loop rest (append result more)))))))))))

(define (split-alternatives range)
  (let loop ((range range) (result '()))
    (match (string-contains range "||")
      (#f (reverse (cons range result)))
      (position (loop (substring range (+ 2 position))
                      (cons (substring range 0 position) result))))))

(define (satisfies? version comparators)
  "Return true if <version> VERSION is as COMPARATORS say.  A preview has to be asked for: by a comparator of the same numbers."
  (and (every (match-lambda
                ((operator . other)
                 ((case operator
                    ((>=) >=) ((>) >) ((<) <) ((<=) <=) ((=) =))
                  (compare-versions version other)
                  0)))
              comparators)
       (or (null? (version-preview version))
           (any (match-lambda
                  ((_ . other)
                   (and (pair? (version-preview other))
                        (equal? (version-numbers other) (version-numbers version)))))
                comparators))))

(define (npm-version-matches? version range)
  "Return true if VERSION, a string, is in RANGE, as \"^1.2.0 || >=3\"; #f also when one of them is no version or range."
  (match (parse-version version)
    (#f #f)
    (version
     (let ((alternatives (filter-map parse-comparators (split-alternatives range))))
       ;; Beside "*", which no preview is in, npm forgets the others.
       (any (lambda (comparators) (satisfies? version comparators))
            (if (member '() alternatives) '(()) alternatives))))))

(define (newest-matching-version versions range)
  "Return the newest of VERSIONS, strings, that is in RANGE, or #f."
  (reduce (lambda (a b) (if (npm-version<? a b) b a))
          #f
          (filter (lambda (version) (npm-version-matches? version range))
                  versions)))
