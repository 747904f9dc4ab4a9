;;; Commentary:
;;;
;;; SRFI 171: transducers of Guile.
;;;
;;; Code:

(define-module (srfi srfi-171 gnu)
  #:use-module (srfi srfi-171)
  #:use-module (srfi srfi-171 meta)
  #:export (tbatch tfold))

(define tbatch
  (case-lambda
    "Collect the results of a transducer and reducer that end, one after the other."
    ((reducer) (tbatch (lambda (r) r) reducer))
    ((transducer reducer)
     (lambda (outer)
       (let* ((inner (transducer reducer)) (state (inner)) (fresh? #t))
         (case-lambda
           (() (outer))
           ((result)
            (outer (if fresh? result
                       (let ((new (outer result (inner state))))
                         (if (reduced? new) (unreduce new) new)))))
           ((result item)
            (let ((value (inner state item)))
              (set! fresh? #f)
              (if (reduced? value)
                  (let ((batch (inner (unreduce value))))
                    ;; The transducer itself may count: it begins anew as well.
                    (set! inner (transducer reducer))
                    (set! state (inner))
                    (set! fresh? #t)
                    (outer result batch))
                  (begin
                    (set! state value)
                    result))))))))))
(define tfold
  (case-lambda
    "Pass on the results of folding REDUCER over what has come so far."
    ((reducer) (tfold reducer (reducer)))
    ((reducer seed)
     (lambda (outer)
       (let ((state seed))
         (case-lambda
           (() (outer))
           ((result) (outer result))
           ((result item)
            (let ((value (reducer state item)))
              (if (reduced? value)
                  (reduced (let ((new (outer result (reducer (unreduce value))))) (if (reduced? new) (unreduce new) new)))
                  (begin
                    (set! state value)
                    (outer result value)))))))))))
