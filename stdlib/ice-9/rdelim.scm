;;; Commentary:
;;;
;;; Reading lines and delimited text. The readers themselves are primitives of this module.
;;;
;;; Code:

(define-module (ice-9 rdelim)
  #:export (read-line read-line! read-delimited read-delimited!
            read-string read-string! %read-line %read-delimited!)
  #:re-export (write-line))

(define* (read-string #:optional (port (current-input-port)) (count #f))
  "Read COUNT characters, or all, from PORT."
  ;; The R7RS order of arguments is accepted as well.
  (if (number? port)
      (read-string (or count (current-input-port)) port)
      (%read-string port count)))

(define* (read-string! buffer #:optional (port (current-input-port))
                       (start 0) (end (string-length buffer)))
  "Read text from PORT into BUFFER, from START up to END; return how many characters."
  (%read-string! buffer port start end))

(define* (read-line! buffer #:optional (port (current-input-port)))
  "Read a line from PORT into BUFFER; return its length, or #f when it did not fit."
  (let ((n (string-length buffer)))
    (let loop ((i 0))
      (if (= i n)
          #f
          (let ((c (read-char port)))
            (cond ((eof-object? c) (if (zero? i) c i))
                  ((char=? c #\newline) i)
                  (else
                   (string-set! buffer i c)
                   (loop (+ i 1)))))))))

(define* (read-delimited! delims buffer #:optional (port (current-input-port))
                          (handle-delim 'trim) (start 0) (end (string-length buffer)))
  "Read text from PORT into BUFFER up to one of the characters of DELIMS; return how many characters."
  (define (finish i delimiter)
    ;; DELIMITER: the character, the end-of-file object, or #f when the buffer is full.
    (let ((count (- i start)))
      (case handle-delim
        ((split) (cons (if (and (eof-object? delimiter) (zero? count)) delimiter count) delimiter))
        (else (if (and (zero? count) (not (char? delimiter))) delimiter count)))))
  (let loop ((i start))
    (if (= i end)
        (finish i #f)
        (let ((c (peek-char port)))
          (cond ((eof-object? c) (finish i c))
                ((string-index delims c)
                 (if (not (eq? handle-delim 'peek)) (read-char port))
                 (if (eq? handle-delim 'concat)
                     (begin (string-set! buffer i c) (- (+ i 1) start))
                     (finish i c)))
                (else
                 (string-set! buffer i (read-char port))
                 (loop (+ i 1))))))))

(define* (%read-line #:optional (port (current-input-port)))
  "Return a pair of the next line of PORT and what ended it: a newline or the end-of-file object."
  (read-line port 'split))

(define* (%read-delimited! delims buffer gobble? #:optional (port (current-input-port))
                           (start 0) (end (string-length buffer)))
  "Read text from PORT into BUFFER up to one of the characters of DELIMS, which is taken too if GOBBLE? is true.  Return a
pair of what ended it, #f when BUFFER is full, and the number of characters."
  (let loop ((i start))
    (if (= i end)
        (cons #f (- i start))
        (let ((c (peek-char port)))
          (cond ((eof-object? c) (cons c (- i start)))
                ((string-index delims c)
                 (if gobble? (read-char port))
                 (cons c (- i start)))
                (else
                 (string-set! buffer i (read-char port))
                 (loop (+ i 1))))))))
