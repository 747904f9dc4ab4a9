;;; Commentary:
;;;
;;; Queues: a pair of a list and its last pair.
;;;
;;; Code:

(define-module (ice-9 q)
  #:export (sync-q! make-q q? q-empty? q-empty-check q-front q-rear q-remove! q-push! enq! q-pop! deq! q-length))

(define (sync-q! q)
  "Make the tail pointer of Q right again, and return Q."
  (set-cdr! q (if (pair? (car q)) (last-pair (car q)) #f))
  q)
(define (make-q) "Return a new empty queue." (cons '() #f))
(define (q? x)
  "Return #t when X is a queue."
  (and (pair? x)
       (if (pair? (car x))
           (eq? (cdr x) (last-pair (car x)))
           (and (null? (car x)) (not (cdr x))))))
(define (q-empty? q) "Return #t when Q is empty." (null? (car q)))
(define (q-empty-check q)
  "Throw q-empty when Q is empty."
  (if (q-empty? q) (throw 'q-empty q)))
(define (q-front q) "Return the first element of Q." (q-empty-check q) (caar q))
(define (q-rear q) "Return the last element of Q." (q-empty-check q) (cadr q))
(define (q-remove! q x)
  "Remove all X from Q."
  (set-car! q (delq! x (car q)))
  (sync-q! q))
(define (q-push! q x)
  "Put X in front of Q."
  (let ((new (cons x (car q))))
    (if (q-empty? q) (set-cdr! q new))
    (set-car! q new))
  q)
(define (enq! q x)
  "Put X at the end of Q."
  (let ((new (list x)))
    (if (q-empty? q)
        (set-car! q new)
        (set-cdr! (cdr q) new))
    (set-cdr! q new))
  q)
(define (q-pop! q)
  "Remove the first element of Q and return it."
  (q-empty-check q)
  (let ((x (caar q)))
    (set-car! q (cdar q))
    (if (null? (car q)) (set-cdr! q #f))
    x))
(define deq! q-pop!)
(define (q-length q) "Return the number of elements of Q." (length (car q)))
