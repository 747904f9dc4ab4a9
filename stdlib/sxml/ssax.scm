;;; Commentary:
;;;
;;; A parser of XML with namespaces that calls handlers and passes a seed through them, as SSAX does: the parser
;;; `ssax:make-parser' builds, `ssax:xml->sxml', and attribute lists.  Errors are thrown as `parser-error' with the port
;;; first.
;;;
;;; Code:

(define-module (sxml ssax)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (current-ssax-error-port with-ssax-error-to-port
            xml-token? xml-token-kind xml-token-head
            make-empty-attlist attlist-add attlist-null? attlist-remove-top attlist->alist attlist-fold
            define-parsed-entity! reset-parsed-entity-definitions! ssax:uri-string->symbol
            ssax:make-parser ssax:xml->sxml ssax:reverse-collect-str-drop-ws %parse-xml))

(define current-ssax-error-port (make-parameter (current-error-port)))
(define (with-ssax-error-to-port port thunk)
  "Call THUNK with warnings going to PORT."
  (parameterize ((current-ssax-error-port port)) (thunk)))

(define (parser-error port . args)
  (apply throw 'parser-error port args))

(define-record-type xml-token
  (make-xml-token kind head)
  xml-token?
  (kind xml-token-kind)
  (head xml-token-head))

;; Names are symbols, or pairs of a prefix (or URI) and a local symbol.  Simple names come first.

(define (name<? a b)
  (cond ((and (symbol? a) (symbol? b)) (string<? (symbol->string a) (symbol->string b)))
        ((symbol? a) #t)
        ((symbol? b) #f)
        ((eq? (car a) (car b)) (name<? (cdr a) (cdr b)))
        (else (name<? (car a) (car b)))))

(define (make-empty-attlist) "Return an attribute list without attributes." '())
(define (attlist-null? attlist) "Return #t when ATTLIST is empty." (null? attlist))
(define (attlist-add attlist pair)
  "Return ATTLIST with PAIR of a name and a value, in order; #f when it has that name."
  (cond ((null? attlist) (list pair))
        ((equal? (car pair) (caar attlist)) #f)
        ((name<? (car pair) (caar attlist)) (cons pair attlist))
        (else
         (let ((rest (attlist-add (cdr attlist) pair)))
           (and rest (cons (car attlist) rest))))))
(define (attlist-remove-top attlist)
  "Return the first attribute of ATTLIST and the others."
  (values (car attlist) (cdr attlist)))
(define (attlist->alist attlist) "Return ATTLIST as an alist." attlist)
(define attlist-fold fold)

(define predefined-entities
  '((amp . "&") (lt . "<") (gt . ">") (apos . "'") (quot . "\"")))
(define parsed-entities '())
(define (define-parsed-entity! entity text)
  "Let the entity ENTITY stand for TEXT in documents parsed from now on."
  (set! parsed-entities (acons entity text parsed-entities)))
(define (reset-parsed-entity-definitions!)
  "Forget the entities of `define-parsed-entity!'."
  (set! parsed-entities '()))
(define (ssax:uri-string->symbol uri)
  "Return the symbol of a namespace's URI."
  (string->symbol uri))

;; Characters

(define (space? c) (memv c '(#\space #\newline #\tab #\return)))
(define (skip-spaces port)
  (if (space? (peek-char port))
      (begin (read-char port) (skip-spaces port))))
(define (next port where)
  (let ((c (read-char port)))
    (if (eof-object? c) (parser-error port where ", unexpected EOF") c)))
(define (expect port wanted where)
  (let ((c (read-char port)))
    (if (not (eqv? c wanted))
        (parser-error port "Wrong character " c
                      " (0x" (if (eof-object? c) "*eof*" (number->string (char->integer c) 16)) ") "
                      where ". " (list wanted) " expected"))))
(define (name-start? c)
  (and (char? c) (or (char-alphabetic? c) (char=? c #\_) (char>? c #\x7f))))
(define (name-char? c)
  (and (char? c) (or (name-start? c) (char-numeric? c) (memv c '(#\- #\.)))))
(define (read-ncname port)
  (if (not (name-start? (peek-char port)))
      (parser-error port "XMLNS [4] for '" (peek-char port) "'"))
  (let loop ((chars '()))
    (if (name-char? (peek-char port))
        (loop (cons (read-char port) chars))
        (string->symbol (reverse-list->string chars)))))
(define (read-qname port)
  (let ((first (read-ncname port)))
    (if (eqv? (peek-char port) #\:)
        (begin
          (read-char port)
          (let ((local (read-ncname port)))
            (if (eq? first 'xml)
                ;; The one prefix that needs no declaration.
                (cons 'xml local)
                (cons first local))))
        first)))
(define (read-until port end where)
  "The text before the string END, which is read as well."
  (let ((size (string-length end)))
    (let loop ((chars '()) (matched 0))
      (if (= matched size)
          (string-drop-right (reverse-list->string chars) size)
          (let* ((c (next port where))
                 (chars (cons c chars)))
            (loop chars
                  (let try ((k (min size (+ matched 1))))
                    ;; The longest beginning of END that CHARS end in.
                    (cond ((zero? k) 0)
                          ((string=? (substring end 0 k)
                                     (reverse-list->string (list-head chars (min k (length chars)))))
                           k)
                          (else (try (- k 1)))))))))))
(define (normalize-lines text)
  (if (string-index text #\return)
      (let loop ((chars (string->list text)) (result '()))
        (cond ((null? chars) (reverse-list->string result))
              ((char=? (car chars) #\return)
               (loop (if (and (pair? (cdr chars)) (char=? (cadr chars) #\newline)) (cddr chars) (cdr chars))
                     (cons #\newline result)))
              (else (loop (cdr chars) (cons (car chars) result)))))
      text))

(define (read-reference port)
  "After an ampersand: a string, or the symbol of an entity."
  (if (eqv? (peek-char port) #\#)
      (begin
        (read-char port)
        (let* ((hex? (eqv? (peek-char port) #\x))
               (text (begin (if hex? (read-char port)) (read-until port ";" "XML [66]")))
               (code (string->number text (if hex? 16 10))))
          (if (not (and code (exact-integer? code)
                        (or (<= 0 code #xd7ff) (<= #xe000 code #x10ffff))))
              (parser-error port "[wf-Legalchar] broken for '" text "'"))
          (string (integer->char code))))
      (let ((name (read-ncname port)))
        (expect port #\; "XML [68]")
        name)))

(define (entity-text port name entities)
  "The text NAME stands for."
  (cond ((assq-ref predefined-entities name))
        ((assq name entities)
         => (lambda (entry)
              (let ((value (cdr entry)))
                (cond ((string? value) value)
                      ((procedure? value)
                       (let ((port (value))) (read-until-eof port)))
                      (else (parser-error port "[norecursion] broken for " name))))))
        ((assq '*DEFAULT* entities) => (lambda (entry) ((cdr entry) port name)))
        (else (parser-error port "[wf-entdeclared] broken for " name))))
(define (read-until-eof port)
  (let loop ((chars '()))
    (let ((c (read-char port)))
      (if (eof-object? c) (reverse-list->string chars) (loop (cons c chars))))))

;; Tags

(define (read-attribute-value port entities)
  (let ((delimiter (read-char port)))
    (if (not (memv delimiter '(#\" #\')))
        (parser-error port "Wrong character " delimiter " (0x"
                      (if (char? delimiter) (number->string (char->integer delimiter) 16) "*eof*")
                      ") " "XML [10]" ". " '(#\' #\") " expected"))
    (let loop ((parts '()) (chars '()))
      (define (finish) (cons (reverse-list->string chars) parts))
      (let ((c (next port "XML [10]")))
        (cond ((char=? c delimiter) (string-concatenate-reverse (finish)))
              ((char=? c #\<) (parser-error port "[CleanAttrVals] broken"))
              ((char=? c #\&)
               (let ((reference (read-reference port)))
                 (loop (cons (if (string? reference) reference (entity-text port reference entities)) (finish)) '())))
              ((char=? c #\return)
               (if (eqv? (peek-char port) #\newline) (read-char port))
               (loop parts (cons #\space chars)))
              ((memv c '(#\newline #\tab)) (loop parts (cons #\space chars)))
              (else (loop parts (cons c chars))))))))

(define (read-attributes port entities)
  (let loop ((attributes '()))
    (skip-spaces port)
    (if (name-start? (peek-char port))
        (let ((name (read-qname port)))
          (skip-spaces port)
          (expect port #\= "XML [25]")
          (skip-spaces port)
          (let ((more (attlist-add attributes (cons name (read-attribute-value port entities)))))
            (loop (or more (parser-error port "[uniqattspec] broken for " name)))))
        attributes)))

;; Namespaces are an alist (prefix user-prefix . uri-symbol).

(define (resolve-name port name namespaces default?)
  (cond ((pair? name)
         (cond ((eq? (car name) 'xml) name)
               ((assq (car name) namespaces)
                => (lambda (entry)
                     (if (cadr entry)
                         (cons (cadr entry) (cdr name))
                         (cdr name))))
               (else (parser-error port "[nsc-NSDeclared] broken for " (car name)))))
        (default?
         (let ((entry (assq '*DEFAULT* namespaces)))
           (if (and entry (cadr entry))
               (cons (cadr entry) name)
               name)))
        (else name)))

(define (declare-namespaces port attributes namespaces)
  "NAMESPACES with those that ATTRIBUTES declare, and the other attributes."
  (let loop ((attributes attributes) (others '()) (namespaces namespaces))
    (if (null? attributes)
        (values (reverse others) namespaces)
        (let* ((name (caar attributes))
               (value (cdar attributes))
               (prefix (cond ((eq? name 'xmlns) '*DEFAULT*)
                             ((and (pair? name) (eq? (car name) 'xmlns)) (cdr name))
                             (else #f))))
          (cond ((not prefix) (loop (cdr attributes) (cons (car attributes) others) namespaces))
                ((string-null? value)
                 (loop (cdr attributes) others (cons (cons* prefix #f #f) namespaces)))
                (else
                 (let* ((uri (ssax:uri-string->symbol value))
                        (known (find (lambda (entry) (eq? (cddr entry) uri)) namespaces)))
                   (loop (cdr attributes) others
                         (cons (cons* prefix (if known (cadr known) uri) uri) namespaces)))))))))

;; The document

(define (%parse-xml port seed new-level finish-element char-data doctype undeclared-root pi)
  "Parse the document on PORT.  The procedures are SSAX's handlers; PI takes the port, the target and the seed."
  (define (character-data text seed)
    (if (string-null? text) seed (char-data text "" seed)))

  (define (processing-instruction seed)
    ;; After "<?".
    (let ((target (read-ncname port)))
      (pi port target seed)))

  (define (element port seed namespaces entities)
    ;; After "<", at a name.  PORT may be that of an entity's text.
    (let* ((raw-name (read-qname port))
           (raw-attributes (read-attributes port entities)))
      (skip-spaces port)
      (let* ((c (read-char port))
             (empty? (eqv? c #\/)))
        (cond (empty? (expect port #\> "XML [44]"))
              ((not (eqv? c #\>))
               (parser-error port "Wrong character " c
                             " (0x" (if (eof-object? c) "*eof*" (number->string (char->integer c) 16)) ") "
                             "XML [40], XML [44], no '>'" ". " '(#\> #\/) " expected")))
        (call-with-values (lambda () (declare-namespaces port raw-attributes namespaces))
          (lambda (attributes namespaces)
            (let* ((name (resolve-name port raw-name namespaces #t))
                   (attributes (fold (lambda (attribute result)
                                       (or (attlist-add result
                                                        (cons (resolve-name port (car attribute) namespaces #f)
                                                              (cdr attribute)))
                                           (parser-error port "[uniqattspec] after NS expansion broken for "
                                                         (car attribute))))
                                     '() attributes))
                   (inner (new-level name attributes namespaces 'ANY seed))
                   (inner (if empty? inner (content port inner raw-name namespaces entities))))
              (finish-element name attributes namespaces seed inner)))))))

  (define (content port seed open-name namespaces entities)
    ;; Up to the end tag of OPEN-NAME, or to the end of an entity's text when that is #f.
    (let loop ((chars '()) (seed seed))
      (define (flush)
        (character-data (normalize-lines (reverse-list->string chars)) seed))
      (let ((c (read-char port)))
        (cond ((eof-object? c)
               (if open-name
                   (parser-error port "EOF within the element " open-name)
                   (flush)))
              ((char=? c #\<)
               (let ((c (peek-char port)))
                 (cond ((eqv? c #\/)
                        (read-char port)
                        (let ((name (read-qname port)))
                          (if (not (equal? name open-name))
                              (parser-error port "[GIMatch] broken for " (cons 'END name)
                                            " while expecting " 'END open-name))
                          (skip-spaces port)
                          (expect port #\> "XML [42]")
                          (flush)))
                       ((eqv? c #\?)
                        (read-char port)
                        (let ((seed (flush))) (loop '() (processing-instruction seed))))
                       ((eqv? c #\!)
                        (read-char port)
                        (if (eqv? (peek-char port) #\[)
                            (begin
                              (for-each (lambda (c) (expect port c "XML [19]")) (string->list "[CDATA["))
                              (let ((text (read-until port "]]>" "XML [20]")))
                                (loop (append (reverse (string->list text)) chars) seed)))
                            (begin
                              (for-each (lambda (c) (expect port c "XML [15]")) (string->list "--"))
                              (read-until port "-->" "XML [15]")
                              (loop chars seed))))
                       (else
                        (let ((seed (flush))) (loop '() (element port seed namespaces entities)))))))
              ((char=? c #\&)
               (let ((reference (read-reference port)))
                 (cond ((string? reference) (loop (append (reverse (string->list reference)) chars) seed))
                       ((assq-ref predefined-entities reference)
                        => (lambda (text) (loop (append (reverse (string->list text)) chars) seed)))
                       (else
                        (let ((text (entity-text port reference entities)))
                          (if (string-index text #\<)
                              ;; Markup: parsed where it stands, without itself.
                              (let ((seed (flush)))
                                (loop '()
                                      (content (open-input-string text) seed #f namespaces
                                               (acons reference #f (alist-delete reference entities)))))
                              (loop (append (reverse (string->list text)) chars) seed)))))))
              (else (loop (cons c chars) seed))))))

  (define (skip-internal-subset)
    ;; After "[", up to "]" outside quotes and comments.
    (let loop ()
      (let ((c (next port "XML [28]")))
        (cond ((char=? c #\]) #t)
              ((memv c '(#\" #\'))
               (read-until port (string c) "XML [28]")
               (loop))
              ((and (char=? c #\<) (eqv? (peek-char port) #\!))
               (read-char port)
               (if (eqv? (peek-char port) #\-)
                   (read-until port "-->" "XML [15]"))
               (loop))
              (else (loop))))))

  (define (read-doctype seed)
    ;; After "<!DOCTYPE".
    (skip-spaces port)
    (let ((name (read-qname port)))
      (skip-spaces port)
      (let* ((kind (and (name-start? (peek-char port)) (read-ncname port)))
             (literal (lambda ()
                        (skip-spaces port)
                        (read-until port (string (next port "XML [75]")) "XML [75]")))
             (public (and (eq? kind 'PUBLIC) (literal)))
             (system-id (and kind (literal))))
        (skip-spaces port)
        (let ((subset? (eqv? (peek-char port) #\[)))
          (if subset? (read-char port))
          (doctype port name (and system-id (string->symbol system-id)) subset? seed
                   (lambda ()
                     (if subset? (skip-internal-subset))
                     (skip-spaces port)
                     (expect port #\> "XML [28]")))))))

  (let prolog ((seed seed) (root #f))
    (skip-spaces port)
    (let ((c (read-char port)))
      (cond ((eof-object? c) (parser-error port "XML [22], unexpected EOF"))
            ((not (char=? c #\<))
             (parser-error port "XML [22], char data in prolog"))
            ((eqv? (peek-char port) #\?)
             (read-char port)
             (prolog (processing-instruction seed) root))
            ((eqv? (peek-char port) #\!)
             (read-char port)
             (if (eqv? (peek-char port) #\-)
                 (begin
                   (for-each (lambda (c) (expect port c "XML [15]")) (string->list "--"))
                   (read-until port "-->" "XML [15]")
                   (prolog seed root))
                 (begin
                   (for-each (lambda (c) (expect port c "XML [28]")) (string->list "DOCTYPE"))
                   (call-with-values (lambda () (read-doctype seed))
                     (lambda (elements entities namespaces seed)
                       (prolog seed (list entities namespaces)))))))
            (root
             (element port seed (cadr root) (append (car root) parsed-entities)))
            (else
             (call-with-values (lambda () (undeclared-root #f seed))
               (lambda (elements entities namespaces seed)
                 (element port seed namespaces (append entities parsed-entities)))))))))

(define-syntax ssax:make-parser
  (lambda (s)
    "Return a procedure of a port and a seed that parses a document with the given handlers."
    (syntax-case s ()
      ((_ key/value ...)
       (let ((table (let loop ((rest #'(key/value ...)) (table '()))
                      (if (null? rest)
                          table
                          (loop (cddr rest) (acons (syntax->datum (car rest)) (cadr rest) table))))))
         (define (handler name default)
           (let ((entry (assq name table))) (if entry (cdr entry) default)))
         (with-syntax ((new-level (handler 'NEW-LEVEL-SEED #'(error "ssax:make-parser: NEW-LEVEL-SEED is needed")))
                       (finish (handler 'FINISH-ELEMENT #'(error "ssax:make-parser: FINISH-ELEMENT is needed")))
                       (char-data (handler 'CHAR-DATA-HANDLER #'(error "ssax:make-parser: CHAR-DATA-HANDLER is needed")))
                       (doctype (handler 'DOCTYPE #'(lambda (port name system-id subset? seed) (values #f '() '() seed))))
                       (root (handler 'UNDECL-ROOT #'(lambda (name seed) (values #f '() '() seed))))
                       (((target . pi) ...) (let ((pi (handler 'PI #'())))
                                              (syntax-case pi ()
                                                (((target . handler) ...) #'((target . handler) ...))
                                                (_ #'())))))
           #'(let ((instructions (list (cons 'target pi) ...))
                   (doctype-handler doctype))
               (lambda (port seed)
                 (%parse-xml port seed new-level finish char-data
                             (lambda (port name system-id subset? seed skip)
                               (call-with-values (lambda () (doctype-handler port name system-id subset? seed))
                                 (lambda results
                                   (skip)
                                   (apply values results))))
                             root
                             (lambda (port name seed)
                               (let ((known (or (assq name instructions) (assq '*DEFAULT* instructions))))
                                 (if known
                                     ((cdr known) port name seed)
                                     (begin (%skip-pi port) seed)))))))))))))

(define (%skip-pi port)
  (read-until port "?>" "XML [16]"))
(define-public (ssax:read-pi-body-as-string port)
  "Return the body of a processing instruction whose target was read."
  (skip-spaces port)
  (read-until port "?>" "XML [16]"))

;; SXML

(define (name->symbol name)
  (if (pair? name)
      (symbol-append (car name) ': (cdr name))
      name))

(define (join-strings nodes)
  "The reverse of NODES, adjacent strings as one."
  (let loop ((nodes nodes) (strings '()) (result '()))
    (cond ((and (pair? nodes) (string? (car nodes)))
           (loop (cdr nodes) (cons (car nodes) strings) result))
          ((pair? strings) (loop nodes '() (cons (string-concatenate strings) result)))
          ((null? nodes) result)
          (else (loop (cdr nodes) '() (cons (car nodes) result))))))

(define (ssax:reverse-collect-str-drop-ws nodes)
  "Return NODES in reverse, adjacent strings as one, without strings of white space alone."
  (filter (lambda (node) (not (and (string? node) (string-every char-whitespace? node))))
          (join-strings nodes)))

(define* (ssax:xml->sxml port namespace-prefixes #:key trim-whitespace? (entities '()) default-entity-handler
                         (declare-namespaces? #t) doctype-handler)
  "Return the document on PORT as SXML.  NAMESPACE-PREFIXES is an alist of symbols and URIs."
  (define (entries namespaces)
    (map (lambda (entry)
           (cons* (if declare-namespaces? (car entry) (car entry)) (car entry) (ssax:uri-string->symbol (cdr entry))))
         namespaces))
  (define given-entities entities)
  (define (all-entities entities)
    (if default-entity-handler
        (append entities (list (cons '*DEFAULT* default-entity-handler)))
        entities))
  ;; A user's prefix stands for its URI; in documents it is declared only if the user says so.
  (define (initial namespaces)
    (map (lambda (entry) (if declare-namespaces? entry (cons* (string->symbol " ") (cdr entry))))
         (entries namespaces)))
  (let ((result
         (%parse-xml
          port '()
          (lambda (name attributes namespaces content seed) '())
          (lambda (name attributes namespaces parent seed)
            (let ((kids (if trim-whitespace? (ssax:reverse-collect-str-drop-ws seed) (join-strings seed)))
                  (attributes (fold (lambda (attribute result)
                                      (cons (list (name->symbol (car attribute)) (cdr attribute)) result))
                                    '() attributes)))
              (cons (cons (name->symbol name)
                          (if (null? attributes) kids (cons (cons '@ attributes) kids)))
                    parent)))
          (lambda (text more seed)
            (if (string-null? more) (cons text seed) (cons* more text seed)))
          (lambda (port name system-id subset? seed skip)
            (skip)
            (if doctype-handler
                (call-with-values (lambda () (doctype-handler name system-id subset?))
                  (lambda* (#:key (entities '()) (namespaces '()))
                    (values #f (all-entities (append entities given-entities)) (initial (append namespaces namespace-prefixes))
                            seed)))
                (values #f (all-entities entities) (initial namespace-prefixes) seed)))
          (lambda (name seed)
            (values #f (all-entities entities) (initial namespace-prefixes) seed))
          (lambda (port target seed)
            (cons (list '*PI* target (ssax:read-pi-body-as-string port)) seed)))))
    (cons '*TOP*
          (append (if (null? namespace-prefixes)
                      '()
                      (list `(@ (*NAMESPACES* ,@(map (lambda (entry) (list (car entry) (cdr entry)))
                                                      namespace-prefixes)))))
                  (reverse result)))))
