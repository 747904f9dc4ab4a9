;;; Commentary:
;;;
;;; Reading Scheme with its comments and blank lines, and printing it so that it looks as recipes do.  The reader is a layer
;;; over `read', which reads all that is no list; the printer knows which forms are indented in a way of their own.
;;; Interface: (guix read-print) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix read-print)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (read-with-comments read-with-comments/sequence
            pretty-print-with-comments pretty-print-with-comments/splice
            object->string*

            blank?
            vertical-space vertical-space? vertical-space-height canonicalize-vertical-space
            page-break page-break?
            comment comment? comment->string comment-margin? canonicalize-comment))


;;; What is between data: blanks.

(define <blank>
  (make-record-type '<blank> '() #:extensible? #t))
(define <vertical-space>
  (make-record-type '<vertical-space> '(height) #:parent <blank>))
(define <page-break>
  (make-record-type '<page-break> '() #:parent <blank>))
(define <comment>
  (make-record-type '<comment> '(text margin?) #:parent <blank>))

(define blank? (record-predicate <blank>))

(define vertical-space (record-constructor <vertical-space>))
(define vertical-space? (record-predicate <vertical-space>))
(define vertical-space-height (record-accessor <vertical-space> 'height))

(define page-break
  (let ((the-break ((record-constructor <page-break>))))
    (lambda () the-break)))
(define page-break? (record-predicate <page-break>))

(define make-comment (record-constructor <comment>))
(define comment? (record-predicate <comment>))
(define comment->string (record-accessor <comment> 'text))
(define comment-margin? (record-accessor <comment> 'margin?))

(define* (comment str #:optional margin?)
  "Return a comment of the text STR, from its semicolon to its newline; with MARGIN?, one that follows code on its line."
  (unless (and (string-prefix? ";" str) (string-suffix? "\n" str))
    (raise (condition (&message (message "invalid comment string")))))
  (make-comment str margin?))

(define (canonicalize-vertical-space space)
  "Return one blank line, whatever SPACE is."
  (vertical-space 1))

(define (canonicalize-comment comment indent)
  "Return COMMENT, which is to be printed at column INDENT, with as many semicolons as are usual there."
  (define (text)
    (string-trim-both (string-trim (comment->string comment) #\;)))

  (cond ((zero? indent) comment)
        ((comment-margin? comment)
         (make-comment (string-append ";" (text) "\n") #t))
        ((string-null? (text)) (make-comment ";;\n" #f))
        (else (make-comment (string-append ";; " (text) "\n") #f))))


;;; Reading.

(define end-of-list (list 'end-of-list))
(define dot (list 'dot))

(define (white? char)
  (and (char? char) (char-set-contains? char-set:whitespace char)))

(define (delimiter? char)
  (or (eof-object? char) (white? char) (memv char '(#\( #\) #\[ #\] #\; #\"))))

(define (skip-line-end port)
  "Read white space from PORT up to the end of the line, that included."
  (let loop ()
    (match (peek-char port)
      (#\newline (read-char port))
      ((? white?) (read-char port) (loop))
      (_ #f))))

(define (read-blank-lines port)
  "Return the vertical space at PORT, of which one newline was read."
  (let loop ((height 1))
    (match (peek-char port)
      (#\newline (read-char port) (loop (+ height 1)))
      ((and (? white?) (not #\page)) (read-char port) (loop height))
      (_ (vertical-space height)))))

(define (unfinished port)
  (raise (make-compound-condition
          (formatted-message (G_ "unexpected end of file"))
          (condition
           (&error-location
            (location (and (port-filename port)
                           (location (port-filename port) (port-line port) (port-column port)))))
           (&fix-hint (hint (G_ "Did you forget a closing parenthesis?")))))))

(define (elements->list elements)
  "Return the list of ELEMENTS, the last first; a dot among them makes it improper."
  (match elements
    ((last (? (cut eq? dot <>)) . before) (append-reverse before last))
    (_ (reverse elements))))

(define (read-item port line-start?)
  "Return the next datum or blank from PORT, `end-of-list', `dot', or the end-of-file object.  With LINE-START?, nothing but
