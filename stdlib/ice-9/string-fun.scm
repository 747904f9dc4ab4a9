;;; Commentary:
;;;
;;; String functions in the style of continuation passing, and string-replace-substring.
;;;
;;; Code:

(define-module (ice-9 string-fun)
  #:export (split-after-char split-before-char split-discarding-char split-after-char-last
            split-before-char-last split-discarding-char-last split-before-predicate
            split-after-predicate split-discarding-predicate separate-fields-discarding-char
            separate-fields-after-char separate-fields-before-char string-prefix-predicate
            string-prefix=? sans-surrounding-whitespace sans-trailing-whitespace
            sans-leading-whitespace sans-final-newline has-trailing-newline?
            string-replace-substring))

(define-syntax-rule (define-splitter name find before after)
  (define (name what str ret)
    (let ((k (find str what)))
      (if k
          (ret (substring str 0 (+ k before)) (substring str (+ k after)))
          (ret str "")))))

(define-splitter split-after-char string-index 1 1)
(define-splitter split-before-char string-index 0 0)
(define-splitter split-discarding-char string-index 0 1)
(define-splitter split-after-char-last string-rindex 1 1)
(define-splitter split-before-char-last string-rindex 0 0)
(define-splitter split-discarding-char-last string-rindex 0 1)
(define-splitter split-before-predicate string-index 0 0)
(define-splitter split-after-predicate string-index 1 1)
(define-splitter split-discarding-predicate string-index 0 1)

(define (separate-fields-discarding-char ch str ret)
  "Call RET on the parts of STR between the characters CH."
  (apply ret (string-split str ch)))
(define (separate-fields-after-char ch str ret)
  "Call RET on the parts of STR that end after the characters CH."
  (let loop ((start 0) (parts '()))
    (let ((k (string-index str ch start)))
      (if k
          (loop (+ k 1) (cons (substring str start (+ k 1)) parts))
          (apply ret (reverse (if (= start (string-length str)) parts (cons (substring str start) parts))))))))
(define (separate-fields-before-char ch str ret)
  "Call RET on the parts of STR that start before the characters CH."
  (let loop ((end (string-length str)) (parts '()))
    (let ((k (string-rindex str ch 0 end)))
      (if k
          (loop k (cons (substring str k end) parts))
          (apply ret (if (zero? end) parts (cons (substring str 0 end) parts)))))))

(define (string-prefix-predicate pred?)
  "Return a procedure that compares a prefix with the start of a string by PRED?."
  (lambda (prefix str)
  (and (<= (string-length prefix) (string-length str))
       (pred? prefix (substring str 0 (string-length prefix))))))
(define string-prefix=? (string-prefix-predicate string=?))

(define (sans-surrounding-whitespace s) "Return S without white space at its ends." (string-trim-both s))
(define (sans-trailing-whitespace s) "Return S without white space at its end." (string-trim-right s))
(define (sans-leading-whitespace s) "Return S without white space at its start." (string-trim s))
(define (sans-final-newline s)
  "Return S without a newline at its end."
  (if (has-trailing-newline? s) (string-drop-right s 1) s))
(define (has-trailing-newline? s)
  "Return #t when S ends in a newline."
  (string-suffix? "\n" s))

(define (string-replace-substring str substring replacement)
  "Return STR with every SUBSTRING replaced by REPLACEMENT."
  (let ((size (string-length substring)))
    (let loop ((start 0) (parts '()))
      (let ((k (and (> size 0) (string-contains str substring start))))
        (if k
            (loop (+ k size)
                  (cons* replacement ((@ (guile) substring) str start k) parts))
            (string-concatenate-reverse (cons ((@ (guile) substring) str start) parts)))))))
