;;; Commentary:
;;;
;;; Reading JSON (RFC 8259) and sequences of it (RFC 7464).  What is malformed is thrown as `json-invalid' with the port.
;;;
;;; Code:

(define-module (json parser)
  #:use-module (ice-9 textual-ports)
  #:export (json->scm json-string->scm json-seq->scm json-seq-string->scm))

(define (invalid port)
  (throw 'json-invalid port))

(define (skip-blanks port)
  (let ((c (lookahead-char port)))
    (when (and (char? c) (memv c '(#\space #\tab #\newline #\return)))
      (get-char port)
      (skip-blanks port))))

(define (next-token port)
  "Return the first character of PORT that is no blank, without consuming it."
  (skip-blanks port)
  (let ((c (lookahead-char port)))
    (if (eof-object? c) (invalid port) c)))

(define (read-word port word value)
  (string-for-each (lambda (c) (unless (eqv? c (get-char port)) (invalid port))) word)
  value)

(define (read-number port)
  (define (digit? c) (and (char? c) (char<=? #\0 c #\9)))
  (define (take out) (write-char (get-char port) out))
  (define (take-digits out)
    (unless (digit? (lookahead-char port)) (invalid port))
    (let loop ()
      (when (digit? (lookahead-char port))
        (take out)
        (loop))))
  (let* ((exact? #t)
         (text (call-with-output-string
                 (lambda (out)
                   (when (eqv? (lookahead-char port) #\-) (take out))
                   (if (eqv? (lookahead-char port) #\0)
                       (take out)
                       (take-digits out))
                   (when (eqv? (lookahead-char port) #\.)
                     (set! exact? #f)
                     (take out)
                     (take-digits out))
                   (when (memv (lookahead-char port) '(#\e #\E))
                     (set! exact? #f)
                     (get-char port)
                     (write-char #\e out)
                     (when (memv (lookahead-char port) '(#\+ #\-)) (take out))
                     (take-digits out))))))
    (if exact?
        (string->number text 10)
        (catch 'out-of-range
          (lambda () (string->number text 10))
          (lambda _ (if (string-contains text "e-") 0.0 (if (char=? (string-ref text 0) #\-) -inf.0 +inf.0)))))))

(define (read-hex4 port)
  (let loop ((left 4) (value 0))
    (if (= left 0)
        value
        (let* ((c (get-char port))
               (digit (and (char? c) (string-index "0123456789abcdef" (char-downcase c)))))
          (if digit
              (loop (- left 1) (+ (* 16 value) digit))
              (invalid port))))))

(define (read-unicode-escape port)
  "Read what follows \\u: one unit, or the two of a surrogate pair."
  (let ((unit (read-hex4 port)))
    (cond ((<= #xd800 unit #xdbff)
           (unless (and (eqv? (get-char port) #\\) (eqv? (get-char port) #\u)) (invalid port))
           (let ((low (read-hex4 port)))
             (unless (<= #xdc00 low #xdfff) (invalid port))
             (integer->char (+ #x10000 (ash (- unit #xd800) 10) (- low #xdc00)))))
          ((<= #xdc00 unit #xdfff) (invalid port))
          (else (integer->char unit)))))

(define escapes
  '((#\" . #\") (#\\ . #\\) (#\/ . #\/) (#\b . #\backspace) (#\f . #\page) (#\n . #\newline) (#\r . #\return) (#\t . #\tab)))

(define (read-text port)
  "Read a string whose opening quote is next."
  (get-char port)
  (call-with-output-string
    (lambda (out)
      (let loop ()
        (let ((c (get-char port)))
          (cond ((eof-object? c) (invalid port))
                ((char=? c #\"))
                ((char=? c #\\)
                 (let ((e (get-char port)))
                   (cond ((assv e escapes) => (lambda (found) (write-char (cdr found) out)))
                         ((eqv? e #\u) (write-char (read-unicode-escape port) out))
                         (else (invalid port))))
                 (loop))
                (else
                 (write-char c out)
                 (loop))))))))

(define (read-items port close read-item)
  "Read what READ-ITEM reads, with commas between, up to CLOSE; return the items, the last first."
  (get-char port)
  (if (eqv? (next-token port) close)
      (begin (get-char port) '())
      (let loop ((items '()))
        (let* ((items (cons (read-item) items))
               (c (next-token port)))
          (cond ((eqv? c close) (get-char port) items)
                ((eqv? c #\,) (get-char port) (next-token port) (loop items))
                ;; Guile-JSON takes members without a comma between.
                ((and (eqv? c #\") (eqv? close #\})) (loop items))
                (else (invalid port)))))))

(define (read-value port null ordered)
  (case (next-token port)
    ((#\{)
     (let ((members (read-items port #\}
                                (lambda ()
                                  (unless (char=? (next-token port) #\") (invalid port))
                                  (let ((key (read-text port)))
                                    (next-token port)
                                    (unless (eqv? (get-char port) #\:) (invalid port))
                                    (cons key (read-value port null ordered)))))))
       (if ordered (reverse! members) members)))
    ((#\[) (list->vector (reverse! (read-items port #\] (lambda () (read-value port null ordered))))))
    ((#\") (read-text port))
    ((#\t) (read-word port "true" #t))
    ((#\f) (read-word port "false" #f))
    ((#\n) (read-word port "null" null))
    (else (read-number port))))

(define* (json->scm #:optional (port (current-input-port)) #:key (null 'null) (ordered #f) (concatenated #f))
  "Read a JSON document from PORT.  NULL stands for null; members keep their order if ORDERED, else the last comes first.
With CONCATENATED, what follows the document is left in PORT; else it is an error."
  (let ((value (read-value port null ordered)))
    (unless concatenated
      (skip-blanks port)
      (unless (eof-object? (lookahead-char port)) (invalid port)))
    value))

(define* (json-string->scm str #:key (null 'null) (ordered #f))
  "Return what the JSON document STR says; NULL and ORDERED are as for json->scm."
  (call-with-input-string str (lambda (port) (json->scm port #:null null #:ordered ordered))))

(define record-separator (integer->char #x1e))

(define* (json-seq->scm #:optional (port (current-input-port))
                        #:key (null 'null) (ordered #f) (handle-truncate 'throw) (truncated-object 'truncated))
  "Return the list of the documents in PORT, each after a record separator.  One that is cut short is an error if
HANDLE-TRUNCATE is throw, ends the list if it is stop, is left out if it is skip, and TRUNCATED-OBJECT if it is replace."
  (define (next-text)
    (let ((c (lookahead-char port)))
      (cond ((eof-object? c) #f)
            ((eqv? c record-separator) (get-char port) (next-text))
            (else
             (call-with-output-string
               (lambda (out)
                 (let loop ()
                   (let ((c (lookahead-char port)))
                     (unless (or (eof-object? c) (eqv? c record-separator))
                       (write-char (get-char port) out)
                       (loop))))))))))
  (let loop ((documents '()))
    (let ((text (next-text)))
      (if (not text)
          (reverse! documents)
          (let ((document (catch 'json-invalid
                            (lambda () (list (json-string->scm text #:null null #:ordered ordered)))
                            (lambda args
                              (case handle-truncate
                                ((stop) 'stop)
                                ((skip) #f)
                                ((replace) (list truncated-object))
                                (else (invalid port)))))))
            (cond ((eq? document 'stop) (reverse! documents))
                  (document (loop (append document documents)))
                  (else (loop documents))))))))

(define* (json-seq-string->scm str #:key (null 'null) (ordered #f) (handle-truncate 'throw) (truncated-object 'truncated))
  "Return the list of the documents in STR, as json-seq->scm."
  (call-with-input-string str
    (lambda (port)
      (json-seq->scm port #:null null #:ordered ordered #:handle-truncate handle-truncate
                     #:truncated-object truncated-object))))
