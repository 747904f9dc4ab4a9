;;; Commentary:
;;;
;;; Slots with procedures that run before and after they are read and written.
;;;
;;; Code:

(define-module (oop goops active-slot)
  #:use-module (oop goops)
  #:export (<active-class>))

(define-class <active-class> (<class>))

(define-method (compute-get-n-set (class <active-class>) slot)
  (if (eq? (slot-definition-allocation slot) #:active)
      (let* ((option (lambda (keyword) (get-keyword keyword (slot-definition-options slot) #f)))
             (before-ref (option #:before-slot-ref))
             (after-ref (option #:after-slot-ref))
             (before-set! (option #:before-slot-set!))
             (after-set! (option #:after-slot-set!))
             (unbound (list 'unbound))
             (values-of (make-weak-key-hash-table))
             (initial (let ((thunk (slot-definition-init-thunk slot)))
                        (lambda () (if thunk (thunk) (get-keyword #:init-value (slot-definition-options slot) unbound))))))
        (list (lambda (object)
                (if (and before-ref (not (before-ref object)))
                    #f
                    (let ((value (hashq-ref values-of object unbound)))
                      (let ((value (if (eq? value unbound)
                                       (let ((first (initial)))
                                         (hashq-set! values-of object first)
                                         first)
                                       value)))
                        (if after-ref (after-ref object))
                        value))))
              (lambda (object value)
                (if (or (not before-set!) (before-set! object value))
                    (begin
                      (hashq-set! values-of object value)
                      (if after-set! (after-set! object value)))))))
      (next-method)))
