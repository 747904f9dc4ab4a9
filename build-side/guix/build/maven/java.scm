;;; Commentary:
;;;
;;; Reading of a Java file what a description of a Maven plug-in needs: package, imports, classes, annotations, fields and
;;; comments in front of them.  Bodies of methods and values are skipped.
;;; Interface: (guix build maven java) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build maven java)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (parse-java-file))


;;;
;;; Tokens: (comment TEXT), (string TEXT), (word TEXT) or (mark CHARACTER).
;;;

(define (word-char? char)
  (or (char-alphabetic? char) (char-numeric? char) (memv char '(#\_ #\. #\$))))

(define (tokenize text)
  "Return the tokens of TEXT.  Comments to the end of a line are left out."
  (define end (string-length text))

  (define (at? position str)
    (let ((after (+ position (string-length str))))
      (and (<= after end)
           (string=? str (substring text position after)))))

  (define (string-end start quote)
    ;; The position of the QUOTE that ends what starts at START.
    (let loop ((position start))
      (cond ((>= position end) end)
            ((char=? (string-ref text position) #\\) (loop (+ position 2)))
            ((char=? (string-ref text position) quote) position)
            (else (loop (+ position 1))))))

  (define (comment-text text)
    (string-trim text (char-set #\*)))

  (let loop ((position 0) (tokens '()))
    (if (>= position end)
        (reverse tokens)
        (let ((char (string-ref text position)))
          (cond ((char-whitespace? char) (loop (+ position 1) tokens))
                ((at? position "//")
                 (loop (or (string-index text #\newline position) end) tokens))
                ((at? position "/*")
                 (let ((stop (or (string-contains text "*/" (+ position 2)) end)))
                   (loop (min end (+ stop 2))
                         (cons `(comment ,(comment-text (substring text (+ position 2) stop))) tokens))))
                ((memv char '(#\" #\'))
                 (let ((stop (min end (string-end (+ position 1) char))))
                   (loop (+ stop 1)
                         (cons `(string ,(substring text (+ position 1) stop)) tokens))))
                ((word-char? char)
                 (let ((stop (or (string-skip text word-char? position) end)))
                   (loop stop (cons `(word ,(substring text position stop)) tokens))))
                (else (loop (+ position 1) (cons `(mark ,char) tokens))))))))


;;;
;;; Parts.
;;;

(define (mark? token . chars)
  (match token
    (('mark char) (memv char chars))
    (_ #f)))

(define %modifiers
  '("public" "protected" "private" "static" "final" "abstract" "volatile" "transient" "synchronized" "native"
    "strictfp" "default"))

(define (skip-balanced tokens)
  "Return what follows the bracket that closes the one TOKENS start with."
  (let loop ((tokens tokens) (depth 0))
    (match tokens
      (() '())
      ((token . rest)
       (let ((depth (+ depth
                       (cond ((mark? token #\( #\{ #\[) 1)
                             ((mark? token #\) #\} #\]) -1)
                             (else 0)))))
         (if (zero? depth) rest (loop rest depth)))))))

(define (balanced tokens)
  "Return what is in the brackets that TOKENS start with."
  (let ((rest (skip-balanced tokens)))
    (drop-right (cdr (take tokens (- (length tokens) (length rest)))) 1)))

(define (split-at-commas tokens)
  "Return the parts of TOKENS between commas that are in no brackets."
  (let loop ((tokens tokens) (part '()) (parts '()))
    (match tokens
      (() (reverse (if (null? part) parts (cons (reverse part) parts))))
      ((token . rest)
       (cond ((mark? token #\,) (loop rest '() (cons (reverse part) parts)))
             ((mark? token #\( #\{ #\[)
              (let* ((after (skip-balanced tokens))
                     (group (take tokens (- (length tokens) (length after)))))
                (loop after (append (reverse group) part) parts)))
             (else (loop rest (cons token part) parts)))))))

(define (token-text token)
  (match token
    (('mark char) (string char))
    ((_ text) text)))

(define (text-of tokens)
  (string-concatenate (map token-text tokens)))

(define (annotation-attribute tokens)
  (match tokens
    ((('word name) ('mark #\=) . value)
     `(annotation-attr (attr-name ,name) (attr-value ,(text-of value))))
    (value `(annotation-attr (attr-value ,(text-of value))))))

(define (parse-annotation tokens)
  "Return the annotation that TOKENS, without the @, start with, and what follows it."
  (match tokens
    ((('word name) . rest)
     (if (and (pair? rest) (mark? (car rest) #\())
         (values `(annotation-pat ,name ,(map annotation-attribute (split-at-commas (balanced rest))))
                 (skip-balanced rest))
         (values `(annotation-pat ,name ()) rest)))))

(define (until-mark tokens . chars)
  "Return the tokens before one of the marks CHARS that is in no round or square brackets, and what starts with it."
  (let loop ((tokens tokens) (before '()))
    (cond ((null? tokens) (values (reverse before) '()))
          ((apply mark? (car tokens) chars) (values (reverse before) tokens))
          ((mark? (car tokens) #\( #\[)
           (let* ((after (skip-balanced tokens))
                  (group (take tokens (- (length tokens) (length after)))))
             (loop after (append (reverse group) before))))
          (else (loop (cdr tokens) (cons (car tokens) before))))))

(define (word-of token)
  (match token
    (('word text) text)
    (_ #f)))

(define (class-words tokens)
  "Return the word after each of \"class\", \"extends\" and \"implements\" in TOKENS, the head of a class, or #f."
  (map (lambda (keyword)
         (match (member `(word ,keyword) tokens)
           ((_ ('word name) . _) name)
           (_ #f)))
       '("class" "extends" "implements")))

(define (parse-declaration annotations tokens)
  "Return the class, method or field that TOKENS start with, which has ANNOTATIONS, and what follows it."
  (call-with-values (lambda () (until-mark tokens #\; #\{ #\=))
    (lambda (head rest)
      (define words
        (remove (lambda (token) (member (word-of token) %modifiers)) head))

      (define (after-value)
        (call-with-values (lambda () (until-mark rest #\;))
          (lambda (value rest) (if (null? rest) '() (cdr rest)))))

      (cond ((any (lambda (token) (member (word-of token) '("class" "interface" "enum"))) words)
             (match (class-words words)
               ((name extends implements)
                (values `(class-pat ,@annotations
                                    ,@(if name (list name) '())
                                    ,@(if extends `((extends ,extends)) '())
                                    ,@(if implements `((implements ,implements)) '())
                                    (class-body ,@(if (null? rest) '() (parse-body (balanced rest)))))
                        (if (null? rest) '() (skip-balanced rest))))))
            ((any (lambda (token) (mark? token #\()) words)
             (values `(method-pat ,@annotations)
                     (cond ((null? rest) '())
                           ((mark? (car rest) #\{) (skip-balanced rest))
                           (else (cdr rest)))))
            ((null? words)
             ;; A block, or nothing.
             (values #f (cond ((null? rest) '())
                              ((mark? (car rest) #\{) (skip-balanced rest))
                              (else (cdr rest)))))
            (else
             (values `(param-pat ,@annotations
                                 (type-name ,(text-of (drop-right words 1)))
                                 (param-name ,(token-text (last words))))
                     (after-value)))))))

(define (parse-body tokens)
  "Return the parts of a file or of a class."
  (let loop ((tokens tokens) (annotations '()) (parts '()))
    (define (declaration)
      (call-with-values (lambda () (parse-declaration (reverse annotations) tokens))
        (lambda (part rest)
          (loop rest '() (if part (cons part parts) parts)))))

    (match tokens
      (() (reverse parts))
      ((('comment text) . rest)
       (loop rest annotations (cons `(comment ,text) parts)))
      ((('mark #\@) ('word "interface") . _)
       (declaration))
      ((('mark #\@) . rest)
       (call-with-values (lambda () (parse-annotation rest))
         (lambda (annotation rest)
           (loop rest (cons annotation annotations) parts))))
      ((('word "package") ('word name) _ . rest)
       (loop rest '() (cons `(package ,name) parts)))
      ((('word "import") . rest)
       (call-with-values (lambda () (until-mark rest #\;))
         (lambda (words rest)
           (loop (if (null? rest) '() (cdr rest)) '()
                 (cons `(import-pat ,(text-of (delete '(word "static") words))) parts)))))
      (_ (declaration)))))

(define (parse-java-file file)
  "Return the list of the parts of the Java FILE: (package NAME), (import-pat NAME), (comment TEXT) and
(class-pat ANNOTATION ... NAME (extends NAME) (implements NAME) (class-body PART ...)), whose parts are comments, classes,
(method-pat ANNOTATION ...) and (param-pat ANNOTATION ... (type-name TYPE) (param-name NAME)).  An annotation is
(annotation-pat NAME ((annotation-attr (attr-name NAME) (attr-value TEXT)) ...))."
  (parse-body (tokenize (call-with-input-file file get-string-all))))
