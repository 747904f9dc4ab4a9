;;; Commentary:
;;;
;;; Redefining classes: a class whose metaclass is <redefinable-class> stays the same object when define-class defines its
;;; name again.  Its subclasses are made anew, its methods stay, and its instances are brought up to date at once.
;;;
;;; Code:

(define-module (oop goops redefinition)
  #:use-module (srfi srfi-1)
  #:use-module (oop goops classes)
  #:use-module (oop goops methods)
  #:export (%redefine))

(define (redefinable? x)
  (and (class? x) (memq <redefinable-class> (class-precedence-list (class-of x))) #t))

(define (%redefine name new)
  "Return what define-class defines NAME of the current module as: NEW, or the class NAME was, made like NEW."
  (let* ((variable (module-local-variable (current-module) name))
         (old (and variable (variable-bound? variable) (variable-ref variable))))
    (if (and (redefinable? old) (redefinable? new))
        (class-redefinition old new)
        new)))

;; The instances of redefinable classes.
(define instances (make-weak-key-hash-table))
(define (instances-of class)
  (or (hashq-ref instances class)
      (let ((table (make-weak-key-hash-table)))
        (hashq-set! instances class table)
        table)))

(add-method! allocate-instance
  (%make-method (list <redefinable-class> <top>) '(class initargs) #t
                (lambda (next arguments)
                  (let ((object (next arguments)))
                    (hashq-set! (instances-of (car arguments)) object #t)
                    object))))

(define (former-accessor? method class)
  (and (is-a? method <accessor-method>)
       (memq (accessor-method-slot-definition method) (class-direct-slots class))))

(define (replace old new list)
  (map (lambda (x) (if (eq? x old) new x)) list))
(define (replace-specializers old new specializers)
  (cond ((pair? specializers)
         (cons (if (eq? (car specializers) old) new (car specializers))
               (replace-specializers old new (cdr specializers))))
        ((eq? specializers old) new)
        (else specializers)))

(define (redefine! old new)
  (let ((former (%make-object (class-of old) (%object-slots old)))
        (subclasses (class-direct-subclasses old))
        (methods (class-direct-methods old)))
    (for-each (lambda (method)
                (if (former-accessor? method old)
                    (%remove-method! method)))
              methods)
    ;; The accessors of NEW are methods on OLD from now on.
    (for-each (lambda (method)
                (%set-method-specializers! method (replace-specializers new old (method-specializers method))))
              (class-direct-methods new))
    (for-each (lambda (super)
                (%set-class-part! super 'direct-subclasses (delq old (class-direct-subclasses super))))
              (class-direct-supers old))
    (for-each (lambda (super)
                (%set-class-part! super 'direct-subclasses
                                  (replace new old (class-direct-subclasses super))))
              (class-direct-supers new))
    (%set-object-class! old (class-of new))
    (%set-object-slots! old (%object-slots new))
    (%set-class-part! old 'cpl (replace new old (class-precedence-list old)))
    (%set-class-part! old 'direct-subclasses '())
    (%set-class-part! old 'direct-methods
                      (append (class-direct-methods old)
                              (remove (lambda (method) (former-accessor? method former)) methods)))
    (%forget-dispatches!)
    (for-each (lambda (subclass) (remake! subclass)) subclasses)
    (let ((table (instances-of old)))
      (hashq-remove! instances old)
      (for-each (lambda (object)
                  (%set-object-class! object former)
                  (change-class object old)
                  (hashq-set! (instances-of old) object #t))
                (hash-map->list (lambda (object _) object) table)))
    old))

(define (remake! class)
  "Make CLASS anew because a superclass has changed."
  (class-redefinition class
                      (make-class (class-direct-supers class)
                                  (map (lambda (slot)
                                         (cons (slot-definition-name slot) (slot-definition-options slot)))
                                       (class-direct-slots class))
                                  #:name (class-name class)
                                  #:metaclass (class-of class))))

(add-method! class-redefinition
  (%make-method (list <redefinable-class> <redefinable-class>) '(old new) #f redefine!))
