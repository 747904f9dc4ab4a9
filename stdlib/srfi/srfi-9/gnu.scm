;;; Commentary:
;;;
;;; Guile's extensions of SRFI 9: immutable records, copies that differ in some fields, printers.
;;;
;;; Code:

(define-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-9)
  #:use-module ((system syntax) #:select (syntax-local-binding))
  #:re-export (set-record-type-printer!)
  #:export (define-immutable-record-type set-field set-fields))

;; The record type to which a getter was applied last, and the setter of its field without effect on its argument.
(define field-setter (make-object-property))

(define (functional-setter type k)
  (let ((count (length (record-type-fields type)))
        (make (record-constructor type))
        (check (record-accessor type k)))
    (lambda (record value)
      (check record)
      (apply make (map (lambda (i) (if (= i k) value (struct-ref record i))) (iota count))))))

(define (list-position x list)
  (let loop ((list list) (k 0))
    (if (eq? (car list) x) k (loop (cdr list) (+ k 1)))))

(define-syntax define-immutable-record-type
  (lambda (form)
    (define (split fields)
      (map (lambda (field)
             (syntax-case field ()
               ((name) #'(name #f #f))
               ((name getter) #'(name getter #f))
               ((name getter setter) #'(name getter setter))))
           fields))
    (syntax-case form ()
      ((_ type constructor predicate field ...)
       (with-syntax ((((name getter setter) ...) (split #'(field ...))))
         (with-syntax (((plain ...)
                        (map (lambda (name getter)
                               (if (syntax->datum getter) (list name getter) (list name)))
                             #'(name ...) #'(getter ...)))
                       (((set-name set-field-name) ...)
                        (filter (lambda (entry) (syntax->datum (car entry)))
                                (map list #'(setter ...) #'(name ...)))))
           #'(begin
               (define-record-type type constructor predicate plain ...)
               (define set-name
                 (functional-setter type (list-position 'set-field-name (record-type-fields type))))
               ...)))))))

(define (set-path record getters value)
  (if (null? getters)
      value
      ((getter-setter (car getters) record)
       record
       (set-path ((car getters) record) (cdr getters) value))))

;; Which field an accessor reads is found by applying it to a record whose fields hold their own numbers.
(define (getter-setter getter record)
  (let ((known (field-setter getter))
        (type (record-type-descriptor record)))
    (if (and known (eq? (car known) type))
        (cdr known)
        (let* ((marks (map list (iota (length (record-type-fields type)))))
               (found (memq (getter (apply (record-constructor type) marks)) marks)))
          (if (not found)
              (scm-error 'misc-error "set-field" "not a record getter: ~S" (list getter) #f))
          (let ((setter (functional-setter type (caar found))))
            (set! (field-setter getter) (cons type setter))
            setter)))))

;; What is wrong with paths of getters is told when they are expanded, as far as it can be known then.
(eval-when (expand load eval)
  (define (check-getter form getter)
    (if (not (identifier? getter))
        (syntax-violation 'set-fields "invalid field path" form getter))
    (call-with-values (lambda () (syntax-local-binding getter))
      (lambda (kind value)
        (if (and (eq? kind 'global)
                 (not (module-variable (resolve-module (cdr value)) (car value))))
            (syntax-violation 'set-fields "unknown getter" form getter)))))
  (define (check-paths form paths)
    (define (begins? path other)
      (or (null? path)
          (and (pair? other)
               (free-identifier=? (car path) (car other))
               (begins? (cdr path) (cdr other)))))
    (for-each (lambda (path) (for-each (lambda (getter) (check-getter form getter)) path)) paths)
    (let loop ((rest paths) (before '()))
      (if (pair? rest)
          (let ((path (car rest)))
            (for-each
             (lambda (other)
               (cond ((and (begins? path other) (begins? other path))
                      (syntax-violation 'set-fields "duplicate field path" form path))
                     ((begins? path other)
                      (syntax-violation 'set-fields "one field path is a prefix of another" form path))
                     ((begins? other path)
                      (syntax-violation 'set-fields "one field path is a prefix of another" form other))))
             before)
            (loop (cdr rest) (cons path before)))))))

(define-syntax set-field
  (lambda (form)
    "A copy of a record in which the field that a path of getters leads to has another value."
    (syntax-case form ()
      ((_ record (getter ...) value)
       (begin
         (check-paths form (list #'(getter ...)))
         #'(set-path record (list getter ...) value))))))

(define-syntax set-fields
  (lambda (form)
    "A copy of a record in which the fields that paths of getters lead to have other values."
    (syntax-case form ()
      ((_ record ((getter ...) value) ...)
       (begin
         (check-paths form #'((getter ...) ...))
         #'(set-paths record (list (cons (list getter ...) value) ...)))))))

(define (set-paths record changes)
  (if (null? changes)
      record
      (set-paths (set-path record (caar changes) (cdar changes)) (cdr changes))))
