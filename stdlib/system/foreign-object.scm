;;; Commentary:
;;;
;;; Types of objects that stand for something foreign: a name, slots, and what to do when an object is no longer used.
;;;
;;; Code:

(define-module (system foreign-object)
  #:use-module (oop goops)
  #:export (make-foreign-object-type define-foreign-object-type))

;; Objects whose finalizer is still to be run; looked through when others of their type are made.
(define (collector finalizer)
  (let ((guardian (make-guardian)))
    (lambda (object)
      (let loop ((lost (guardian)))
        (if lost
            (begin (finalizer lost) (loop (guardian)))))
      (guardian object)
      object)))

(define* (make-foreign-object-type name slots #:key finalizer (getters '()) (supers '()))
  "Return a new type called NAME, a symbol, with the names SLOTS; GETTERS are generic functions for them.  FINALIZER is
called on objects that are no longer used, when the garbage collector has found them."
  (let* ((specification (lambda (slot) (list slot #:init-keyword (symbol->keyword slot))))
         (class (make-class (if (null? supers) (list <object>) supers)
                            (map specification slots)
                            #:name name)))
    (for-each (lambda (getter slot)
                (add-method! getter (method ((object class)) (slot-ref object slot))))
              getters
              (if (pair? getters) slots '()))
    (if finalizer
        (let ((watch (collector finalizer)))
          (add-method! initialize
                       (method ((object class) initargs)
                         (next-method)
                         (watch object)))))
    class))

(define-syntax-rule (define-foreign-object-type name constructor (slot ...) option ...)
  (begin
    (define-generic slot) ...
    (define name
      (make-foreign-object-type 'name '(slot ...) #:getters (list slot ...) option ...))
    (define (constructor slot ...)
      (apply make name (append (list (symbol->keyword 'slot) slot) ...)))))
