;;; Strings: the procedures of (guile) that take a predicate or call a procedure.
;;; Where a criterion may be a character, a set or a predicate, the first two go to a primitive.

(define* (string-index s pred #:optional (start 0) (end (string-length s)))
  "Return the first position in S, from START up to END, that meets PRED, or #f."
  (if (procedure? pred)
      (let loop ((i start))
        (cond ((>= i end) #f)
              ((pred (string-ref s i)) i)
              (else (loop (+ i 1)))))
      (%string-index s pred start end)))

(define* (string-rindex s pred #:optional (start 0) (end (string-length s)))
  "Return the last position in S, from START up to END, that meets PRED, or #f."
  (if (procedure? pred)
      (let loop ((i (- end 1)))
        (cond ((< i start) #f)
              ((pred (string-ref s i)) i)
              (else (loop (- i 1)))))
      (%string-rindex s pred start end)))

(define string-index-right string-rindex)

(define* (string-skip s pred #:optional (start 0) (end (string-length s)))
  "Return the first position in S, from START up to END, that does not meet PRED, or #f."
  (if (procedure? pred)
      (string-index s (lambda (c) (not (pred c))) start end)
      (%string-skip s pred start end)))

(define* (string-skip-right s pred #:optional (start 0) (end (string-length s)))
  "Return the last position in S, from START up to END, that does not meet PRED, or #f."
  (if (procedure? pred)
      (string-rindex s (lambda (c) (not (pred c))) start end)
      (%string-skip-right s pred start end)))

(define* (string-count s pred #:optional (start 0) (end (string-length s)))
  "Return how many characters of S, from START up to END, meet PRED."
  (if (procedure? pred)
      (let loop ((i start) (n 0))
        (cond ((>= i end) n)
              ((pred (string-ref s i)) (loop (+ i 1) (+ n 1)))
              (else (loop (+ i 1) n))))
      (%string-count s pred start end)))

(define* (string-filter pred s #:optional (start 0) (end #f))
  "Return the characters of S, from START up to END, that meet PRED."
  ;; The arguments may come in the order of old Guile.
  (if (string? pred)
      (string-filter s pred start end)
      (let ((end (or end (string-length s))))
        (if (procedure? pred)
            (list->string (filter pred (string->list s start end)))
            (%string-filter s pred start end)))))

(define* (string-delete pred s #:optional (start 0) (end #f))
  "Return the characters of S, from START up to END, that do not meet PRED."
  (if (string? pred)
      (string-delete s pred start end)
      (let ((end (or end (string-length s))))
        (if (procedure? pred)
            (list->string (filter (lambda (c) (not (pred c))) (string->list s start end)))
            (%string-delete s pred start end)))))

(define (string-split s pred)
  "Return the parts of S between the characters that meet PRED."
  (if (procedure? pred)
      (let ((n (string-length s)))
        (let loop ((i 0) (start 0) (parts '()))
          (cond ((= i n) (reverse (cons (substring s start n) parts)))
                ((pred (string-ref s i))
                 (loop (+ i 1) (+ i 1) (cons (substring s start i) parts)))
                (else (loop (+ i 1) start parts)))))
      (%string-split s pred)))

(define* (string-trim s #:optional (pred char-whitespace?) (start 0) (end (string-length s)))
  "Return S, from START up to END, without the characters at its start that meet PRED."
  (cond ((eq? pred char-whitespace?) (%string-trim s char-set:whitespace start end))
        ((procedure? pred) (substring s (or (string-skip s pred start end) end) end))
        (else (%string-trim s pred start end))))

(define* (string-trim-right s #:optional (pred char-whitespace?) (start 0) (end (string-length s)))
  "Return S, from START up to END, without the characters at its end that meet PRED."
  (cond ((eq? pred char-whitespace?) (%string-trim-right s char-set:whitespace start end))
        ((procedure? pred)
         (let ((last (string-skip-right s pred start end)))
           (substring s start (if last (+ last 1) start))))
        (else (%string-trim-right s pred start end))))

(define* (string-trim-both s #:optional (pred char-whitespace?) (start 0) (end (string-length s)))
  "Return S, from START up to END, without the characters at both ends that meet PRED."
  (string-trim-right (string-trim s pred start end) pred))

(define* (string-tokenize s #:optional (token-set char-set:graphic) (start 0) (end (string-length s)))
  "Return the longest parts of S whose characters are all in TOKEN-SET."
  (%string-tokenize s token-set start end))

(define* (string-any pred s #:optional (start 0) (end (string-length s)))
  "Return the first true value of PRED on the characters of S, or #f."
  (if (procedure? pred)
      (let loop ((i start))
        (and (< i end)
             (or (pred (string-ref s i))
                 (loop (+ i 1)))))
      (and (%string-index s pred start end) #t)))

(define* (string-every pred s #:optional (start 0) (end (string-length s)))
  "Return #f if PRED is false on some character of S, else its last value."
  (if (procedure? pred)
      (let loop ((i start) (result #t))
        (if (< i end)
            (let ((value (pred (string-ref s i))))
              (and value (loop (+ i 1) value)))
            result))
      (not (%string-skip s pred start end))))

(define (string-tabulate proc len)
  "Return the string of (PROC 0), (PROC 1), ... up to LEN characters."
  (let loop ((i 0) (chars '()))
    (if (< i len)
        (loop (+ i 1) (cons (proc i) chars))
        (reverse-list->string chars))))

(define* (string-map proc s #:optional (start 0) (end (string-length s)))
  "Return the string of the results of PROC on the characters of S."
  (let loop ((i start) (chars '()))
    (if (< i end)
        (loop (+ i 1) (cons (proc (string-ref s i)) chars))
        (reverse-list->string chars))))

(define* (string-map! proc s #:optional (start 0) (end (string-length s)))
  "Replace every character of S by the result of PROC on it."
  (let loop ((i start))
    (if (< i end)
        (begin
          (string-set! s i (proc (string-ref s i)))
          (loop (+ i 1)))
        s)))

(define* (string-for-each proc s #:optional (start 0) (end (string-length s)))
  "Call PROC on every character of S in order."
  (let loop ((i start))
    (if (< i end)
        (begin
          (proc (string-ref s i))
          (loop (+ i 1))))))

(define* (string-for-each-index proc s #:optional (start 0) (end (string-length s)))
  "Call PROC on every position of S in order."
  (let loop ((i start))
    (if (< i end)
        (begin
          (proc i)
          (loop (+ i 1))))))

(define* (string-fold kons knil s #:optional (start 0) (end (string-length s)))
  "Fold KONS over the characters of S from the left."
  (let loop ((i start) (result knil))
    (if (< i end)
        (loop (+ i 1) (kons (string-ref s i) result))
        result)))

(define* (string-fold-right kons knil s #:optional (start 0) (end (string-length s)))
  "Fold KONS over the characters of S from the right."
  (let loop ((i (- end 1)) (result knil))
    (if (>= i start)
        (loop (- i 1) (kons (string-ref s i) result))
        result)))

(define* (string-unfold stop? mapper successor seed #:optional (base "") (make-final (lambda (x) "")))
  "Return BASE, the characters MAPPER gives for seeds until STOP?, and what MAKE-FINAL gives."
  (let loop ((seed seed) (chars '()))
    (if (stop? seed)
        (string-append base (reverse-list->string chars) (make-final seed))
        (loop (successor seed) (cons (mapper seed) chars)))))

(define* (string-unfold-right stop? mapper successor seed #:optional (base "") (make-final (lambda (x) "")))
  "Like string-unfold, from the right."
  (let loop ((seed seed) (chars '()))
    (if (stop? seed)
        (string-append (make-final seed) (list->string chars) base)
        (loop (successor seed) (cons (mapper seed) chars)))))

(define* (string-xcopy! target at s from #:optional to (start 0) (end (string-length s)))
  "Copy the part of S that xsubstring would give into TARGET at AT."
  (string-copy! target at (xsubstring s from (or to (+ from (- end start))) start end)))

(define* (string-compare s1 s2 less equal greater #:optional
                         (start1 0) (end1 (string-length s1)) (start2 0) (end2 (string-length s2)))
  "Call LESS, EQUAL or GREATER on the first position where the strings differ."
  (let loop ((i start1) (j start2))
    (cond ((and (= i end1) (= j end2)) (equal i))
          ((= i end1) (less i))
          ((= j end2) (greater i))
          ((char<? (string-ref s1 i) (string-ref s2 j)) (less i))
          ((char>? (string-ref s1 i) (string-ref s2 j)) (greater i))
          (else (loop (+ i 1) (+ j 1))))))

(define* (string-compare-ci s1 s2 less equal greater #:optional
                            (start1 0) (end1 (string-length s1)) (start2 0) (end2 (string-length s2)))
  "Like string-compare, case aside."
  (string-compare (string-foldcase s1) (string-foldcase s2) less equal greater start1 end1 start2 end2))

(define* (object->string object #:optional (printer write))
  "Return the text PRINTER prints for OBJECT."
  (if (eq? printer write)
      (%write-to-string object)
      (call-with-output-string (lambda (port) (printer object port)))))
