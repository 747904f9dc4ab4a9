;;; Commentary:
;;;
;;; XML to SXML and back.
;;;
;;; Code:

(define-module (sxml simple)
  #:use-module (sxml ssax)
  #:use-module (sxml transform)
  #:export (xml->sxml sxml->xml sxml->string))

(define* (xml->sxml #:optional (string-or-port (current-input-port))
                    #:key (namespaces '()) (declare-namespaces? #t) (trim-whitespace? #f) (entities '())
                    (default-entity-handler #f) (doctype-handler #f))
  "Return the document of STRING-OR-PORT as SXML.  NAMESPACES is an alist of the prefixes to use, symbols, and URIs."
  (let* ((port (if (string? string-or-port) (open-input-string string-or-port) string-or-port))
         (document (ssax:xml->sxml port namespaces
                                   #:trim-whitespace? trim-whitespace? #:entities entities
                                   #:default-entity-handler default-entity-handler
                                   #:declare-namespaces? declare-namespaces? #:doctype-handler doctype-handler)))
    ;; The prefixes are the caller's own: no need to repeat them.
    (if (and (pair? (cdr document)) (pair? (cadr document)) (eq? (caadr document) '@))
        (cons '*TOP* (cddr document))
        document)))

(define (escape-into string port)
  (string-for-each (lambda (c)
                     (case c
                       ((#\<) (display "&lt;" port))
                       ((#\>) (display "&gt;" port))
                       ((#\&) (display "&amp;" port))
                       ((#\") (display "&quot;" port))
                       (else (write-char c port))))
                   string))

(define checked-names (make-hash-table))
(define (check-name name)
  "NAME, a symbol, as text; an error when it is none in XML."
  (or (hashq-ref checked-names name)
      (let ((text (symbol->string name)))
        (define (start? c) (or (char-alphabetic? c) (memv c '(#\_)) (char>? c #\x7f)))
        (define (part? c) (or (start? c) (char-numeric? c) (memv c '(#\- #\.))))
        (for-each (lambda (part)
                    (if (or (string-null? part) (not (start? (string-ref part 0))))
                        (error "Invalid name starting character" text name))
                    (if (not (string-every part? part))
                        (error "Invalid name character" text name)))
                  ;; A namespace may be a URI before the last colon.
                  (let ((colon (string-rindex text #\:)))
                    (if colon
                        (list (substring text (+ colon 1)))
                        (list text))))
        (hashq-set! checked-names name text)
        text)))

(define (write-attributes attributes port)
  (for-each (lambda (attribute)
              (if (not (pair? attribute)) (error "malformed sxml" attribute))
              (display " " port)
              (display (check-name (car attribute)) port)
              (display "=\"" port)
              (write-text (cdr attribute) port)
              (display "\"" port))
            attributes))

(define (write-text value port)
  (cond ((string? value) (escape-into value port))
        ((or (not value) (null? value) (eq? value #t)) #f)
        ((procedure? value) (with-output-to-port port value))
        ((pair? value) (for-each (lambda (part) (write-text part port)) value))
        (else (escape-into (object->string value display) port))))

(define* (sxml->xml tree #:optional (port (current-output-port)))
  "Write TREE, SXML, to PORT as XML."
  (cond ((and (pair? tree) (symbol? (car tree)))
         (let ((tag (car tree)))
           (case tag
             ((*TOP*) (sxml->xml (cdr tree) port))
             ((*ENTITY*)
              (display "&" port)
              (display (cadr tree) port)
              (display ";" port))
             ((*PI*)
              (display "<?" port)
              (display (cadr tree) port)
              (if (pair? (cddr tree))
                  (begin
                    (display " " port)
                    (display (caddr tree) port)))
              (display "?>" port))
             (else
              (let* ((name (check-name tag))
                     (attributes? (and (pair? (cdr tree)) (pair? (cadr tree)) (eq? (caadr tree) '@)))
                     (body (if attributes? (cddr tree) (cdr tree))))
                (display "<" port)
                (display name port)
                (if attributes? (write-attributes (cdadr tree) port))
                (if (null? body)
                    (display " />" port)
                    (begin
                      (display ">" port)
                      (sxml->xml body port)
                      (display "</" port)
                      (display name port)
                      (display ">" port))))))))
        ((pair? tree) (for-each (lambda (node) (sxml->xml node port)) tree))
        (else (write-text tree port))))

(define (sxml->string sxml)
  "Return the text in SXML, without its markup."
  (string-concatenate-reverse
   (let loop ((node sxml) (strings '()))
     (cond ((string? node) (cons node strings))
           ((pair? node)
            (let each ((nodes (if (symbol? (car node)) (cdr node) node)) (strings strings))
              (if (pair? nodes)
                  (each (cdr nodes) (loop (car nodes) strings))
                  strings)))
           (else strings)))))