blanks is before it on its line."
  (define (read-quoted name)
    (list name (read-item port #f)))

  (match (read-char port)
    ((? eof-object? eof) eof)
    (#\newline
     (if line-start? (read-blank-lines port) (read-item port #t)))
    (#\page
     (skip-line-end port)
     (page-break))
    ((? white?) (read-item port line-start?))
    ((or #\( #\[) (read-elements port))
    ((or #\) #\]) end-of-list)
    (#\' (read-quoted 'quote))
    (#\` (read-quoted 'quasiquote))
    (#\,
     (if (eqv? #\@ (peek-char port))
         (begin
           (read-char port)
           (read-quoted 'unquote-splicing))
         (read-quoted 'unquote)))
    (#\;
     (make-comment (string-append ";" (read-line port 'concat)) (not line-start?)))
    (#\.
     (if (delimiter? (peek-char port))
         dot
         (begin
           (unread-char #\. port)
           (read port))))
    (char
     (unread-char char port)
     (read port))))

(define (read-elements port)
  "Return the list whose opening parenthesis was read from PORT."
  (let loop ((elements '()) (line-start? #f))
    (let ((item (read-item port line-start?)))
      (cond ((eof-object? item) (unfinished port))
            ((eq? item end-of-list) (elements->list elements))
            (else (loop (cons item elements) (blank? item)))))))

(define* (read-with-comments port #:key (blank-line? #t))
  "Return the next datum from PORT, with blanks where it has comments and blank lines, or a blank.  With BLANK-LINE?, PORT is
at the start of a line."
  (let ((item (read-item port blank-line?)))
    (if (eq? item end-of-list) 'unbalanced item)))

(define (read-with-comments/sequence port)
  "Return the list of all data and blanks from PORT."
  (let loop ((items '()) (blank-line? #t))
    (match (read-with-comments port #:blank-line? blank-line?)
      ((? eof-object?) (reverse items))
      (item (loop (cons item items) (blank? item))))))


;;; How forms are printed.

(define (symbol-table entries)
  (let ((table (make-hash-table)))
    (for-each (match-lambda ((symbol . value) (hashq-set! table symbol value))) entries)
    table))

(define special-forms
  ;; Forms with bodies: how many of their elements, the name included, come before the body; or in which forms they are
  ;; such.
  (symbol-table
   '((begin . 1) (case . 2) (cond . 1) (lambda . 2) (lambda* . 2) (match-lambda . 1) (match-lambda* . 1)
     (define . 2) (define* . 2) (define-public . 2) (define*-public . 2)
     (define-syntax . 2) (define-syntax-rule . 2) (define-module . 2) (define-gexp-compiler . 2)
     (define-record-type . 2) (define-record-type* . 4)
     (let . 2) (let* . 2) (letrec . 2) (letrec* . 2) (match . 2) (when . 2) (unless . 2)
     (package . 1) (origin . 1) (modify-inputs . 2) (modify-phases . 2)
     (add-after . (modify-phases 3)) (add-before . (modify-phases 3)) (replace . (modify-phases 2))
     (substitute* . 2) (substitute-keyword-arguments . 2)
     (call-with-input-file . 2) (call-with-output-file . 2)
     (with-output-to-file . 2) (with-input-from-file . 2) (with-directory-excursion . 2)
     (operating-system . 1) (bootloader-configuration . 1) (mapped-device . 1) (file-system . 1)
     (swap-space . 1) (user-account . 1) (user-group . 1) (setuid-program . 1) (modify-services . 2)
     (home-environment . 1))))

(define (lead-count symbol context)
  "Return how many elements after SYMBOL come before its body, when it is a special form in CONTEXT, the list of the names of
the forms around it; else #f."
  (match (hashq-ref special-forms symbol)
    (#f #f)
    ((around count) (and (pair? context) (eq? around (first context)) (- count 1)))
    (count (- count 1))))

(define forms-on-own-lines
  ;; Forms whose elements start on the line after their name, and the contexts where that is so.
  (symbol-table
   '((arguments (package))
     (sha256 (origin source package))
     (base32 (sha256 origin))
     (git-reference (uri origin source))
     (search-paths (package))
     (native-search-paths (package))
     (search-path-specification ())
     (services (operating-system) (home-environment))
     (set-xorg-configuration ())
     (home-bash-configuration (service)))))

(define (starts-lines? head context)
  (any (lambda (around)
         (and (<= (length around) (length context))
              (equal? around (take context (length around)))))
       (if (symbol? head) (hashq-ref forms-on-own-lines head '()) '())))

(define prefixes
  ;; Forms that are written as a prefix.
  '((quote . "'") (quasiquote . "`") (unquote . ",") (unquote-splicing . ",@")
    (gexp . "#~") (ungexp . "#$") (ungexp-native . "#+")
    (ungexp-splicing . "#$@") (ungexp-native-splicing . "#+@")))

(define (string-text str context)
  "Return how STR is written in CONTEXT: texts for people keep their lines."
  (match context
    (((or 'synopsis 'description 'G_ 'N_) . _)
     (string-append "\""
                    (string-concatenate
                     (map (match-lambda
                            ((and char (or #\" #\\)) (string #\\ char))
                            (char (string char)))
                          (string->list str)))
                    "\""))
    (_ (object->string str))))

(define (integer-text number context)
  "Return how NUMBER is written in CONTEXT: modes are octal, masks hexadecimal."
  (define (mode-form? name) (memq name '(chmod umask mkdir mkstemp)))
  (define (mask-form? name) (memq name '(logand logior logxor lognot)))

  (match context
    (((? mode-form?) . _) (string-append "#o" (number->string number 8)))
    (((? mask-form?) . around)
     (if (any mode-form? around)
         (string-append "#o" (number->string number 8))
         (string-append "#x" (number->string number 16))))
    (_ (number->string number))))

(define (datum-text datum context)
  (cond ((string? datum) (string-text datum context))
        ((and (integer? datum) (exact? datum)) (integer-text datum context))
        (else (object->string datum))))

(define (text-width text)
  "Return the length of the longest line of TEXT."
  (apply max (map string-length (string-split text #\newline))))

(define (print-comment-lines text indent port)
  "Write the lines of TEXT, all but the first at column INDENT."
  (let ((lines (remove string-null? (string-split text #\newline))))
    (for-each (lambda (line first?)
                (unless first?
                  (display (make-string indent #\space) port))
                (display line port)
                (newline port))
              lines
              (cons #t (make-list (max 0 (- (length lines) 1)) #f)))))

(define* (pretty-print-with-comments port obj
                                     #:key
                                     (format-comment (lambda (comment indent) comment))
                                     (format-vertical-space identity)
                                     (indent 0) (max-width 78) (long-list 5))
  "Write OBJ, a datum with blanks in it, to PORT, which is at column INDENT, in lines of at most MAX-WIDTH columns where that
can be.  Lists of more than LONG-LIST elements have one on each line.  Comments are passed with their column through
FORMAT-COMMENT, vertical space through FORMAT-VERTICAL-SPACE."
  ;; The procedures that print return the column that they end at.  DELIMITED? says whether nothing needs to be between
  ;; what was printed and what follows.

  (define (start-line column)
    (newline port)
    (display (make-string column #\space) port)
    column)

  (define (print-blank blank indent column delimited?)
    (match blank
      ((? comment?)
       (if (comment-margin? blank)
           (begin
             (display " " port)
             (display (comment->string (format-comment blank indent)) port))
           (begin
             (unless (= column indent)
               (start-line indent))
             (print-comment-lines (comment->string (format-comment blank indent)) indent port))))
      ((? vertical-space?)
       (unless delimited?
         (newline port))
       (display (make-string (vertical-space-height (format-vertical-space blank)) #\newline) port))
      ((? page-break?)
       (unless delimited?
         (newline port))
       (display "\f\n" port)))
    (display (make-string indent #\space) port)
    indent)

  (define (print-elements elements context indent column delimited?)
    ;; ELEMENTS, on lines that start at INDENT.
    (define long? (> (length elements) long-list))
    (define (own-line? element)
      (and (not (blank? element))
           (or (pair? element) long?
               (and (keyword? element) (not (eq? element #:allow-other-keys))))))

    (let loop ((elements elements) (column column) (delimited? delimited?)
               ;; After a keyword comes its value, on the same line; before the first there is no new line.
               (stay? #t))
      (match elements
        (() column)
        ((element . rest)
         (let ((break? (and (own-line? element) (not stay?) (not delimited?))))
           (let ((column (print element context indent
                                (if break? (start-line indent) column)
                                (or break? delimited?))))
             (loop rest column (blank? element) (keyword? element))))))))

  (define (print-special head lead arguments context column delimited?)
    (define context* (cons head context))
    (define start (if delimited? column (+ column 1)))
    (define leading (take arguments (min lead (length arguments))))
    (define body-indent (+ start 2))

    (unless delimited? (display " " port))
    (display "(" port)
    (display head port)
    (unless (zero? lead) (display " " port))
    (let* ((lead-indent (+ start 1 (string-length (symbol->string head)) (if (zero? lead) 0 1)))
           (column (fold (lambda (argument index column)
                           (print argument context* lead-indent column (zero? index)))
                         lead-indent leading (iota (length leading))))
           (column (if (= lead (length leading)) (start-line body-indent) column))
           (column (print-elements (drop arguments (length leading)) context* body-indent column #t)))
      (display ")" port)
      (+ column 1)))

  (define (print-list head tail context indent column delimited?)
    (define overflow? (>= column max-width))
    (define start (cond (overflow? (+ indent 1))
                        (delimited? (+ column 1))
                        (else (+ column 2))))
    (define break?
      (or (starts-lines? head context)
          ;; Bindings of `let' and other lists of lists.
          (match head
            ((name _ ...) (and (not (memq name '(quote quasiquote unquote unquote-splicing))) (pair? tail)))
            (_ #f))))
    (define context* (cons head context))
    (define (protrudes? element column)
      (and (not (blank? element))
           (or (string? element) (symbol? element) (boolean? element) (null? element))
           (>= (+ column
                  (cond ((string? element) (+ 2 (text-width element)))
                        ((symbol? element) (text-width (symbol->string element)))
                        (else 2)))
               max-width)))

    (cond (overflow? (start-line indent))
          ((not delimited?) (display " " port)))
    (display "(" port)
    (let* ((after-head (print head context* start start #t))
           (element-indent (if (or break?
                                   (not (symbol? head))
                                   (>= after-head max-width)
                                   (any (cut protrudes? <> (+ after-head 1)) tail))
                               start
                               (+ after-head 1)))
           (column (print-elements tail context* element-indent
                                   (if break? (start-line element-indent) after-head)
                                   break?)))
      (display ")" port)
      (+ column 1)))

  (define (print-atom datum context indent column delimited?)
    (let* ((text (datum-text datum context))
           (width (text-width text)))
      (cond (delimited?
             (display text port)
             (+ column width))
            ((> (+ column 1 width) max-width)
             (start-line indent)
             (display text port)
             (+ indent width))
            (else
             (display " " port)
             (display text port)
             (+ column 1 width)))))

  (define (print datum context indent column delimited?)
    (match datum
      ((? blank?) (print-blank datum indent column delimited?))
      (((? (cut assq <> prefixes) name) quoted)
       (let ((prefix (assq-ref prefixes name)))
         (unless delimited? (display " " port))
         (display prefix port)
         (print quoted context indent
                (+ column (string-length prefix) (if delimited? 0 1))
                #t)))
      ((head tail ...)
       (match (and (symbol? head) (lead-count head context))
         (#f (print-list head tail context indent column delimited?))
         (lead (print-special head lead tail context column delimited?))))
      (_ (print-atom datum context indent column delimited?))))

  (print obj '() indent indent #t))

(define (object->string* obj indent . options)
  "Return OBJ as `pretty-print-with-comments' prints it from column INDENT on, with OPTIONS."
  (call-with-output-string
    (lambda (port)
      (apply pretty-print-with-comments port obj #:indent indent options))))

(define (pretty-print-with-comments/splice port lst . options)
  "Write the data and blanks of LST to PORT, with OPTIONS as for `pretty-print-with-comments'."
  (for-each (lambda (item)
              (apply pretty-print-with-comments port item options)
              (unless (blank? item)
                (newline port)))
            lst))
