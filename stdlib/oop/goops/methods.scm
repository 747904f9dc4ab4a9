;;; Commentary:
;;;
;;; Generic functions and methods of GOOPS, and what is made of them: making and initializing instances, slots
;;; with their accessors, classes. A generic function is a procedure with its data (a vector) among its properties.
;;;
;;; Code:

(define-module (oop goops methods)
  #:use-module (oop goops classes)
  #:use-module (srfi srfi-1)
  #:re-export (class-name class-direct-supers class-direct-slots class-direct-subclasses class-direct-methods
               class-precedence-list class-slots class-subclasses class-slot-definition
               compute-std-cpl is-a? instance? class-of slot-exists? get-keyword goops-error
               slot-definition-name slot-definition-options slot-definition-allocation slot-definition-getter
               slot-definition-setter slot-definition-accessor slot-definition-init-keyword
               slot-definition-init-form slot-definition-init-value slot-definition-init-thunk slot-init-function)
  #:export (make-generic make-extended-generic make-accessor ensure-generic ensure-accessor
            %ensure-generic-binding! %ensure-accessor-binding! %former-procedure
            %make-method %remove-method! %set-method-specializers! %forget-dispatches! %define-method! %define-setter-method! add-method!
            generic-function-name generic-function-methods method-generic-function method-specializers
            method-procedure method-formals method-source accessor-method-slot-definition class-methods
            compute-applicable-methods %compute-applicable-methods sort-applicable-methods method-more-specific?
            find-method apply-generic apply-method apply-methods
            enable-primitive-generic! primitive-generic-generic
            slot-ref slot-set! slot-bound? class-slot-ref class-slot-set!
            slot-unbound slot-missing no-applicable-method no-next-method no-method
            allocate-instance make make-instance make-class initialize shallow-clone deep-clone change-class
            update-instance-for-different-class class-redefinition
            compute-cpl compute-slots compute-get-n-set compute-getter-method compute-setter-method
            ensure-metaclass ensure-metaclass-with-supers))

;; Methods: instances of <method>, with these slots

(for-each (lambda (name position) (hashq-set! (class-index <method>) name position))
          '(generic-function specializers procedure formals next? slot-definition) '(0 1 2 3 4 5))
