;;; Commentary:
;;;
;;; GOOPS, Guile's object system: classes with slots, generic functions with multiple dispatch. This file has the
;;; forms; (oop goops classes) the classes and instances, (oop goops methods) the dispatch. Nothing of it costs a
;;; program that does not load it.
;;;
;;; Code:

(define-module (oop goops)
  #:use-module (oop goops classes)
  #:use-module (oop goops methods)
  #:use-module (oop goops redefinition)
  #:re-export (<top> <object> <class> <slot> <foreign-slot> <protected-slot> <hidden-slot> <opaque-slot>
               <read-only-slot> <protected-opaque-slot> <protected-hidden-slot> <protected-read-only-slot>
               <scm-slot> <procedure-class> <applicable-struct-class> <applicable-struct-with-setter-class>
               <applicable> <applicable-struct> <applicable-struct-with-setter>
               <procedure> <primitive-generic> <generic> <extended-generic> <generic-with-setter>
               <extended-generic-with-setter> <accessor> <extended-accessor> <method> <accessor-method>
               <boolean> <char> <list> <pair> <null> <string> <symbol> <keyword> <vector> <bytevector> <uvec>
               <array> <bitvector> <number> <complex> <real> <integer> <fraction> <unknown> <hashtable>
               <character-set> <regexp> <module> <hook> <promise> <fluid> <dynamic-state> <frame> <vm>
               <vm-continuation> <macro> <syntax> <atomic-box> <foreign> <guardian> <mutex> <thread>
               <condition-variable> <random-state> <directory> <dynamic-object>
               <port> <input-port> <output-port> <input-output-port>
               <file-port> <file-input-port> <file-output-port> <file-input-output-port> <redefinable-class>
               class-of class-name class-direct-supers class-direct-slots class-direct-subclasses
               class-direct-methods class-precedence-list class-slots class-subclasses class-methods
               class-slot-definition class-slot-ref class-slot-set! is-a? instance?
               slot-definition-name slot-definition-options slot-definition-allocation slot-definition-getter
               slot-definition-setter slot-definition-accessor slot-definition-init-keyword
               slot-definition-init-form slot-definition-init-value slot-definition-init-thunk slot-init-function
               slot-exists? slot-ref slot-set! slot-bound? get-keyword goops-error
               allocate-instance make make-instance make-class initialize shallow-clone deep-clone change-class
               update-instance-for-different-class class-redefinition
               compute-cpl compute-std-cpl compute-slots compute-get-n-set compute-getter-method
               compute-setter-method ensure-metaclass ensure-metaclass-with-supers
               slot-unbound slot-missing no-applicable-method no-next-method no-method
               make-generic make-extended-generic make-accessor ensure-generic ensure-accessor add-method!
               generic-function-name generic-function-methods method-generic-function method-specializers
               method-procedure method-formals method-source accessor-method-slot-definition
               compute-applicable-methods %compute-applicable-methods sort-applicable-methods method-more-specific?
               find-method apply-generic apply-method apply-methods
               enable-primitive-generic! primitive-generic-generic)
  #:export (define-class class standard-define-class define-generic define-accessor define-extended-generic
            define-extended-generics define-method define-method* method method* min-fixnum max-fixnum))

(define min-fixnum most-negative-fixnum)
(define max-fixnum most-positive-fixnum)

;; Classes

