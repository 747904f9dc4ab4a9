;;; Commentary:
;;;
;;; Objects and what they refer to, written to a file as definitions that make them again, shared and circular parts
;;; included.  Classes say how their instances are written with methods for `enumerate!' and `write-readably'.
;;; Interface: (oop goops save) of Guile 3.0.
;;;
;;; Code:

(define-module (oop goops save)
  #:use-module (ice-9 match)
  #:use-module (oop goops)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-11)
  #:export (save-objects load-objects restore
            enumerate! enumerate-component!
            write-readably write-component write-component-procedure
            literal? readable make-readable make-unbound))

;; What is known while objects are saved.  Objects are visited depth-first, in the order in which they are written, so
;; that a reference to an object that is under way is the same in both passes: it is written as #f and set afterwards.
(define-record-type <saving>
  (make-saving states names patches port excluded count under-way)
  saving?
  (states saving-states)                ;object -> under-way | visited
  (names saving-names)                  ;object -> symbol, for those with a definition
  (patches saving-patches set-saving-patches!) ;forms, the last first
  (port saving-port)
  (excluded saving-excluded)            ;objects that are referred to by their names only
  (count saving-count set-saving-count!)
  (under-way saving-under-way set-saving-under-way!)) ;objects, the innermost first

;; Stands for the value of a slot that has none.
(define %unbound
  '(unbound))

(define (make-unbound)
  "Return what stands for the value of a slot that has none."
  %unbound)

;; object -> expression that makes it
(define %expressions
  (make-weak-key-hash-table))

(define (make-readable object expression)
  "Have OBJECT saved as EXPRESSION, and return it."
  (hashq-set! %expressions object expression)
  object)

(define-syntax-rule (readable expression)
  (make-readable expression 'expression))

(define-method (literal? (object <top>) env)
  (or (number? object) (symbol? object) (char? object) (boolean? object) (null? object) (keyword? object)
      (unspecified? object)))

(define (expression-of object)
  "Return (EXPRESSION) for an object that was made readable, or #f."
  (match (hashq-get-handle %expressions object)
    ((_ . expression) (list expression))
    (_ #f)))

(define (leaf? object env)
  (or (literal? object env) (unbound-mark? object) (expression-of object)))

(define (unbound-mark? object)
  (eq? object (make-unbound)))

;; Visiting

(define (next-name! env)
  (let ((count (saving-count env)))
    (set-saving-count! env (1+ count))
    (string->symbol (format #f "%o~a" count))))

(define (name! object env)
  (unless (hashq-ref (saving-names env) object)
    (hashq-set! (saving-names env) object (next-name! env))))

(define (enumerate-component! object env)
  "Visit OBJECT, a part of the one that is being visited."
  (unless (or (leaf? object env) (memq object (saving-excluded env)))
    (match (hashq-ref (saving-states env) object)
      (#f
       (hashq-set! (saving-states env) object 'under-way)
       (let ((outer (saving-under-way env)))
         (set-saving-under-way! env (cons object outer))
         (enumerate! object env)
         (set-saving-under-way! env outer))
       (hashq-set! (saving-states env) object 'visited))
      ('visited (name! object env))
      ('under-way
       (name! object env)
       ;; The part of this one that leads back is set afterwards, which needs a name.
       (match (saving-under-way env)
         ((container . _) (name! container env))
         (() #f))))))

(define-method (enumerate! (object <top>) env)
  *unspecified*)

(define-method (enumerate! (object <pair>) env)
  ;; Lists may be long: not by recursion.
  (let ((outer (saving-under-way env)))
    (let loop ((pair object) (passed '()))
      (enumerate-component! (car pair) env)
      (let ((rest (cdr pair)))
        (cond ((and (pair? rest)
                    (not (leaf? rest env))
                    (not (memq rest (saving-excluded env)))
                    (not (hashq-ref (saving-states env) rest)))
               (hashq-set! (saving-states env) rest 'under-way)
               (set-saving-under-way! env (cons rest (saving-under-way env)))
               (loop rest (cons rest passed)))
              (else
               (enumerate-component! rest env)
               (for-each (lambda (pair) (hashq-set! (saving-states env) pair 'visited))
                         passed)))))
    (set-saving-under-way! env outer)))

(define-method (enumerate! (object <vector>) env)
  (for-each (lambda (part) (enumerate-component! part env)) (vector->list object)))

(define (stored-slots object)
  "Return the definitions of the slots of OBJECT that have a value in each instance."
  (filter (lambda (slot)
            (memq (slot-definition-allocation slot) '(#:instance #t)))
          (class-slots (class-of object))))

(define (slot-value object slot)
  (let ((name (slot-definition-name slot)))
    (if (slot-bound? object name)
        (slot-ref object name)
        (make-unbound))))

(define-method (enumerate! (object <object>) env)
  (unless (or (is-a? object <class>) (is-a? object <generic>) (is-a? object <method>))
    (for-each (lambda (slot) (enumerate-component! (slot-value object slot) env))
              (stored-slots object))))

;; Writing

(define (write-form form env port)
  "Write FORM, in which objects that have names stand for them."
  (write (let replace ((form form))
           (or (hashq-ref (saving-names env) form)
               (if (pair? form)
                   (cons (replace (car form)) (replace (cdr form)))
                   form)))
         port))

(define (write-component-procedure object file env)
  "Write what refers to OBJECT in the definition of another.  Return #f if that cannot be done before both are defined:
then #f is written."
  (let ((name (hashq-ref (saving-names env) object)))
    (cond ((memq object (saving-excluded env)) (write (global-name object) file) #t)
          ((leaf? object env) (write-leaf object file env) #t)
          (name
           (match (hashq-ref (saving-states env) object)
             ('visited (write-definition object env))
             (_ #f))
           (cond ((eq? (hashq-ref (saving-states env) object) 'written)
                  (write name file)
                  #t)
                 (else
                  (display "#f" file)
                  #f)))
          (else (write-readably object file env) #t))))

;; (write-component OBJECT PATCH FILE ENV): PATCH is the form that sets the part where it could not be written.
(define-syntax-rule (write-component object patch file env)
  (unless (write-component-procedure object file env)
    (add-patch! patch env)))

(define (add-patch! patch env)
  (set-saving-patches! env (cons patch (saving-patches env))))

(define (write-definition object env)
  "Write the definition of OBJECT, after those of the parts that have definitions and are not under way."
  (hashq-set! (saving-states env) object 'under-way)
  (let ((text (call-with-output-string
                (lambda (port) (write-readably object port env)))))
    (format (saving-port env) "(define ~s ~a)~%" (hashq-ref (saving-names env) object) text)
    (hashq-set! (saving-states env) object 'written)))

(define-method (write-readably (object <top>) file env)
  (cond ((unspecified? object) (display "(if #f #f)" file))
        ((or (literal? object env) (string? object) (bytevector? object) (bitvector? object))
         (write (list 'quote object) file))
        (else (write (global-name object) file))))

(define (write-leaf object file env)
  (match (expression-of object)
    ((expression) (write expression file))
    (#f
     (if (unbound-mark? object)
         (display "(make-unbound)" file)
         (write-readably object file env)))))

(define (global-name object)
  "Return the name by which OBJECT, a procedure, class or the like, is known in the current module."
  (let ((name (cond ((procedure? object) (procedure-name object))
                    ((is-a? object <class>) (class-name object))
                    (else #f))))
    (if (and name
             (let ((variable (module-variable (current-module) name)))
               (and variable (eq? (variable-ref variable) object))))
        name
        (scm-error 'misc-error 'save-objects
                   "~S cannot be saved: it has no name in the current module; give its expression with make-readable"
                   (list object) #f))))

(define-method (write-readably (object <pair>) file env)
  (display "(cons*" file)
  (let loop ((pair object))
    (display " " file)
    (write-component (car pair) (list 'set-car! pair (car pair)) file env)
    (let ((rest (cdr pair)))
      (cond ((and (pair? rest)
                  (not (leaf? rest env))
                  (not (hashq-ref (saving-names env) rest)))
             (loop rest))
            (else
             (display " " file)
             (write-component rest (list 'set-cdr! pair rest) file env)))))
  (display ")" file))

(define-method (write-readably (object <vector>) file env)
  (display "(vector" file)
  (let loop ((index 0))
    (when (< index (vector-length object))
      (display " " file)
      (write-component (vector-ref object index)
                       `(vector-set! ,object ,index ,(vector-ref object index))
                       file env)
      (loop (1+ index))))
  (display ")" file))

(define-method (write-readably (object <object>) file env)
  (if (or (is-a? object <class>) (is-a? object <generic>) (is-a? object <method>))
      (write (global-name object) file)
      (let ((slots (stored-slots object)))
        (format file "(restore ~s ~s" (global-name (class-of object)) (map slot-definition-name slots))
        (for-each (lambda (slot)
                    (let ((value (slot-value object slot)))
                      (display " " file)
                      (write-component value
                                       `(slot-set! ,object ',(slot-definition-name slot) ,value)
                                       file env)))
                  slots)
        (display ")" file))))

;; (restore CLASS (SLOT ...) VALUE ...): an instance of CLASS with these values, not initialized in another way.
(define-syntax-rule (restore class (slot ...) value ...)
  (restore-instance class '(slot ...) (list value ...)))

(define (restore-instance class slots values)
  (let ((object (allocate-instance class '())))
    (for-each (lambda (slot value)
                (unless (unbound-mark? value)
                  (slot-set! object slot value)))
              slots values)
    object))

;; Files

(define-method (save-objects (alist <list>) (file <string>) . rest)
  (call-with-output-file file
    (lambda (port) (apply save-objects alist port rest))))

(define-method (save-objects (alist <list>) (port <port>) . rest)
  (let*-values (((excluded uses)
                 (match rest
                   (() (values '() '()))
                   ((excluded) (values excluded '()))
                   ((excluded uses . _) (values excluded uses))))
                ((env) (make-saving (make-hash-table) (make-hash-table) '() port excluded 0 '())))
    (for-each (match-lambda
                ((name . object)
                 (unless (or (leaf? object env) (hashq-ref (saving-names env) object))
                   (hashq-set! (saving-names env) object name))))
              alist)
    (for-each (match-lambda ((_ . object) (enumerate-component! object env)))
              alist)
    (unless (null? uses)
      (write (cons 'use-modules uses) port)
      (newline port))
    (for-each (match-lambda
                ((name . object)
                 (cond ((eq? (hashq-ref (saving-names env) object) name)
                        (when (eq? (hashq-ref (saving-states env) object) 'visited)
                          (write-definition object env)))
                       (else
                        (format port "(define ~s ~a)~%" name
                                (call-with-output-string
                                  (lambda (text) (write-component-procedure object text env))))))))
              alist)
    (for-each (lambda (patch)
                (write-form patch env port)
                (newline port))
              (reverse (saving-patches env)))))

(define-method (load-objects (file <string>))
  (call-with-input-file file load-objects))

(define-method (load-objects (port <port>))
  (let ((module (make-fresh-user-module)))
    (module-use! module (resolve-interface '(oop goops)))
    (module-use! module (resolve-interface '(oop goops save)))
    (save-module-excursion
     (lambda ()
       (set-current-module module)
       (let loop ((form (read port)))
         (unless (eof-object? form)
           (eval form module)
           (loop (read port))))))
    (module-map (lambda (name variable)
                  (cons name (variable-ref variable)))
                module)))
