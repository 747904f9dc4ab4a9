;;; Commentary:
;;;
;;; The classes of GOOPS: what a class and an instance are, the class of every kind of value, slots.
;;; An instance is a record of its class and a vector of slot values; a class is an instance whose first slots are
;;; fixed. Generic functions are in (oop goops methods).
;;;
;;; Code:

(define-module (oop goops classes)
  #:use-module (srfi srfi-1)
  #:use-module (rnrs bytevectors)
  #:export (%object-type %make-object object? %object-class %object-slots %set-object-class! %set-object-slots!
            %unbound goops-error class? %make-class-object class-index %set-class-part! %remember-subclass!
            %add-direct-method!
            class-name class-direct-supers class-direct-slots class-direct-subclasses class-direct-methods
            class-precedence-list class-slots class-subclasses class-slot-definition
            compute-std-cpl subclass? is-a? instance? class-of record-class record-class-table
            <slot-definition> slot-definition? make-slot-definition
            slot-definition-name slot-definition-options slot-definition-allocation slot-definition-getter
            slot-definition-setter slot-definition-accessor slot-definition-init-keyword
            slot-definition-init-form slot-definition-init-value slot-definition-init-thunk slot-init-function
            get-keyword slot-exists? %slot-entry %instance-size builtin-classes
            generic-data))

(define (goops-error message . arguments)
  "Raise a GOOPS error."
  (scm-error 'goops-error #f message arguments '()))