(eval-when (expand load eval)
  (define (slot-options->expressions options define?)
    ;; Keywords and expressions; #:init-form becomes a thunk.  If DEFINE?, names of accessors become generics.
    (syntax-case options ()
      (() '())
      ((key value . rest)
       (let ((keyword (syntax->datum #'key))
             (more (slot-options->expressions #'rest define?)))
         (case (and (or define? (eq? keyword #:init-form)) keyword)
           ((#:init-form)
            (cons* #'#:init-form #''value #'#:init-thunk #'(lambda () value) more))
           ((#:getter #:setter)
            (cons* #'key #'(%ensure-generic-binding! 'value) more))
           ((#:accessor)
            (cons* #'key #'(%ensure-accessor-binding! 'value) more))
           (else (cons* #'key #'value more)))))))
  (define (slot->expression slot define?)
    (syntax-case slot ()
      ((name . options)
       (with-syntax (((option ...) (slot-options->expressions #'options define?)))
         #'(list 'name option ...)))
      (name #'(list 'name))))
  (define (split-slots items)
    ;; The slots, and the class options, which begin with the first keyword.
    (let loop ((items items) (slots '()))
      (syntax-case items ()
        (() (values (reverse slots) '()))
        ((first . rest)
         (if (keyword? (syntax->datum #'first))
             (values (reverse slots) items)
             (loop #'rest (cons #'first slots))))))))

(define-syntax class
  (lambda (form)
    (syntax-case form ()
      ((_ (super ...) . items)
       (call-with-values (lambda () (split-slots #'items))
         (lambda (slots options)
           (with-syntax (((slot ...) (map (lambda (slot) (slot->expression slot #f)) slots))
                         (options options))
             #'(make-class (list super ...) (list slot ...) . options))))))))

(define-syntax define-class
  (lambda (form)
    (syntax-case form ()
      ((_ name (super ...) . items)
       (identifier? #'name)
       (call-with-values (lambda () (split-slots #'items))
         (lambda (slots options)
           (with-syntax (((slot ...) (map (lambda (slot) (slot->expression slot #t)) slots))
                         (options options))
             #'(define name
                 (%redefine 'name
                            (apply make-class (list super ...) (list slot ...)
                                   (append (list . options) '(#:name name))))))))))))

(define-syntax-rule (standard-define-class name supers . items)
  (define-class name supers . items))

;; Generic functions

(define-syntax-rule (define-generic name)
  (define name (make-generic 'name (%former-procedure 'name))))
(define-syntax-rule (define-accessor name)
  (define name (make-accessor 'name (%former-procedure 'name))))
(define-syntax-rule (define-extended-generic name value)
  (define name (make-extended-generic value 'name)))
(define-syntax define-extended-generics
  (lambda (form)
    (syntax-case form ()
      ((_ (name ...) #:prefix prefix)
       (with-syntax (((prefixed ...)
                      (map (lambda (name)
                             (datum->syntax name (symbol-append (syntax->datum #'prefix) (syntax->datum name))))
                           #'(name ...))))
         #'(begin (define-extended-generic name prefixed) ...))))))

;; Methods

(eval-when (expand load eval)
  (define (find-identifier name form)
    ;; The first identifier called NAME in FORM, or #f.
    (syntax-case form ()
      ((first . rest) (or (find-identifier name #'first) (find-identifier name #'rest)))
      (#(element ...) (find-identifier name #'(element ...)))
      (x (and (identifier? #'x) (eq? (syntax->datum #'x) name) #'x))))
  (define (parse-formals formals)
    ;; Parameters, and the expression for their specializers.
    (syntax-case formals ()
      (() (values '() #''()))
      (((name class) . rest)
       (call-with-values (lambda () (parse-formals #'rest))
         (lambda (names specializers)
           (values (cons #'name names)
                   (with-syntax ((specializers specializers))
                     #'(cons class specializers))))))
      ((name . rest)
       (call-with-values (lambda () (parse-formals #'rest))
         (lambda (names specializers)
           (values (cons #'name names)
                   (with-syntax ((specializers specializers))
                     #'(cons <top> specializers))))))
      (rest (values #'rest #'<top>)))))

(define-syntax method
  (lambda (form)
    (syntax-case form ()
      ((keyword formals body ...)
       (call-with-values (lambda () (parse-formals #'formals))
         (lambda (names specializers)
           (let ((next (find-identifier 'next-method #'(body ...))))
             (with-syntax ((names names)
                           (specializers specializers)
                           (next-method next))
               (if next
                   #'(%make-method specializers 'formals #t
                                   (lambda (%next %arguments)
                                     (let ((next-method
                                            (lambda new (%next (if (null? new) %arguments new)))))
                                       (apply (lambda names body ...) %arguments))))
                   #'(%make-method specializers 'formals #f (lambda names body ...)))))))))))

;; With optional and keyword parameters, on which methods are not specialized.

(eval-when (expand load eval)
  (define (split-formals formals)
    ;; The required parameters, and the rest from the first keyword on.
    (syntax-case formals ()
      ((first . rest)
       (if (keyword? (syntax->datum #'first))
           (values '() formals)
           (call-with-values (lambda () (split-formals #'rest))
             (lambda (required rest) (values (cons #'first required) rest)))))
      (_ (values '() formals)))))

(define-syntax method*
  (lambda (form)
    (syntax-case form ()
      ((keyword formals body ...)
       (call-with-values (lambda () (split-formals #'formals))
         (lambda (required others)
           (call-with-values (lambda () (parse-formals required))
             (lambda (names specializers)
               (with-syntax (((name ...) names)
                             ((specializer ...) (map (lambda (parameter)
                                                       (syntax-case parameter ()
                                                         ((name class) #'class)
                                                         (name #'<top>)))
                                                     required))
                             (end (if (null? (syntax->datum others)) #''() #'<top>))
                             (others others)
                             (next-method (or (find-identifier 'next-method #'(body ...))
                                              (datum->syntax #'keyword 'next-method))))
                 #'(%make-method (cons* specializer ... end) 'formals #t
                                 (lambda (%next %arguments)
                                   (let ((next-method
                                          (lambda new (%next (if (null? new) %arguments new)))))
                                     (apply (lambda* (name ... . others) body ...) %arguments)))))))))))))

(define-syntax define-method*
  (syntax-rules (setter)
    ((_ ((setter name) . formals) body ...)
     (%define-setter-method! 'name (method* formals body ...)))
    ((_ (name . formals) body ...)
     (%define-method! 'name (method* formals body ...)))))

(define-syntax define-method
  (syntax-rules (setter)
    ((_ ((setter name) . formals) body ...)
     (%define-setter-method! 'name (method formals body ...)))
    ((_ (name . formals) body ...)
     (%define-method! 'name (method formals body ...)))))
