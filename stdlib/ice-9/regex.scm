;;; Commentary:
;;;
;;; Regular expressions: match structures, substitution, folding over matches.
;;; A match structure is the vector that regexp-exec returns: the string, then the bounds of each part.
;;;
;;; Code:

(define-module (ice-9 regex)
  #:export (string-match regexp-match? regexp-quote
            match:string match:prefix match:suffix match:substring match:count
            match:start match:end
            fold-matches list-matches
            regexp-substitute regexp-substitute/global))

(define* (string-match pattern str #:optional (start 0))
  "Return the first match of the regular expression PATTERN in STR from START on, or #f."
  (regexp-exec (make-regexp pattern) str start))

(define (regexp-match? x)
  "Return #t when X is a match structure."
  (and (vector? x)
       (> (vector-length x) 1)
       (string? (vector-ref x 0))
       (pair? (vector-ref x 1))))

(define (match:string match)
  "Return the string in which MATCH was found."
  (vector-ref match 0))

(define (match:count match)
  "Return the number of parts of MATCH, the whole included."
  (- (vector-length match) 1))

(define (bounds match n)
  (if (< -1 n (match:count match))
      (vector-ref match (+ n 1))
      (scm-error 'out-of-range "match:substring" "Argument 2 out of range: ~S" (list n) (list n))))

(define* (match:start match #:optional (n 0))
  "Return where part N of MATCH starts, or #f when it did not take part."
  (let ((start (car (bounds match n))))
    (and (>= start 0) start)))

(define* (match:end match #:optional (n 0))
  "Return where part N of MATCH ends, or #f when it did not take part."
  (let ((end (cdr (bounds match n))))
    (and (>= end 0) end)))

(define* (match:substring match #:optional (n 0))
  "Return the text of part N of MATCH, or #f when it did not take part."
  (let ((start (match:start match n)))
    (and start
         (substring (match:string match) start (match:end match n)))))

(define (match:prefix match)
  "Return the text before MATCH."
  (substring (match:string match) 0 (match:start match)))

(define (match:suffix match)
  "Return the text after MATCH."
  (substring (match:string match) (match:end match)))

(define (regexp-quote str)
  "Return a regular expression that matches just STR."
  (call-with-output-string
   (lambda (port)
     (string-for-each
      (lambda (c)
        (case c
          ((#\^ #\$ #\. #\[ #\* #\\)
           (write-char #\\ port)
           (write-char c port))
          ;; A backslash would give these their meaning in basic expressions.
          ((#\+ #\? #\( #\) #\{ #\} #\|)
           (write-char #\[ port)
           (write-char c port)
           (write-char #\] port))
          (else (write-char c port))))
      str))))

(define* (fold-matches regexp str init proc #:optional (flags 0))
  "Fold PROC, called with a match and the result, over the matches of REGEXP in STR."
  (let ((regexp (if (string? regexp) (make-regexp regexp) regexp)))
    (let loop ((start 0) (result init) (last-empty? #f))
      (let ((match (and (<= start (string-length str))
                        (regexp-exec regexp str start
                                     (if (zero? start) flags (logior flags regexp/notbol))))))
        (if (not match)
            result
            (let ((from (match:start match))
                  (to (match:end match)))
              (cond ((and (= from to) last-empty? (= from start))
                     ;; An empty match right after a match does not count.
                     (loop (+ start 1) result #f))
                    ((= from to)
                     (loop (+ to 1) (proc match result) #f))
                    (else
                     (loop to (proc match result) #t)))))))))

(define* (list-matches regexp str #:optional (flags 0))
  "Return the list of the matches of REGEXP in STR."
  (reverse (fold-matches regexp str '() cons flags)))

(define (regexp-substitute port match . items)
  "Write ITEMS on PORT, or return them as a string when it is #f: strings, part numbers, pre and post."
  (if port
      (for-each
       (lambda (item)
         (cond ((string? item) (display item port))
               ((integer? item) (display (or (match:substring match item) "") port))
               ((eq? item 'pre) (display (match:prefix match) port))
               ((eq? item 'post) (display (match:suffix match) port))
               (else (error "regexp-substitute: bad item" item))))
       items)
      (call-with-output-string
       (lambda (port)
         (apply regexp-substitute port match items)))))

(define (regexp-substitute/global port regexp str . items)
  "Write STR on PORT, or return it when PORT is #f, with ITEMS for the matches of REGEXP."
  (if port
      (let ((regexp (if (string? regexp) (make-regexp regexp) regexp)))
        (let loop ((start 0) (matches (list-matches regexp str)))
          (if (null? matches)
              (if (or (memq 'post items) #f)
                  (display (substring str start) port))
              (let ((match (car matches)))
                (for-each
                 (lambda (item)
                   (cond ((string? item) (display item port))
                         ((integer? item) (display (or (match:substring match item) "") port))
                         ((procedure? item) (display (item match) port))
                         ((eq? item 'pre) (display (substring str start (match:start match)) port))
                         ((eq? item 'post)
                          ;; What follows comes with the next matches, here in the middle of the items.
                          (loop (match:end match) (cdr matches)))
                         (else (error "regexp-substitute/global: bad item" item))))
                 items)))))
      (call-with-output-string
       (lambda (port)
         (apply regexp-substitute/global port regexp str items)))))
