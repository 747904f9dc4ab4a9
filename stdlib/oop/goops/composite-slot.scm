;;; Commentary:
;;;
;;; Slots that stand for slots of the objects in other slots: #:allocation #:propagated with
;;; #:propagate-to '(SLOT (SLOT NAME) ...).
;;;
;;; Code:

(define-module (oop goops composite-slot)
  #:use-module (oop goops)
  #:export (<composite-class>))

(define-class <composite-class> (<class>))

(define-method (compute-get-n-set (class <composite-class>) slot)
  (if (eq? (slot-definition-allocation slot) #:propagated)
      (let* ((name (slot-definition-name slot))
             (targets (map (lambda (target) (if (pair? target) target (list target name)))
                           (get-keyword #:propagate-to (slot-definition-options slot) '()))))
        (if (null? targets)
            (goops-error "Propagation not specified for slot ~S" name))
        (list (lambda (object)
                (slot-ref (slot-ref object (car (car targets))) (cadr (car targets))))
              (lambda (object value)
                (for-each (lambda (target)
                            (slot-set! (slot-ref object (car target)) (cadr target) value))
                          targets))))
      (next-method)))
