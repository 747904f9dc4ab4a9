;;; Commentary:
;;;
;;; SRFI 35: conditions, which are Guile's exceptions.
;;;
;;; Code:

(define-module (srfi srfi-35)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 exceptions)
  #:export (make-condition-type condition-type? make-condition condition? condition-has-type?
            condition-ref make-compound-condition extract-condition
            define-condition-type condition
            &condition &message message-condition? condition-message
            &serious serious-condition? &error error?))

(define &condition &exception)
(define &message (@ (ice-9 exceptions) &message))
(define &serious (make-exception-type '&serious &exception '()))
(define &error (@ (ice-9 exceptions) &external-error))

(define message-condition? exception-with-message?)
(define condition-message exception-message)
(define error? (exception-predicate &error))
(define %serious? (exception-predicate &serious))
(define (serious-condition? x)
  "Return #t when X is a serious condition: any error."
  (or (%serious? x) ((@ (ice-9 exceptions) error?) x)))

(define (make-condition-type id parent field-names)
  "Return a condition type called ID with PARENT and FIELD-NAMES."
  (make-exception-type id parent field-names))

(define condition-type? exception-type?)
(define condition? exception?)

(define (make-condition type . field+value)
  "Return a condition of TYPE with the fields given by name and value."
  (apply (record-constructor type)
         (map (lambda (name)
                (let ((rest (memq name field+value)))
                  (if rest
                      (cadr rest)
                      (error "make-condition: missing field" name))))
              (record-type-fields type))))

(define (condition-has-type? c type)
  "Return #t when C is a condition of TYPE."
  ((exception-predicate type) c))

(define (condition-ref c field-name)
  "Return field FIELD-NAME of the condition C."
  (let ((simple (find (lambda (simple)
                        (memq field-name (record-type-fields (record-type-descriptor simple))))
                      (simple-exceptions c))))
    (if simple
        ((record-accessor (record-type-descriptor simple) field-name) simple)
        (error "condition-ref: no such field" field-name))))

(define (make-compound-condition . conditions)
  "Return the condition that is all of CONDITIONS."
  (apply make-exception conditions))

(define (extract-condition c type)
  "Return the part of the condition C that is of TYPE."
  (or (%exception-component c type)
      (error "extract-condition: not of the type" c type)))

(define-syntax define-condition-type
  (syntax-rules ()
    ((_ type supertype predicate (field accessor) ...)
     (begin
       (define type (make-condition-type 'type supertype '(field ...)))
       (define predicate (exception-predicate type))
       (define accessor (exception-accessor type (record-accessor type 'field)))
       ...))))

(define-syntax condition
  (syntax-rules ()
    ((_ (type (field value) ...) ...)
     (make-compound-condition
      (%condition-of type (list (cons 'field value) ...)) ...))))

(define (%condition-of type bindings)
  ;; Conditions are made by position; fields may come in any order.
  (apply (record-constructor type)
         (map (lambda (name)
                (let ((binding (assq name bindings)))
                  (if binding
                      (cdr binding)
                      (error "condition: missing field" name type))))
              (record-type-fields type))))
