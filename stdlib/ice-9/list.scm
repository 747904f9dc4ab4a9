;;; Commentary:
;;;
;;; Looking in association lists by value.
;;;
;;; Code:

(define-module (ice-9 list)
  #:export (rassoc rassq rassv))

(define (by-value same?)
  (lambda (value alist)
    (let loop ((rest alist))
      (cond ((null? rest) #f)
            ((and (pair? (car rest)) (same? value (cdar rest))) (car rest))
            (else (loop (cdr rest)))))))
(define rassq (by-value eq?))
(define rassv (by-value eqv?))
(define* (rassoc value alist #:optional (same? equal?))
  "Return the first entry of ALIST whose value is the same as VALUE, or #f."
  ((by-value same?) value alist))
