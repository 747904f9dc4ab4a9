;;; Commentary:
;;;
;;; (describe OBJECT): what a value is, in words. A generic function, so that classes may add to it.
;;;
;;; Code:

(define-module (oop goops describe)
  #:use-module (oop goops)
  #:export (describe))

(define-generic describe)

(define-method (describe (x <top>))
  (format #t "~S is " x)
  (cond ((eq? x #t) (display "the boolean true"))
        ((eq? x #f) (display "the boolean false"))
        ((null? x) (display "an empty list"))
        ((integer? x) (display (if (even? x) "an even number" "an odd number")))
        (else (display (article (class-of x)))))
  (display ".\n")
  *unspecified*)

(define (article class)
  ;; The name of CLASS without its brackets, with `a' or `an' before it.
  (let* ((name (symbol->string (class-name class)))
         (bare (string-trim-both name (char-set #\< #\>))))
    (string-append (if (and (positive? (string-length bare)) (memv (string-ref bare 0) (string->list "aeiou"))) "an " "a ")
                   bare)))

(define-method (describe (x <procedure>))
  (format #t "~S is ~A" x (if (primitive? x) "a primitive procedure" "a procedure"))
  (let ((name (procedure-name x)))
    (if name (format #t " called ~A" name)))
  (display ".\n")
  (let ((doc (procedure-documentation x)))
    (if doc (format #t "~A\n" doc)))
  *unspecified*)

(define-method (describe (x <object>))
  (format #t "~S is an instance of class ~A~%" x (class-name (class-of x)))
  (format #t "Slots are: ~%")
  (for-each
   (lambda (slot)
     (let ((name (slot-definition-name slot)))
       (format #t "     ~S = ~A~%" name
               (if (slot-bound? x name) (format #f "~S" (slot-ref x name)) "#<unbound>"))))
   (class-slots (class-of x)))
  *unspecified*)

(define-method (describe (x <class>))
  (format #t "~S is a class. It's an instance of ~A~%" (class-name x) (class-name (class-of x)))
  (format #t "Superclasses are:~%")
  (for-each (lambda (class) (format #t "    ~A~%" (class-name class))) (class-direct-supers x))
  (format #t (if (null? (class-direct-slots x)) "(No direct slot)~%" "Directs slots are:~%"))
  (for-each (lambda (slot) (format #t "    ~A~%" (slot-definition-name slot))) (class-direct-slots x))
  (format #t (if (null? (class-direct-subclasses x)) "(No direct subclass)~%" "Directs subclasses are:~%"))
  (for-each (lambda (class) (format #t "    ~A~%" (class-name class))) (class-direct-subclasses x))
  (format #t "Class Precedence List is:~%")
  (for-each (lambda (class) (format #t "    ~A~%" (class-name class))) (class-precedence-list x))
  (format #t (if (null? (class-direct-methods x)) "(No direct method)~%" "Class direct methods are:~%"))
  (for-each describe (class-direct-methods x))
  *unspecified*)

(define-method (describe (x <method>))
  (format #t "    Method ~S~%" x)
  *unspecified*)

(define-method (describe (x <generic>))
  (format #t "~S is a generic function. It's an instance of ~A.~%"
          (generic-function-name x) (class-name (class-of x)))
  (format #t (if (null? (generic-function-methods x)) "(No method defined for ~S)~%" "Methods defined for ~S~%")
          (generic-function-name x))
  (for-each describe (generic-function-methods x))
  *unspecified*)
