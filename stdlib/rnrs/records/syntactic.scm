;;; Commentary:
;;;
;;; (rnrs records syntactic) of R6RS: define-record-type.
;;;
;;; Code:

(define-module (rnrs records syntactic)
  #:version (6)
  #:use-module (rnrs records procedural)
  #:export (record-type-descriptor record-constructor-descriptor)
  #:replace (define-record-type))

(define constructor-descriptor-of %constructor-descriptor-of)

(define-syntax-rule (record-type-descriptor name) name)
(define-syntax-rule (record-constructor-descriptor name) (constructor-descriptor-of name))

(define-syntax define-record-type
  (lambda (form)
    (define (symbol . parts)
      (string->symbol (string-concatenate
                       (map (lambda (part) (if (symbol? part) (symbol->string part) part)) parts))))
    (define (clause name clauses)
      ;; The operands of the clause called NAME, or #f.
      (let loop ((clauses clauses))
        (if (null? clauses)
            #f
            (syntax-case (car clauses) ()
              ((key operand ...)
               (if (eq? (syntax->datum #'key) name) #'(operand ...) (loop (cdr clauses))))))))
    (define (field-definitions fields type-name context)
      ;; (SPECIFICATION ACCESSOR MUTATOR-OR-#f) for each field.
      (map (lambda (field)
             (define (named . parts) (datum->syntax context (apply symbol parts)))
             (syntax-case field ()
               ((kind name)
                (eq? (syntax->datum #'kind) 'mutable)
                (let ((text (syntax->datum #'name)))
                  (list #'(mutable name) (named type-name "-" text) (named type-name "-" text "-set!"))))
               ((kind name accessor mutator)
                (eq? (syntax->datum #'kind) 'mutable)
                (list #'(mutable name) #'accessor #'mutator))
               ((kind name)
                (list #'(immutable name) (named type-name "-" (syntax->datum #'name)) #f))
               ((kind name accessor)
                (list #'(immutable name) #'accessor #f))
               (name
                (list #'(immutable name) (named type-name "-" (syntax->datum #'name)) #f))))
           fields))
    (syntax-case form ()
      ((_ specification definition ...)
       (let* ((bare (syntax-case #'specification () ((name make test) #'name) (name #'name)))
              (text (syntax->datum bare))
              (fields (field-definitions (or (clause 'fields #'(definition ...)) '()) text bare)))
         (with-syntax (((make test)
                        (syntax-case #'specification ()
                          ((name make test) #'(make test))
                          (name (list (datum->syntax bare (symbol "make-" text))
                                      (datum->syntax bare (symbol text "?"))))))
                       (name bare)
                       (parent (let ((parent (clause 'parent #'(definition ...)))
                                     (rtd (clause 'parent-rtd #'(definition ...))))
                                 (cond (parent (car parent)) (rtd (car rtd)) (else #'#f))))
                       (parent-descriptor
                        (let ((parent (clause 'parent #'(definition ...)))
                              (rtd (clause 'parent-rtd #'(definition ...))))
                          (cond (parent (with-syntax (((parent) parent)) #'(record-constructor-descriptor parent)))
                                (rtd (cadr rtd))
                                (else #'#f))))
                       (uid (let ((uid (clause 'nongenerative #'(definition ...))))
                              (syntax-case uid ()
                                (#f #'#f)
                                (() (with-syntax ((id (datum->syntax bare (gensym "uid")))) #''id))
                                ((uid) #''uid))))
                       (sealed (let ((sealed (clause 'sealed #'(definition ...)))) (if sealed (car sealed) #'#f)))
                       (opaque (let ((opaque (clause 'opaque #'(definition ...)))) (if opaque (car opaque) #'#f)))
                       (protocol (let ((protocol (clause 'protocol #'(definition ...)))) (if protocol (car protocol) #'#f)))
                       ((field ...) (map car fields))
                       (((accessor k) ...)
                        (let loop ((fields fields) (k 0))
                          (if (null? fields) '()
                              (cons (list (cadr (car fields)) k) (loop (cdr fields) (+ k 1))))))
                       (((mutator mutable-k) ...)
                        (let loop ((fields fields) (k 0))
                          (cond ((null? fields) '())
                                ((caddr (car fields))
                                 (cons (list (caddr (car fields)) k) (loop (cdr fields) (+ k 1))))
                                (else (loop (cdr fields) (+ k 1)))))))
           #'(begin
               (define name
                 (make-record-type-descriptor 'name parent uid sealed opaque (vector 'field ...)))
               (define descriptor
                 (let ((made (make-record-constructor-descriptor name parent-descriptor protocol)))
                   (set! (constructor-descriptor-of name) made)
                   made))
               (define make (record-constructor descriptor))
               (define test (record-predicate name))
               (define accessor (record-accessor name k)) ...
               (define mutator (record-mutator name mutable-k)) ...)))))))
