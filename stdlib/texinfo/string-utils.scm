;;; Commentary:
;;;
;;; Text for fixed widths: wrapping, justifying, tabs, escapes.
;;;
;;; Code:

(define-module (texinfo string-utils)
  #:use-module (srfi srfi-13)
  #:export (escape-special-chars transform-string expand-tabs center-string left-justify-string
            right-justify-string collapse-repeated-chars make-text-wrapper fill-string string->wrapped-lines))

(define* (transform-string str match? replace #:optional (start #f) (end #f))
  "Return STR with each character that MATCH?, a character or predicate, fits replaced by REPLACE, a string,
character, or procedure of the character; between START and END."
  (let ((start (or start 0))
        (end (or end (string-length str)))
        (match? (if (char? match?) (lambda (c) (char=? c match?)) match?))
        (replacement (cond ((string? replace) (lambda (c) replace))
                           ((char? replace) (lambda (c) (string replace)))
                           (else replace))))
    (call-with-output-string
     (lambda (port)
       (let loop ((i 0))
         (if (< i (string-length str))
             (let ((c (string-ref str i)))
               (display (if (and (<= start i) (< i end) (match? c)) (replacement c) c) port)
               (loop (+ i 1)))))))))

(define* (expand-tabs str #:optional (tab-size 8))
  "Return STR with each tab as TAB-SIZE spaces."
  (transform-string str #\tab (make-string tab-size #\space)))

(define (escape-special-chars str special-chars escape-char)
  "Return STR with ESCAPE-CHAR before each of SPECIAL-CHARS."
  (transform-string str
                    (if (char? special-chars)
                        special-chars
                        (lambda (c) (string-index special-chars c)))
                    (lambda (c) (string escape-char c))))

(define* (center-string str #:optional (width 80) (chr #\space) (rchr chr))
  "Return STR in the middle of WIDTH characters."
  (let ((missing (- width (string-length str))))
    (if (<= missing 0)
        str
        (let ((left (quotient missing 2)))
          (string-append (make-string left chr) str (make-string (- missing left) rchr))))))
(define* (left-justify-string str #:optional (width 80) (chr #\space))
  "Return STR filled up to WIDTH characters on the right."
  (if (< (string-length str) width) (string-pad-right str width chr) str))
(define* (right-justify-string str #:optional (width 80) (chr #\space))
  "Return STR filled up to WIDTH characters on the left."
  (if (< (string-length str) width) (string-pad str width chr) str))

(define* (collapse-repeated-chars str #:optional (chr #\space) (num 1))
  "Return STR with runs of CHR no longer than NUM."
  (let loop ((chars (string->list str)) (run 0) (result '()))
    (cond ((null? chars) (reverse-list->string result))
          ((not (char=? (car chars) chr)) (loop (cdr chars) 0 (cons (car chars) result)))
          ((< run num) (loop (cdr chars) (+ run 1) (cons (car chars) result)))
          (else (loop (cdr chars) run result)))))

(define (space-sentences text)
  "Return TEXT, without runs of spaces, with two spaces after each word that ends with a single full stop."
  (let loop ((chars (string->list text)) (result '()))
    (cond ((null? chars) (reverse-list->string result))
          ((and (char=? (car chars) #\space)
                (pair? result) (char=? (car result) #\.)
                (pair? (cdr result)) (not (char=? (cadr result) #\.)))
           (loop (cdr chars) (cons* #\space #\space result)))
          (else (loop (cdr chars) (cons (car chars) result))))))

(define (split-words text)
  "The words and the runs of white space of TEXT, in order."
  (let ((n (string-length text)))
    (let loop ((i 0) (parts '()))
      (if (= i n)
          (reverse parts)
          (let* ((space? (char-whitespace? (string-ref text i)))
                 (end (or (if space?
                              (string-skip text char-whitespace? i)
                              (string-index text char-whitespace? i))
                          n)))
            (loop end (cons (substring text i end) parts)))))))

(define* (make-text-wrapper #:key (line-width 80) (expand-tabs? #t) (tab-width 8) (collapse-whitespace? #t)
                            (subsequent-indent "") (initial-indent "") (break-long-words? #t))
  "Return a procedure that returns the lines its string is wrapped into."
  (lambda (str)
    (let* ((text (if expand-tabs? (expand-tabs str tab-width) str))
           (text (string-map (lambda (c) (if (char-whitespace? c) #\space c)) text))
           (text (if collapse-whitespace? (space-sentences (collapse-repeated-chars text)) text))
           (text (if collapse-whitespace? (string-trim-both text) text)))
      (define (blank? part) (string-every char-whitespace? part))
      (define (indent lines) (if (null? lines) initial-indent subsequent-indent))
      (define (finish line lines)
        (cons (string-trim-right line) lines))
      ;; LINE is what the last line has so far, EMPTY? whether no word is in it.
      (let loop ((parts (split-words text)) (line initial-indent) (empty? #t) (lines '()))
        (if (null? parts)
            (reverse (if empty? lines (finish line lines)))
            (let* ((part (car parts))
                   ;; Guile counts the two spaces after a sentence once for the word that follows.
                   (room (- line-width (string-length line)
                            (if (and collapse-whitespace? (not (blank? part)) (string-suffix? ".  " line)) -1 0))))
              (cond ((and empty? (blank? part) (pair? lines))
                     (loop (cdr parts) line empty? lines))
                    ((<= (string-length part) room)
                     (loop (cdr parts) (string-append line part) (and empty? (blank? part)) lines))
                    ((blank? part)
                     (let ((lines (if empty? lines (finish line lines))))
                       (loop (cdr parts) (indent lines) #t lines)))
                    ((not empty?)
                     (let ((lines (finish line lines)))
                       (loop parts (indent lines) #t lines)))
                    ((and break-long-words? (> room 0))
                     (let ((lines (finish (string-append line (substring part 0 room)) lines)))
                       (loop (cons (substring part room) (cdr parts)) (indent lines) #t lines)))
                    (else
                     (let ((lines (finish (string-append line part) lines)))
                       (loop (cdr parts) (indent lines) #t lines))))))))))

(define (string->wrapped-lines str . options)
  "Return the lines STR is wrapped into."
  ((apply make-text-wrapper options) str))
(define (fill-string str . options)
  "Return STR wrapped into lines."
  (string-join (apply string->wrapped-lines str options) "\n" 'infix))
