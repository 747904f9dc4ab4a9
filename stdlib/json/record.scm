;;; Commentary:
;;;
;;; Records made of JSON objects and back.  A field is (NAME GETTER), (NAME GETTER KEY), (NAME GETTER KEY FROM) or
;;; (NAME GETTER KEY FROM TO): KEY is the member's name, FROM and TO convert its value.  Members that are absent are
;;; unspecified fields, and the other way round.
;;;
;;; Code:

(define-module (json record)
  #:use-module (json parser)
  #:use-module (json builder)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (<=> define-json-mapping define-json-type %json-input %json-member %json-members))

(define <=> '<=>)

(define (%json-input input)
  "The alist that INPUT, a port, a string or an alist, stands for."
  (cond ((port? input) (json->scm input))
        ((string? input) (json-string->scm input))
        (else input)))

(define* (%json-member alist key #:optional (from identity) to)
  "The value of KEY in ALIST as FROM makes it; unspecified when there is none."
  (let ((member (assoc key alist)))
    (if (pair? member)
        (from (cdr member))
        *unspecified*)))

(define (%json-members . members)
  "An alist of MEMBERS, lists of key, value and converter, without those whose value is unspecified."
  (filter-map (lambda (member)
                (let ((value (cadr member)))
                  (and (not (unspecified? value))
                       (cons (car member) ((caddr member) value)))))
              members))

(define-syntax key-of
  (syntax-rules ()
    ((_ name) (symbol->string 'name))
    ((_ name key . rest) key)))

(define-syntax member-of
  (syntax-rules ()
    ((_ alist name key from . to) (%json-member alist key from))
    ((_ alist name . key) (%json-member alist (key-of name . key)))))

(define-syntax written-member
  (syntax-rules ()
    ((_ record name getter key from to) (list key (getter record) to))
    ((_ record name getter . spec) (list (key-of name . spec) (getter record) identity))))

(define-syntax define-json-mapping
  (syntax-rules (<=>)
    "Define a record type with its constructor, predicate and getters, and the conversions that are named."
    ((_ rtd ctor pred json->record <=> record->json <=> scm->record <=> record->scm (name getter spec ...) ...)
     (begin
       (define-record-type rtd (ctor name ...) pred (name getter) ...)
       (define (scm->record alist) (ctor (member-of alist name spec ...) ...))
       (define (json->record input) (scm->record (%json-input input)))
       (define (record->scm record) (%json-members (written-member record name getter spec ...) ...))
       (define (record->json record) (scm->json-string (record->scm record)))))
    ((_ rtd ctor pred json->record <=> record->json (name getter spec ...) ...)
     (define-json-mapping rtd ctor pred json->record <=> record->json <=> scm->record <=> record->scm
       (name getter spec ...) ...))
    ((_ rtd ctor pred json->record (name getter spec ...) ...)
     (begin
       (define-record-type rtd (ctor name ...) pred (name getter) ...)
       (define (json->record input)
         (let ((alist (%json-input input)))
           (ctor (member-of alist name spec ...) ...)))))))

(define-syntax define-json-type
  (lambda (s)
    "Define a record type <NAME> of FIELDs, (NAME), (NAME KEY) or (NAME KEY TYPE), with all names made of the type's: TYPE is
another such type, or a vector of it for an array."
    (define (base type)
      (string-trim-both (symbol->string (syntax->datum type)) (char-set #\< #\>)))
    (define (named context . parts)
      (datum->syntax context (string->symbol (apply string-append parts))))
    (syntax-case s ()
      ((_ rtd field ...)
       (let* ((name (base #'rtd))
              (getter (lambda (field) (named #'rtd name "-" (symbol->string (syntax->datum field)))))
              (specs (map (lambda (field)
                            (syntax-case field ()
                              ((id) #`(id #,(getter #'id)))
                              ((id key) #`(id #,(getter #'id) key))
                              ((id key #(type))
                               #`(id #,(getter #'id) key
                                     (lambda (items) (map #,(named #'type "scm->" (base #'type)) (vector->list items)))
                                     (lambda (items) (list->vector (map #,(named #'type (base #'type) "->scm") items)))))
                              ((id key type)
                               #`(id #,(getter #'id) key
                                     #,(named #'type "scm->" (base #'type))
                                     #,(named #'type (base #'type) "->scm")))))
                          #'(field ...))))
         #`(define-json-mapping rtd
             #,(named #'rtd "make-" name)
             #,(named #'rtd name "?")
             #,(named #'rtd "json->" name) <=> #,(named #'rtd name "->json")
             <=> #,(named #'rtd "scm->" name) <=> #,(named #'rtd name "->scm")
             #,@specs))))))