(define (%make-method specializers formals next? procedure)
  "Return a method. With NEXT? its procedure takes that of the next method and the list of arguments."
  (%make-object <method> (vector #f (normalize-specializers specializers) procedure formals next? #f)))
(define (normalize-specializers specializers)
  ;; A record type stands for the class of its records.
  (cond ((pair? specializers)
         (cons (normalize-specializers (car specializers)) (normalize-specializers (cdr specializers))))
        ((record-type-descriptor? specializers) (record-class specializers))
        (else specializers)))
(define (method-part method k) (vector-ref (%object-slots method) k))
(define (method-generic-function method) "Return the generic function of METHOD, or #f." (method-part method 0))
(define (method-specializers method) "Return the classes METHOD is specialized on." (method-part method 1))
(define (method-procedure method)
  "Return the procedure of METHOD."
  (if (method-part method 4)
      (lambda arguments ((method-part method 2) (lambda (rest) (no-next-method method rest)) arguments))
      (method-part method 2)))
(define (method-formals method) "Return the parameters of METHOD." (method-part method 3))
(define (method-source method) "Return the source of METHOD: none is kept." #f)
(define (accessor-method-slot-definition method)
  "Return the slot METHOD reads or writes."
  (method-part method 5))

;; Generic functions: class, name, methods, cache, default

;; All of them, so that they can forget what they know of classes.
(define generics (make-weak-key-hash-table))
(define (%forget-dispatches!)
  (hash-for-each (lambda (generic _) (vector-set! (generic-data generic) 3 '())) generics))
(define (make-generic-procedure class name default)
  (letrec* ((data (vector class name '() '() default))
            (generic (lambda arguments (dispatch generic data arguments))))
    (set-procedure-property! generic '%generic data)
    (hashq-set! generics generic #t)
    (set-procedure-property! generic 'name name)
    (set-procedure-property! generic '%written
                             (lambda ()
                               (simple-format #f "#<~S ~A (~A)>" (class-name (vector-ref data 0))
                                              (or (vector-ref data 1) "anonymous") (length (vector-ref data 2)))))
    generic))
(define (generic-part generic k)
  (vector-ref (or (generic-data generic)
                  (scm-error 'wrong-type-arg #f "Wrong type argument: ~S" (list generic) (list generic)))
              k))
(define (generic-function-name generic) "Return the name of GENERIC." (generic-part generic 1))
(define (generic-function-methods generic)
  "Return the methods of GENERIC."
  (if (generic-data generic)
      (generic-part generic 2)
      (let ((extension (primitive-generic-generic generic)))
        (if extension (generic-part extension 2) '()))))

(define* (make-generic #:optional name default)
  "Return a new generic function called NAME, which acts as the procedure DEFAULT where no method applies."
  (with-default-method (make-generic-procedure <generic> name #f) default))
(define (with-default-method generic default)
  (if (procedure? default)
      (insert-method! generic (%make-method <top> 'arguments #f default)))
  generic)
(define* (make-extended-generic generics #:optional name)
  "Return a generic function with the methods of GENERICS, one or a list."
  (let ((made (make-generic-procedure <extended-generic> name #f)))
    (for-each (lambda (generic)
                (for-each (lambda (method) (insert-method! made method)) (generic-function-methods generic)))
              (if (pair? generics) generics (list generics)))
    made))
(define* (make-accessor #:optional name default)
  "Return a new generic function with a setter."
  (let ((accessor (with-default-method (make-generic-procedure <accessor> name #f) default)))
    (set-procedure-property! accessor '%setter (make-generic (and name (symbol-append 'setter: name))))
    accessor))
(define* (ensure-generic old #:optional name)
  "Return OLD if it is a generic function, else a new one that falls back on OLD."
  (if (generic-data old) old (make-generic name old)))
(define* (ensure-accessor old #:optional name)
  "Return OLD if it is an accessor, else one that falls back on OLD."
  (if (and (generic-data old) (procedure-property old '%setter)) old (make-accessor name old)))

(define (%former-procedure name)
  "Return the procedure NAME denotes in the current module, when it is not generic."
  (let* ((variable (module-variable (current-module) name))
         (value (and variable (variable-bound? variable) (variable-ref variable))))
    (and (procedure? value) (not (generic-data value)) value)))
(define (binding-of name)
  (let ((variable (module-variable (current-module) name)))
    (and variable (variable-bound? variable) (variable-ref variable))))
(define (%ensure-generic-binding! name)
  "Return the generic function NAME of the current module, made when there is none."
  (let ((old (binding-of name)))
    (if (generic-data old)
        old
        (let ((made (make-generic name old)))
          (module-define! (current-module) name made)
          made))))
(define (%ensure-accessor-binding! name)
  "Return the accessor NAME of the current module, made when there is none."
  (let ((old (binding-of name)))
    (cond ((and (generic-data old) (procedure-property old '%setter)) old)
          ((generic-data old)
           ;; It keeps its methods, and gets a setter.
           (set-procedure-property! old '%setter (make-generic (symbol-append 'setter: name)))
           (vector-set! (generic-data old) 0 <accessor>)
           old)
          (else
           (let ((made (make-accessor name old)))
             (module-define! (current-module) name made)
             made)))))

;; Adding methods

(define (same-specializers? a b)
  (cond ((and (pair? a) (pair? b)) (and (eq? (car a) (car b)) (same-specializers? (cdr a) (cdr b))))
        (else (eq? a b))))
(define (insert-method! generic method)
  (let ((data (generic-data generic)))
    (vector-set! data 2
                 (cons method
                       (remove (lambda (old)
                                 (same-specializers? (method-specializers old) (method-specializers method)))
                               (vector-ref data 2))))
    (vector-set! data 3 '())))
(define (%remove-method! method)
  (let ((generic (method-generic-function method)))
    (if generic
        (let ((data (generic-data generic)))
          (vector-set! data 2 (delq method (vector-ref data 2)))
          (vector-set! data 3 '())))))
(define (%set-method-specializers! method specializers)
  (vector-set! (%object-slots method) 1 specializers))
(define (add-method! procedure method)
  "Add METHOD to PROCEDURE: a generic function, or a primitive that may be extended."
  (let ((generic (cond ((generic-data procedure) procedure)
                       ((extensible-primitive? procedure) (enable-primitive-generic! procedure))
                       (else (goops-error "No applicable method for ~S in call ~S" 'add-method!
                                          (list 'add-method! procedure method))))))
    (insert-method! generic method)
    (vector-set! (%object-slots method) 0 generic)
    (let register ((specializers (method-specializers method)))
      (cond ((pair? specializers)
             (if (not (memq method (class-direct-methods (car specializers))))
                 (%add-direct-method! (car specializers) method))
             (register (cdr specializers)))))
    (extend-printing! generic method)
    method))
(define (class-methods class)
  "Return the methods specialized on CLASS or a subclass of it."
  (delete-duplicates (append-map class-direct-methods (cons class (class-subclasses class))) eq?))
(define (%define-method! name method)
  "Add METHOD to what NAME denotes in the current module."
  (let ((old (binding-of name)))
    (add-method! (if (extensible-primitive? old) old (%ensure-generic-binding! name)) method)
    *unspecified*))
(define (%define-setter-method! name method)
  "Add METHOD to the setter of what NAME denotes in the current module."
  (let ((old (binding-of name)))
    (add-method! (if (and (procedure? old) (generic-data (procedure-property old '%setter)))
                     (setter old)
                     (setter (%ensure-accessor-binding! name)))
                 method)
    *unspecified*))

;; Primitives that generic functions extend: called on what the primitive refuses

(define extensible '(+ - * / = < > <= >= equal? eqv? write display))
(define primitive-generics (make-hash-table))
(define (extensible-primitive? x)
  (and (procedure? x) (memq (procedure-name x) extensible)
       (eq? x (module-ref (resolve-module '(guile)) (procedure-name x)))))
(define (enable-primitive-generic! primitive)
  "Let methods extend PRIMITIVE; return the generic function they are added to."
  (or (primitive-generic-generic primitive)
      (let* ((name (procedure-name primitive))
             (generic (make-generic-procedure <generic> name (default-of name))))
        (hashq-set! primitive-generics name generic)
        (if (not (memq name '(write display)))
            (%extend-primitive! name generic))
        generic)))
(define (primitive-generic-generic primitive)
  "Return the generic function that extends PRIMITIVE, or #f."
  (hashq-ref primitive-generics (procedure-name primitive) #f))
(define (default-of name)
  (case name
    ((write) (lambda (object port) (write-plain object port)))
    ((display) (lambda (object port) ((or (hashq-ref primitive-generics 'write) write-plain) object port)))
    ((equal? eqv?) eq?)
    (else #f)))

;; Printing

(define (address object) (number->string (+ #x7f0000000000 (object-address object)) 16))
(define (write-plain object port)
  (cond ((not (object? object)) (write object port))
        ((eq? (class-of object) <method>)
         (simple-format port "#<<method> ~A ~A>"
                        (let names ((specializers (method-specializers object)))
                          (cond ((pair? specializers)
                                 (cons (class-name (car specializers)) (names (cdr specializers))))
                                ((null? specializers) '())
                                (else (class-name specializers))))
                        (address object)))
        ((memq <class> (class-precedence-list (class-of object)))
         (simple-format port "#<~A ~A ~A>" (class-name (class-of object)) (class-name object) (address object)))
        (else (simple-format port "#<~A ~A>" (class-name (class-of object)) (address object)))))
(define (write-object object port)
  (let ((generic (or (hashq-ref primitive-generics (%print-mode))
                     (hashq-ref primitive-generics 'write))))
    ((or generic write-plain) object port)))
(set-record-type-printer! %object-type write-object)
(%compare-by-identity! %object-type)
(set-record-type-printer! <slot-definition>
  (lambda (slot port)
    (simple-format port "#<<slot> ~A ~A>" (slot-definition-name slot) (address slot))))
(define (extend-printing! generic method)
  ;; A method of write or display on records makes their type print with it.
  (if (memq (generic-function-name generic) '(write display))
      (let* ((specializers (method-specializers method))
             (type (and (pair? specializers)
                        (hash-fold (lambda (type class found) (if (eq? class (car specializers)) type found))
                                   #f (record-class-table)))))
        (if type
            (set-record-type-printer! type write-object)))))

;; Dispatch

(define (applicable? specializers classes)
  (cond ((pair? specializers)
         (and (pair? classes)
              (memq (car specializers) (class-precedence-list (car classes)))
              (applicable? (cdr specializers) (cdr classes))))
        ((null? specializers) (null? classes))
        (else #t)))
(define (more-specific? a b classes)
  ;; Compares two applicable methods position by position.
  (let loop ((a (method-specializers a)) (b (method-specializers b)) (classes classes))
    (cond ((null? a) #t)
          ((not (pair? a)) #f)
          ((not (pair? b)) #t)
          ((eq? (car a) (car b)) (loop (cdr a) (cdr b) (cdr classes)))
          (else (memq (car b) (cdr (memq (car a) (class-precedence-list (car classes)))))))))
(define (applicable-methods generic classes)
  (sort (filter (lambda (method) (applicable? (method-specializers method) classes))
                (generic-part generic 2))
        (lambda (a b) (and (not (eq? a b)) (more-specific? a b classes) #t))))

(define (dispatch generic data arguments)
  (let* ((classes (map class-of arguments))
         (known (find-effective classes (vector-ref data 3)))
         (effective (or known
                        (let ((made (effective-procedure generic data (applicable-methods generic classes))))
                          (vector-set! data 3 (cons (cons classes made) (vector-ref data 3)))
                          made))))
    (apply effective arguments)))
(define (find-effective classes cache)
  (let loop ((cache cache))
    (cond ((null? cache) #f)
          ((same-specializers? (caar cache) classes) (cdar cache))
          (else (loop (cdr cache))))))
(define (effective-procedure generic data methods)
  (cond ((null? methods)
         (or (vector-ref data 4)
             (lambda arguments (no-applicable-method generic arguments))))
        ((not (method-part (car methods) 4)) (method-part (car methods) 2))
        (else
         (let ((procedure (method-part (car methods) 2))
               (next (delay (if (and (null? (cdr methods)) (not (vector-ref data 4)))
                                #f
                                (effective-procedure generic data (cdr methods))))))
           (lambda arguments
             (procedure (lambda (rest)
                          (if (force next)
                              (apply (force next) rest)
                              (no-next-method generic rest)))
                        arguments))))))

(define (compute-applicable-methods generic arguments)
  "Return the methods of GENERIC that apply to ARGUMENTS, the most specific first."
  (applicable-methods generic (map class-of arguments)))
(define (%compute-applicable-methods generic arguments) (compute-applicable-methods generic arguments))
(define (sort-applicable-methods generic methods arguments)
  "Return METHODS sorted, the most specific for ARGUMENTS first."
  (let ((classes (map class-of arguments)))
    (sort methods (lambda (a b) (method-more-specific? a b classes)))))
(define (method-more-specific? a b classes)
  "Return #t when method A is more specific than B for arguments of CLASSES."
  (and (more-specific? a b classes) #t))
(define (find-method generic arguments)
  "Return the method of GENERIC for ARGUMENTS, or #f."
  (let ((methods (compute-applicable-methods generic arguments)))
    (and (pair? methods) (car methods))))
(define (apply-generic generic arguments) "Call GENERIC on ARGUMENTS." (apply generic arguments))
(define (apply-methods generic methods arguments)
  "Call the first of METHODS on ARGUMENTS; its next methods are the rest."
  (apply (effective-procedure generic (generic-data generic) methods) arguments))
(define (apply-method generic method arguments)
  "Call METHOD on ARGUMENTS."
  (apply-methods generic (list method) arguments))

;; Errors: generic functions, so that programs may act otherwise

(define-syntax-rule (define-default-generic name formals body ...)
  (define name
    (let ((generic (make-generic 'name)))
      (vector-set! (generic-data generic) 4 (lambda formals body ...))
      generic)))
(define-default-generic no-applicable-method (generic arguments)
  (goops-error "No applicable method for ~S in call ~S" generic (cons (generic-function-name generic) arguments)))
(define-default-generic no-next-method (generic arguments)
  (goops-error "No next method when calling ~S\nwith arguments ~S" generic arguments))
(define-default-generic no-method (generic arguments)
  (goops-error "No method defined for ~S" generic))
(define-default-generic slot-unbound arguments
  (if (null? (cdr arguments))
      (goops-error "Unbound slot in object ~S" (car arguments))
      (goops-error "Unbound slot in object ~S" (if (null? (cddr arguments)) (car arguments) (cadr arguments)))))
(define-default-generic slot-missing (class object name . value)
  (goops-error "No slot with name `~S' in object ~S" name object))

;; Slots

(define (entry-of object name)
  (%slot-entry (class-of object) name))
(define (object-storage object)
  (if (generic-data object)
      (or (procedure-property object '%slots)
          (let ((slots (make-vector (%instance-size (class-of object)) %unbound)))
            (set-procedure-property! object '%slots slots)
            slots))
      (%object-slots object)))
(define (slot-ref object name)
  "Return slot NAME of OBJECT."
  (let ((entry (entry-of object name)))
    (cond ((integer? entry)
           (let ((value (vector-ref (object-storage object) entry)))
             (if (eq? value %unbound) (slot-unbound (class-of object) object name) value)))
          ((pair? entry)
           (let ((value ((car entry) object)))
             (if (eq? value %unbound) (slot-unbound (class-of object) object name) value)))
          ((and (slot-definition? object) (get-keyword (symbol->keyword name) (slot-definition-options object))))
          (else (slot-missing (class-of object) object name)))))
(define (slot-set! object name value)
  "Store VALUE in slot NAME of OBJECT."
  (let ((entry (entry-of object name)))
    (cond ((integer? entry) (vector-set! (object-storage object) entry value))
          ((pair? entry) ((cdr entry) object value))
          (else (slot-missing (class-of object) object name value)))
    *unspecified*))
(define (slot-bound? object name)
  "Return #t when slot NAME of OBJECT has a value."
  (let ((entry (entry-of object name)))
    (cond ((integer? entry) (not (eq? (vector-ref (object-storage object) entry) %unbound)))
          ((pair? entry) (not (eq? ((car entry) object) %unbound)))
          (else (slot-missing (class-of object) object name)))))
(define (class-slot-ref class name)
  "Return the slot NAME that the instances of CLASS share."
  (let ((entry (%slot-entry class name)))
    (if (pair? entry)
        (let ((value ((car entry) #f)))
          (if (eq? value %unbound) (slot-unbound class name) value))
        (slot-missing class class name))))
(define (class-slot-set! class name value)
  "Store VALUE in the slot NAME that the instances of CLASS share."
  (let ((entry (%slot-entry class name)))
    (if (pair? entry) ((cdr entry) #f value) (slot-missing class class name value))))

;; Instances

(define-default-generic allocate-instance (class initargs)
  (cond ((memq <generic> (class-precedence-list class))
         (if (memq <generic-with-setter> (class-precedence-list class))
             (make-accessor)
             (make-generic)))
        ((memq <class> (class-precedence-list class))
         (%make-class-object class (%instance-size class) #f '() '()))
        (else (%make-object class (make-vector (%instance-size class) %unbound)))))
(define-default-generic initialize (object initargs)
  (if (generic-data object)
      (let ((name (get-keyword #:name initargs)) (default (get-keyword #:default initargs)))
        (vector-set! (generic-data object) 0 (get-keyword '%class initargs (vector-ref (generic-data object) 0)))
        (vector-set! (generic-data object) 1 name)
        (if default (vector-set! (generic-data object) 4 default))))
  (if (odd? (length initargs))
      (scm-error 'wrong-type-arg #f "Invalid initargs: ~S" (list initargs) #f))
  (for-each (lambda (slot) (initialize-slot! object slot initargs)) (class-slots (class-of object)))
  object)
(define missing (list 'missing))
(define (initialize-slot! object slot initargs)
  (let* ((keyword (slot-definition-init-keyword slot))
         (given (if keyword (get-keyword keyword initargs missing) missing))
         (name (slot-definition-name slot)))
    (cond ((not (eq? given missing)) (slot-set! object name given))
          ((not (memq (slot-definition-allocation slot) '(#:instance))) #f)
          ((slot-definition-init-thunk slot) => (lambda (thunk) (slot-set! object name (thunk))))
          ((not (eq? (slot-definition-init-value slot) %unbound))
           (slot-set! object name (slot-definition-init-value slot)))
          ;; Foreign slots hold machine words.
          ((get-keyword #:class (slot-definition-options slot))
           => (lambda (class)
                (if (memq <foreign-slot> (class-precedence-list class))
                    (slot-set! object name 0)))))))
(define-default-generic make (class . initargs)
  (if (not (class? class))
      (goops-error "No applicable method for ~S in call ~S" make (cons* 'make class initargs)))
  (cond ((memq <method> (class-precedence-list class))
         (let ((made (%make-method (get-keyword #:specializers initargs '()) (get-keyword #:formals initargs '()) #f
                                   (get-keyword #:procedure initargs))))
           made))
        (else
         (let ((object (allocate-instance class initargs)))
           (if (generic-data object) (vector-set! (generic-data object) 0 class))
           (initialize object initargs)
           object))))
(define (make-instance class . initargs) "Return a new instance of CLASS." (apply make class initargs))

(define-default-generic shallow-clone (object)
  (%make-object (class-of object) (vector-copy (%object-slots object))))
(define-default-generic deep-clone (object)
  (%make-object (class-of object)
                (list->vector
                 (map (lambda (value)
                        (if (and (object? value) (not (class? value))) (deep-clone value) value))
                      (vector->list (%object-slots object))))))
(define-default-generic update-instance-for-different-class (old new . initargs)
  (for-each
   (lambda (slot)
     (let ((name (slot-definition-name slot)))
       (if (and (slot-exists? old name) (slot-bound? old name))
           (slot-set! new name (slot-ref old name))
           (initialize-slot! new slot '()))))
   (filter (lambda (slot) (eq? (slot-definition-allocation slot) #:instance)) (class-slots (class-of new)))))
(define-default-generic change-class (object class . initargs)
  (let ((old (%make-object (class-of object) (%object-slots object))))
    (%set-object-class! object class)
    (%set-object-slots! object (make-vector (%instance-size class) %unbound))
    (update-instance-for-different-class old object)
    object))
(define-default-generic class-redefinition (old new) new)

;; Classes

(define-default-generic compute-cpl (class)
  (compute-std-cpl class class-direct-supers))
(define-default-generic compute-slots (class)
  ;; Inherited slots first, as in instances; a slot of the same name replaces the inherited one.
  (let loop ((classes (reverse (class-precedence-list class))) (slots '()))
    (if (null? classes)
        slots
        (loop (cdr classes)
              (fold (lambda (slot slots)
                      (if (find (lambda (old) (same-name? old slot)) slots)
                          (map (lambda (old) (if (same-name? old slot) slot old)) slots)
                          (append slots (list slot))))
                    slots
                    (class-direct-slots (car classes)))))))
(define (same-name? a b) (eq? (slot-definition-name a) (slot-definition-name b)))
(define-default-generic compute-get-n-set (class slot)
  (let ((option (lambda (keyword) (get-keyword keyword (slot-definition-options slot)))))
    (case (slot-definition-allocation slot)
      ((#:instance) #f)
      ((#:virtual)
       (let ((get (option #:slot-ref)) (set (option #:slot-set!)))
         (if (not get)
             (goops-error "Bad get-n-set for virtual slot: ~S" (slot-definition-name slot)))
         (list get (or set (lambda (object value) (goops-error "Slot ~S is read-only" (slot-definition-name slot)))))))
      ((#:class #:each-subclass)
       (let ((origin (and (eq? (slot-definition-allocation slot) #:class)
                          (find (lambda (super) (memq slot (class-direct-slots super)))
                                (cdr (class-precedence-list class))))))
         (if origin
             (let ((entry (%slot-entry origin (slot-definition-name slot))))
               (list (car entry) (cdr entry)))
             (let* ((thunk (slot-definition-init-thunk slot))
                    (value (if thunk (thunk) (slot-definition-init-value slot))))
               (list (lambda (object) value)
                     (lambda (object new) (set! value new)))))))
      (else (goops-error "Unknown slot allocation: ~S" (slot-definition-allocation slot))))))
(define-default-generic compute-getter-method (class slot)
  (let* ((name (slot-definition-name slot))
         (method (%make-method (list class) '(object) #f (lambda (object) (slot-ref object name)))))
    (%set-object-class! method <accessor-method>)
    (vector-set! (%object-slots method) 5 slot)
    method))
(define-default-generic compute-setter-method (class slot)
  (let* ((name (slot-definition-name slot))
         (method (%make-method (list class <top>) '(object value) #f
                               (lambda (object value) (slot-set! object name value)))))
    (%set-object-class! method <accessor-method>)
    (vector-set! (%object-slots method) 5 slot)
    method))
(define (ensure-metaclass supers)
  "Return the metaclass of a class with SUPERS: the most specific of theirs."
  (fold (lambda (super best)
          (if (memq best (class-precedence-list (class-of super))) (class-of super) best))
        <class>
        supers))
(define (ensure-metaclass-with-supers supers) (ensure-metaclass supers))

(define (check-slots! slots)
  (for-each (lambda (slot)
              (let ((thunk (slot-definition-init-thunk slot)))
                (if (and thunk (not (thunk? thunk)))
                    (goops-error "Bad init-thunk for slot `~S': ~S" (slot-definition-name slot) thunk))))
            slots)
  (let loop ((names (map slot-definition-name slots)))
    (if (pair? names)
        (begin
          (if (memq (car names) (cdr names))
              (goops-error "make-class: duplicate slot ~S" (car names)))
          (loop (cdr names))))))

(define* (make-class supers slots #:rest options)
  "Return a new class with the superclasses SUPERS and SLOTS, lists of a name and options."
  (let* ((supers (map (lambda (super) (if (record-type-descriptor? super) (record-class super) super)) supers))
         (supers (cond ((null? supers) (list <object>))
                       ((any (lambda (super) (memq <object> (class-precedence-list super))) supers) supers)
                       (else (append supers (list <object>)))))
         (metaclass (get-keyword #:metaclass options (ensure-metaclass supers))))
    (apply make metaclass #:dsupers supers #:slots slots options)))

(define (initialize-class! class initargs)
  (let* ((supers (get-keyword #:dsupers initargs (list <object>)))
         (slots (map (lambda (slot)
                       (cond ((pair? slot) (make-slot-definition (car slot) (cdr slot)))
                             ((slot-definition? slot) slot)
                             (else (make-slot-definition slot '()))))
                     (get-keyword #:slots initargs '()))))
    (check-slots! slots)
    (if (any (lambda (super) (> (count (lambda (other) (eq? super other)) supers) 1)) supers)
        (goops-error "Duplicate super class ~S" supers))
    (%set-class-part! class 'name (get-keyword #:name initargs '???))
    (%set-class-part! class 'direct-supers supers)
    (%set-class-part! class 'direct-slots slots)
    (%set-class-part! class 'cpl (compute-cpl class))
    (let ((all (compute-slots class)))
      (%set-class-part! class 'slots all)
      (place-slots! class all))
    (%remember-subclass! class)
    (for-each (lambda (slot) (add-accessors! class slot)) slots)
    class))
(define (place-slots! class slots)
  (let ((index (class-index class)))
    ;; A metaclass keeps what every class has.
    (if (memq <class> (class-precedence-list class))
        (hash-for-each (lambda (name entry) (hashq-set! index name entry)) (class-index <class>)))
    (fold (lambda (slot next)
            (let ((access (compute-get-n-set class slot)))
              (cond ((pair? access)
                     (hashq-set! index (slot-definition-name slot) (cons (car access) (cadr access)))
                     next)
                    (else
                     (hashq-set! index (slot-definition-name slot) next)
                     (+ next 1)))))
          (%instance-size class)
          slots)))
(define (add-accessors! class slot)
  (let ((getter (slot-definition-getter slot))
        (writer (slot-definition-setter slot))
        (accessor (slot-definition-accessor slot)))
    (if getter (add-method! getter (compute-getter-method class slot)))
    (if writer (add-method! writer (compute-setter-method class slot)))
    (if accessor
        (begin
          (add-method! accessor (compute-getter-method class slot))
          (add-method! (setter accessor) (compute-setter-method class slot))))))
(add-method! initialize
  (%make-method (list <class> <top>) '(class initargs) #t
                (lambda (next arguments)
                  (initialize-class! (car arguments) (cadr arguments))
                  (next arguments))))