(define* (get-keyword key options #:optional default)
  "Return what follows KEY in the keyword list OPTIONS, or DEFAULT."
  (let loop ((rest options))
    (cond ((or (null? rest) (null? (cdr rest))) default)
          ((eq? (car rest) key) (cadr rest))
          (else (loop (cddr rest))))))

;; Instances

(define %object-type (make-record-type '%object '(class slots)))
(define %make-object (record-constructor %object-type))
(define object? (record-predicate %object-type))
(define %object-class (record-accessor %object-type 'class))
(define %set-object-class! (record-modifier %object-type 'class))
(define %object-slots (record-accessor %object-type 'slots))
(define %set-object-slots! (record-modifier %object-type 'slots))
(define %unbound (list '%unbound))

;; Slot definitions

(define <slot-definition> (make-record-type 'slot '(name options)))
(define make-slot-definition (record-constructor <slot-definition>))
(define slot-definition? (record-predicate <slot-definition>))
(define slot-definition-name (record-accessor <slot-definition> 'name))
(define slot-options (record-accessor <slot-definition> 'options))
(define (slot-definition-options slot)
  "Return the options of SLOT, a keyword list."
  (slot-options slot))
(define-syntax-rule (define-slot-readers (reader keyword default doc) ...)
  (begin (define (reader slot) doc (get-keyword keyword (slot-options slot) default)) ...))
(define-slot-readers
  (slot-definition-allocation #:allocation #:instance "Return the allocation of SLOT.")
  (slot-definition-getter #:getter #f "Return the getter of SLOT, or #f.")
  (slot-definition-setter #:setter #f "Return the setter of SLOT, or #f.")
  (slot-definition-accessor #:accessor #f "Return the accessor of SLOT, or #f.")
  (slot-definition-init-keyword #:init-keyword #f "Return the keyword that initializes SLOT, or #f.")
  (slot-definition-init-form #:init-form %unbound "Return the form of the initial value of SLOT.")
  (slot-definition-init-value #:init-value %unbound "Return the initial value of SLOT.")
  (slot-definition-init-thunk #:init-thunk #f "Return the thunk of the initial value of SLOT, or #f."))
(define (slot-init-function class name)
  "Return the thunk that initializes slot NAME of CLASS, or #f."
  (let ((slot (class-slot-definition class name)))
    (or (slot-definition-init-thunk slot)
        (let ((value (slot-definition-init-value slot)))
          (and (not (eq? value %unbound)) (lambda () value))))))

;; Classes: instances with these slots first

(define class-slot-names
  '(name direct-supers direct-slots direct-subclasses direct-methods cpl slots index))
(define (%make-class-object metaclass size name direct-supers direct-slots)
  "Return a new class without its cpl and slots, with room for SIZE slots."
  (let ((slots (make-vector (max size (length class-slot-names)) %unbound)))
    (for-each (lambda (k value) (vector-set! slots k value))
              '(0 1 2 3 4 5 6 7)
              (list name direct-supers direct-slots '() '() '() '() (make-hash-table)))
    (%make-object metaclass slots)))
(define (class? x)
  "Return #t when X is a class."
  (and (object? x)
       (or (eq? x <class>) (eq? (%object-class x) <class>)
           (memq <class> (class-part (%object-class x) 5)))
       #t))
(define (class-part class k) (vector-ref (%object-slots class) k))
(define (%set-class-part! class name value)
  (vector-set! (%object-slots class) (list-index (lambda (other) (eq? other name)) class-slot-names) value))
(define (checked who class)
  (if (class? class)
      class
      (scm-error 'wrong-type-arg who "Wrong type argument in position ~A: ~S" (list 1 class) (list class))))
(define (class-name class) "Return the name of CLASS." (class-part (checked "class-name" class) 0))
(define (class-direct-supers class) "Return the direct superclasses of CLASS." (class-part (checked "class-direct-supers" class) 1))
(define (class-direct-slots class) "Return the slots CLASS itself defines." (class-part (checked "class-direct-slots" class) 2))
(define (class-direct-subclasses class) "Return the direct subclasses of CLASS." (class-part (checked "class-direct-subclasses" class) 3))
(define (class-direct-methods class) "Return the methods specialized on CLASS." (class-part (checked "class-direct-methods" class) 4))
(define (class-precedence-list class) "Return CLASS and its superclasses, the most specific first." (class-part (checked "class-precedence-list" class) 5))
(define (class-slots class) "Return all slots of CLASS." (class-part (checked "class-slots" class) 6))
(define (class-index class) "Return the table of where the slots of CLASS are." (class-part class 7))
(define (class-subclasses class)
  "Return all subclasses of CLASS."
  (delete-duplicates
   (append-map (lambda (sub) (cons sub (class-subclasses sub))) (class-direct-subclasses class))
   eq?))
(define (class-slot-definition class name)
  "Return the slot NAME of CLASS, or #f."
  (find (lambda (slot) (eq? (slot-definition-name slot) name)) (class-slots class)))
(define (%remember-subclass! class)
  (for-each
   (lambda (super) (%set-class-part! super 'direct-subclasses (cons class (class-direct-subclasses super))))
   (class-direct-supers class)))
(define (%add-direct-method! class method)
  (%set-class-part! class 'direct-methods (cons method (class-direct-methods class))))

(define (compute-std-cpl class direct-supers)
  "Return the class precedence list of CLASS: C3, as in Dylan."
  (let merge ((result (list class))
              (lists (append (map class-precedence-list (direct-supers class))
                             (list (direct-supers class)))))
    (let ((lists (remove null? lists)))
      (if (null? lists)
          (reverse result)
          (let ((next (find (lambda (candidate)
                              (every (lambda (list) (not (memq candidate (cdr list)))) lists))
                            (map car lists))))
            (if (not next)
                (goops-error "merge-lists: Inconsistent precedence graph"))
            (merge (cons next result)
                   (map (lambda (list) (if (eq? (car list) next) (cdr list) list)) lists)))))))

;; Slots of instances

(define (%slot-entry class name)
  ;; A position in the slot vector, or (getter . setter); #f when there is none.
  (hashq-ref (class-index class) name #f))
(define (%instance-size class)
  (count integer? (hash-map->list (lambda (name entry) entry) (class-index class))))
(define (slot-exists? object name)
  "Return #t when OBJECT has a slot NAME."
  (and (%slot-entry (class-of object) name) #t))

;; The classes of values

(define <class> #f)
(define (bootstrap-class name supers)
  (let ((class (%make-class-object <class> 0 name supers '())))
    (%set-class-part! class 'cpl (compute-std-cpl class class-part-supers))
    (for-each (lambda (super)
                (vector-set! (%object-slots super) 3 (cons class (class-part super 3))))
              supers)
    class))
(define (class-part-supers class) (class-part class 1))

(define builtin-classes
  (let ((table (make-hash-table))
        (names '()))
    (define (define-builtin name . supers)
      (hashq-set! table name (bootstrap-class name (map (lambda (super) (hashq-ref table super)) supers))))
    ;; <class> is its own class: the compiler of compute-std-cpl asks for parts only.
    (set! <class> (%make-class-object #f 0 '<class> '() '()))
    (%set-object-class! <class> <class>)
    (%set-class-part! <class> 'cpl (list <class>))
    (define-builtin '<top>)
    (define-builtin '<object> '<top>)
    (%set-class-part! <class> 'direct-supers (list (hashq-ref table '<object>)))
    (%set-class-part! <class> 'cpl
                      (list <class> (hashq-ref table '<object>) (hashq-ref table '<top>)))
    (hashq-set! table '<class> <class>)
    (for-each
     (lambda (entry) (apply define-builtin entry))
     '((<slot> <object>)
       (<foreign-slot> <slot>) (<protected-slot> <foreign-slot>) (<hidden-slot> <foreign-slot>)
       (<opaque-slot> <foreign-slot>) (<read-only-slot> <foreign-slot>)
       (<protected-opaque-slot> <protected-slot> <opaque-slot>)
       (<protected-hidden-slot> <protected-slot> <hidden-slot>)
       (<protected-read-only-slot> <protected-slot> <read-only-slot>)
       (<scm-slot> <protected-slot>)
       (<procedure-class> <class>) (<applicable-struct-class> <procedure-class>)
       (<applicable-struct-with-setter-class> <applicable-struct-class>) (<redefinable-class> <class>)
       (<applicable> <top>) (<applicable-struct> <object> <applicable>)
       (<applicable-struct-with-setter> <applicable-struct>)
       (<procedure> <applicable>) (<primitive-generic> <procedure>)
       (<generic> <applicable-struct>) (<extended-generic> <generic>)
       (<generic-with-setter> <applicable-struct-with-setter> <generic>)
       (<extended-generic-with-setter> <extended-generic> <generic-with-setter>)
       (<accessor> <generic-with-setter>) (<extended-accessor> <extended-generic-with-setter> <accessor>)
       (<method> <object>) (<accessor-method> <method>)
       (<boolean> <top>) (<char> <top>) (<list> <top>) (<pair> <list>) (<null> <list>)
       (<symbol> <top>) (<keyword> <top>) (<array> <top>) (<string> <array>) (<vector> <array>)
       (<bitvector> <array>) (<bytevector> <array>) (<uvec> <bytevector>)
       (<number> <top>) (<complex> <number>) (<real> <complex>) (<integer> <real>) (<fraction> <real>)
       (<unknown> <top>) (<hashtable> <top>) (<character-set> <top>) (<regexp> <top>) (<module> <top>)
       (<hook> <top>) (<promise> <top>) (<fluid> <top>) (<dynamic-state> <top>) (<frame> <top>) (<vm> <top>)
       (<vm-continuation> <top>) (<macro> <top>) (<syntax> <top>) (<atomic-box> <top>) (<foreign> <top>)
       (<guardian> <top>) (<mutex> <top>) (<thread> <top>) (<condition-variable> <top>)
       (<random-state> <top>) (<directory> <top>) (<dynamic-object> <top>)
       (<port> <top>) (<input-port> <port>) (<output-port> <port>)
       (<input-output-port> <input-port> <output-port>)
       (<file-port> <port>) (<file-input-port> <file-port> <input-port>)
       (<file-output-port> <file-port> <output-port>)
       (<file-input-output-port> <file-input-port> <file-output-port> <input-output-port>)))
    ;; The slots of classes, for slot-ref.
    (for-each (lambda (name position) (hashq-set! (class-index <class>) name position))
              class-slot-names '(0 1 2 3 4 5 6 7))
    table))

(define-syntax-rule (define-builtin-names name ...)
  (begin
    (begin (define name (hashq-ref builtin-classes 'name)) (export name)) ...))
(define-builtin-names
  <top> <object> <slot> <foreign-slot> <protected-slot> <hidden-slot> <opaque-slot> <read-only-slot>
  <protected-opaque-slot> <protected-hidden-slot> <protected-read-only-slot> <scm-slot>
  <procedure-class> <applicable-struct-class> <applicable-struct-with-setter-class> <redefinable-class>
  <applicable> <applicable-struct> <applicable-struct-with-setter> <procedure> <primitive-generic>
  <generic> <extended-generic> <generic-with-setter> <extended-generic-with-setter> <accessor>
  <extended-accessor> <method> <accessor-method> <boolean> <char> <list> <pair> <null> <symbol> <keyword>
  <array> <string> <vector> <bitvector> <bytevector> <uvec> <number> <complex> <real> <integer> <fraction>
  <unknown> <hashtable> <character-set> <regexp> <module> <hook> <promise> <fluid> <dynamic-state> <frame> <vm>
  <vm-continuation> <macro> <syntax> <atomic-box> <foreign> <guardian> <mutex> <thread> <condition-variable>
  <random-state> <directory> <dynamic-object> <port> <input-port> <output-port> <input-output-port>
  <file-port> <file-input-port> <file-output-port> <file-input-output-port>)
(export <class>)

;; Generic functions are procedures with their data among their properties.
(define (generic-data x)
  "Return the data of the generic function X, or #f."
  (and (procedure? x) (procedure-property x '%generic)))

(define record-classes (make-weak-key-hash-table))
(define (record-class-table) record-classes)
(define (record-class type)
  "Return the class of the records of TYPE."
  (or (hashq-ref record-classes type)
      (let* ((parent (record-type-parent type))
             (class (bootstrap-class (symbol-append '< (record-type-name type) '>)
                                     (list (if parent (record-class parent) <top>)))))
        (hashq-set! record-classes type class)
        class)))

(define (port-class port)
  (let ((file? (file-port? port)))
    (cond ((and (input-port? port) (output-port? port)) (if file? <file-input-output-port> <input-output-port>))
          ((input-port? port) (if file? <file-input-port> <input-port>))
          ((output-port? port) (if file? <file-output-port> <output-port>))
          (else <port>))))

(define (class-of x)
  "Return the class of X."
  (cond ((object? x) (%object-class x))
        ((number? x)
         (cond ((exact-integer? x) <integer>)
               ((not (real? x)) <complex>)
               ((exact? x) <fraction>)
               (else <real>)))
        ((pair? x) <pair>)
        ((string? x) <string>)
        ((symbol? x) <symbol>)
        ((null? x) <null>)
        ((boolean? x) <boolean>)
        ((procedure? x)
         (let ((data (generic-data x)))
           (cond (data (vector-ref data 0))
                 ((fluid? x) <fluid>)
                 (else <procedure>))))
        ((vector? x) <vector>)
        ((keyword? x) <keyword>)
        ((char? x) <char>)
        ((slot-definition? x) <slot>)
        ((hook? x) <hook>)
        ((record? x) (record-class (record-type-descriptor x)))
        ((record-type-descriptor? x) <class>)
        ((hash-table? x) <hashtable>)
        ((bytevector? x) (if (eq? (array-type x) 'vu8) <bytevector> <uvec>))
        ((port? x) (port-class x))
        ((module? x) <module>)
        ((promise? x) <promise>)
        ((bitvector? x) <bitvector>)
        ((array? x) <array>)
        ((fluid? x) <fluid>)
        ((regexp? x) <regexp>)
        ((char-set? x) <character-set>)
        ((syntax? x) <syntax>)
        (else <unknown>)))

(define (subclass? class ancestor)
  "Return #t when ANCESTOR is CLASS or a superclass of it."
  (and (memq ancestor (class-precedence-list class)) #t))
(define (is-a? x class)
  "Return #t when X is an instance of CLASS or of a subclass of it."
  (subclass? (class-of x) (if (record-type-descriptor? class) (record-class class) class)))
(define (instance? x)
  "Return #t when X is an instance of a class made with define-class, or a class."
  (and (or (object? x) (generic-data x)) #t))
