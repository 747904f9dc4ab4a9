;;; Commentary:
;;;
;;; Reading HTML as it is found, mistakes included, into SXML, and writing SXML as HTML.  Not a validator, and no document
;;; object model: elements that are never closed end where an element begins that cannot be in them.
;;; Interface: HtmlPrag, as Guile-Lib has it, of which this exports what programs use.
;;;
;;; Code:

(define-module (htmlprag)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-13)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (html->shtml
            html->sxml
            html->sxml-0nf
            html->sxml-1nf
            html->sxml-2nf
            shtml->html
            sxml->html
            write-shtml-as-html
            write-sxml-html
            shtml-top-symbol
            shtml-comment-symbol
            shtml-decl-symbol
            shtml-pi-symbol
            shtml-entity-symbol))

(define shtml-top-symbol '*TOP*)
(define shtml-comment-symbol '*COMMENT*)
(define shtml-decl-symbol '*DECL*)
(define shtml-pi-symbol '*PI*)
(define shtml-entity-symbol '*ENTITY*)

(define %void-elements
  ;; They have no content and no end tag.
  '(area base br col embed frame hr img input isindex keygen link meta param source track wbr))

(define %raw-elements
  ;; What is in them is text, whatever it looks like.
  '(script style xmp plaintext))

(define %closed-by
  ;; For elements whose end tag may be missing: what begins after them, and what their search does not go beyond.
  '((li (li) (ul ol menu dir))
    (dt (dt dd) (dl))
    (dd (dt dd) (dl))
    (option (option optgroup) (select))
    (td (td th tr tbody thead tfoot) (table))
    (th (td th tr tbody thead tfoot) (table))
    (tr (tr tbody thead tfoot) (table))
    (thead (tbody tfoot) (table))
    (tbody (tbody tfoot thead) (table))
    (head (body) (html))
    (p (p div ul ol dl table pre h1 h2 h3 h4 h5 h6 hr form blockquote li td th tr dd dt)
       (td th li div body table))))

(define %entities
  '(("amp" . #\&) ("lt" . #\<) ("gt" . #\>) ("quot" . #\") ("apos" . #\')
    ("nbsp" . #\xa0) ("copy" . #\xa9) ("reg" . #\xae) ("laquo" . #\xab) ("raquo" . #\xbb)
    ("middot" . #\xb7) ("times" . #\xd7) ("ndash" . #\x2013) ("mdash" . #\x2014)
    ("lsquo" . #\x2018) ("rsquo" . #\x2019) ("ldquo" . #\x201c) ("rdquo" . #\x201d)
    ("bull" . #\x2022) ("hellip" . #\x2026) ("trade" . #\x2122)
    ("larr" . #\x2190) ("uarr" . #\x2191) ("rarr" . #\x2192) ("darr" . #\x2193)))


;;; Text.

(define (reference->string name)
  "Return what the character reference NAME, without ampersand and semicolon, stands for, or #f."
  (define (code digits base)
    (let ((number (string->number digits base)))
      (and number (exact-integer? number)
           (or (<= 0 number #xd7ff) (<= #xe000 number #x10ffff))
           (string (integer->char number)))))

  (cond ((string-prefix-ci? "#x" name) (code (string-drop name 2) 16))
        ((string-prefix? "#" name) (code (string-drop name 1) 10))
        ((assoc-ref %entities name) => string)
        (else #f)))

(define (decode text)
  "Return TEXT with the characters that references stand for.  Unknown references are left as they are."
  (let loop ((start 0) (pieces '()))
    (define ampersand (string-index text #\& start))

    (define (rest-of end piece)
      (loop end (cons* piece (substring text start ampersand) pieces)))

    (if (not ampersand)
        (string-concatenate-reverse (cons (substring text start) pieces))
        (let* ((end (or (string-skip text
                                     (lambda (char)
                                       (or (char-alphabetic? char) (char-numeric? char) (char=? char #\#)))
                                     (+ ampersand 1))
                        (string-length text)))
               (value (reference->string (substring text (+ ampersand 1) end))))
          (cond ((not value)
                 (rest-of (+ ampersand 1) "&"))
                ((and (< end (string-length text)) (char=? #\; (string-ref text end)))
                 (rest-of (+ end 1) value))
                (else
                 (rest-of end value)))))))


;;; Tokens: strings, and lists that start with `start', `end' or one of the symbols above.

(define (name-end? char)
  (or (char-whitespace? char) (memv char '(#\> #\< #\/ #\=))))

(define (tokenize text)
  "Return the list of the tokens of TEXT."
  (define end (string-length text))

  (define (char-at position)
    (and (< position end) (string-ref text position)))

  (define (skip-blanks position)
    (or (string-skip text char-whitespace? position) end))

  (define (up-to marker position)
    ;; Where MARKER is, or the end.
    (or (string-contains text marker position) end))

  (define (after marker position)
    (min end (+ (string-length marker) (up-to marker position))))

  (define (attribute-value position)
    "Return the value at POSITION and where it ends."
    (match (char-at position)
      ((and quote (or #\" #\'))
       (let ((close (or (string-index text quote (+ position 1)) end)))
         (values (substring text (+ position 1) close) (min end (+ close 1)))))
      (_
       (let ((close (or (string-index text
                                      (lambda (char) (or (char-whitespace? char) (char=? char #\>)))
                                      position)
                        end)))
         (values (substring text position close) close)))))

  (define (attributes position)
    "Return the attributes at POSITION and where the tag ends."
    (let loop ((position (skip-blanks position)) (result '()))
      (match (char-at position)
        (#f (values (reverse result) end))
        (#\> (values (reverse result) (+ position 1)))
        ;; The tag was never closed.
        (#\< (values (reverse result) position))
        (#\/ (loop (skip-blanks (+ position 1)) result))
        (#\= (loop (skip-blanks (+ position 1)) result))
        (_
         (let* ((name-end (or (string-index text name-end? position) end))
                (name (string->symbol (string-downcase (substring text position name-end))))
                (next (skip-blanks name-end)))
           (if (eqv? #\= (char-at next))
               (call-with-values (lambda () (attribute-value (skip-blanks (+ next 1))))
                 (lambda (value position)
                   (loop (skip-blanks position) (cons (list name (decode value)) result))))
               (loop next (cons (list name) result))))))))

  (define (tag position)
    "Return the token at POSITION, where `<' is, and where it ends; #f and the position if that is no markup."
    (define (between start close make)
      (values (make (substring text start (up-to close start))) (after close start)))

    (cond ((string-prefix? "<!--" text 0 4 position end)
           (between (+ position 4) "-->" (lambda (text) (list shtml-comment-symbol text))))
          ((string-prefix? "<![CDATA[" text 0 9 position end)
           (between (+ position 9) "]]>" identity))
          ((eqv? #\! (char-at (+ position 1)))
           (between (+ position 2) ">"
                    (lambda (text)
                      (cons shtml-decl-symbol
                            (match (string-tokenize text)
                              ((name . rest) (cons (string->symbol (string-upcase name)) rest))
                              (() '()))))))
          ((eqv? #\? (char-at (+ position 1)))
           (between (+ position 2) ">" (lambda (text) (list shtml-pi-symbol (string-trim-right text #\?)))))
          (else
           (let* ((closing? (eqv? #\/ (char-at (+ position 1))))
                  (start (+ position (if closing? 2 1)))
                  (name-end (or (string-index text name-end? start) end)))
             (if (and (< start name-end) (char-alphabetic? (string-ref text start)))
                 (let ((name (string->symbol (string-downcase (substring text start name-end)))))
                   (call-with-values (lambda () (attributes name-end))
                     (lambda (attributes position)
                       (values (if closing? (list 'end name) (list 'start name attributes))
                               position))))
                 (values #f position))))))

  (let loop ((position 0) (tokens '()))
    (define open (and (< position end) (string-index text #\< position)))

    (define (with-text stop)
      (if (= position stop)
          tokens
          (cons (decode (substring text position stop)) tokens)))

    (cond ((not (< position end)) (reverse tokens))
          ((not open) (reverse (with-text end)))
          (else
           (call-with-values (lambda () (tag open))
             (lambda (token next)
               (match token
                 (#f (loop (+ open 1)
                           (cons "<" (with-text open))))
                 (('start (? (lambda (name) (memq name %raw-elements)) name) _)
                  (let ((close (or (string-contains-ci text (string-append "</" (symbol->string name)) next)
                                   end)))
                    (loop close
                          (if (= next close)
                              (cons token (with-text open))
                              (cons* (substring text next close) token (with-text open))))))
                 (_ (loop next (cons token (with-text open)))))))))))


;;; Trees.

(define (element name attributes children)
  (if (null? attributes)
      (cons name children)
      (cons* name (cons '@ attributes) children)))

(define (implied-ends name open)
  "Return how many of the elements of OPEN, innermost first, end where an element NAME starts."
  (let loop ((open open) (depth 1) (found 0))
    (match open
      (() found)
      (((inner . _) . outer)
       (match (assq-ref %closed-by inner)
         ((closers barriers)
          (cond ((memq name closers) (loop outer (+ depth 1) depth))
                (else (loop outer (+ depth 1) found))))
         (_
          (if (any (match-lambda
                     ((element closers barriers)
                      (and (memq name closers) (memq inner barriers))))
                   %closed-by)
              found
              (loop outer (+ depth 1) found))))))))

(define (tokens->tree tokens)
  "Return the list of trees that TOKENS are."
  ;; OPEN has (NAME ATTRIBUTES CHILDREN ...) for each element that is not closed, innermost first, with children in reverse
  ;; order; the last one stands for the document.
  (define (close open)
    (match open
      (((name attributes . children) (outer outer-attributes . siblings) . rest)
       `((,outer ,outer-attributes ,(element name attributes (reverse children)) ,@siblings) ,@rest))))

  (define (close-times open count)
    (if (zero? count) open (close-times (close open) (- count 1))))

  (define (add child open)
    (match open
      (((name attributes . children) . rest)
       `((,name ,attributes ,child ,@children) ,@rest))))

  (let loop ((tokens tokens) (open '((#f ()))))
    (match tokens
      (()
       (match (close-times open (- (length open) 1))
         (((#f () . children)) (reverse children))))
      ((('start name attributes) . rest)
       (let ((open (close-times open (implied-ends name open))))
         (loop rest
               (if (memq name %void-elements)
                   (add (element name attributes '()) open)
                   (cons (list name attributes) open)))))
      ((('end name) . rest)
       (loop rest
             (match (list-index (match-lambda ((open . _) (eq? open name))) open)
               (#f open)
               (depth (close-times open (+ depth 1))))))
      ((other . rest)
       (loop rest (add other open))))))

(define (html->shtml input)
  "Return the SXML tree of the HTML that INPUT, a string or an input port, has."
  (cons shtml-top-symbol
        (tokens->tree (tokenize (if (string? input) input (get-string-all input))))))

(define html->sxml-0nf html->shtml)
(define html->sxml-1nf html->shtml)
(define html->sxml-2nf html->shtml)
(define html->sxml html->shtml)


;;; Writing.

(define (write-escaped text port quote?)
  (string-for-each (lambda (char)
                     (case char
                       ((#\&) (display "&amp;" port))
                       ((#\<) (display "&lt;" port))
                       ((#\>) (display "&gt;" port))
                       ((#\") (display (if quote? "&quot;" "\"") port))
                       (else (write-char char port))))
                   text))

(define* (write-shtml-as-html tree #:optional (port (current-output-port)))
  "Write TREE, SXML, to PORT as HTML."
  (define (write-attribute attribute)
    (match attribute
      ((name) (format port " ~a" name))
      ((name value)
       (format port " ~a=\"" name)
       (write-escaped (if (string? value) value (object->string value display)) port #t)
       (display "\"" port))))

  (let loop ((tree tree) (raw? #f))
    (match tree
      (() #t)
      ((? string? text) (if raw? (display text port) (write-escaped text port #f)))
      ((? char? char) (loop (string char) raw?))
      (('*TOP* . children) (for-each (lambda (child) (loop child #f)) children))
      (('*COMMENT* text) (format port "<!--~a-->" text))
      (('*DECL* . words) (format port "<!~a>" (string-join (map (lambda (word) (object->string word display)) words))))
      (('*PI* . words) (format port "<?~a?>" (string-join (map (lambda (word) (object->string word display)) words))))
      ((or ('*ENTITY* _ name) ('& name)) (format port "&~a;" name))
      (((? symbol? name) . rest)
       (call-with-values (lambda ()
                           (match rest
                             ((('@ . attributes) . children) (values attributes children))
                             (children (values '() children))))
         (lambda (attributes children)
           (format port "<~a" name)
           (for-each write-attribute (remove (lambda (a) (and (pair? a) (eq? '@ (car a)))) attributes))
           (cond ((and (memq name %void-elements) (null? children))
                  (display " />" port))
                 (else
                  (display ">" port)
                  (for-each (lambda (child) (loop child (memq name %raw-elements))) children)
                  (format port "</~a>" name))))))
      ((children ...) (for-each (lambda (child) (loop child raw?)) children)))))

(define (shtml->html tree)
  "Return TREE, SXML, as a string of HTML."
  (call-with-output-string (lambda (port) (write-shtml-as-html tree port))))

(define write-sxml-html write-shtml-as-html)
(define sxml->html shtml->html)
