;;; Commentary:
;;;
;;; SRFI 171: transducers.
;;;
;;; Code:

(define-module (srfi srfi-171)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:export (rcons reverse-rcons rcount rany revery
            list-transduce vector-transduce string-transduce bytevector-u8-transduce
            port-transduce generator-transduce
            tmap tfilter tremove treplace tfilter-map tdrop tdrop-while ttake ttake-while
            tconcatenate tappend-map tdelete-neighbor-duplicates tdelete-duplicates tflatten
            tsegment tpartition tadd-between tenumerate tlog reduced reduced? unreduce
            ensure-reduced preserving-reduced))

(define-record-type reduced-value
  (reduced value)
  reduced?
  (value unreduce))

(define (ensure-reduced x) "Return X, marked as the final result." (if (reduced? x) x (reduced x)))
(define (preserving-reduced reducer)
  "Return REDUCER such that an inner reduction passes its final results on."
  (lambda (a b)
    (let ((result (reducer a b)))
      (if (reduced? result) (reduced result) result))))

;; Reducers

(define rcons
  (case-lambda "Collect a list." (() '()) ((list) (reverse! list)) ((list item) (cons item list))))
(define reverse-rcons
  (case-lambda "Collect a list backwards." (() '()) ((list) list) ((list item) (cons item list))))
(define rcount
  (case-lambda "Count." (() 0) ((n) n) ((n item) (+ n 1))))
(define (rany pred)
  "Return a reducer that stops at the first true value of PRED."
  (case-lambda (() #f) ((result) result)
               ((result item) (let ((found (pred item))) (if found (reduced found) #f)))))
(define (revery pred)
  "Return a reducer that stops at the first false value of PRED."
  (case-lambda (() #t) ((result) result)
               ((result item) (let ((found (and result (pred item)))) (or found (reduced #f))))))

;; Drivers

(define %none (list (quote none)))

(define (run xform f init fold-items)
  (let* ((reducer (xform f))
         (result (fold-items reducer (if (eq? init %none) (f) init))))
    (reducer result)))


(define (fold-until reducer result next)
  ;; NEXT returns an item or the end-of-file object.
  (let loop ((result result))
    (let ((item (next)))
      (if (eof-object? item)
          result
          (let ((result (reducer result item)))
            (if (reduced? result) (unreduce result) (loop result)))))))

(define-syntax-rule (define-driver name doc (source) make-next)
  (define name
    (case-lambda
      doc
      ((xform f source) (name xform f %none source))
      ((xform f init source)
       (run xform f init (lambda (reducer result) (fold-until reducer result make-next)))))))

(define end (read-char (open-input-string "")))

(define (list-items list)
  (lambda ()
    (if (null? list)
        end
        (let ((item (car list)))
          (set! list (cdr list))
          item))))
(define (indexed-items length ref)
  (let ((i -1))
    (lambda ()
      (set! i (+ i 1))
      (if (< i length) (ref i) end))))

(define-driver list-transduce "Reduce the elements of a list." (source) (list-items source))
(define-driver vector-transduce "Reduce the elements of a vector." (source)
  (indexed-items (vector-length source) (lambda (i) (vector-ref source i))))
(define-driver string-transduce "Reduce the characters of a string." (source)
  (indexed-items (string-length source) (lambda (i) (string-ref source i))))
(define-driver bytevector-u8-transduce "Reduce the bytes of a bytevector." (source)
  (indexed-items (bytevector-length source) (lambda (i) (bytevector-u8-ref source i))))
(define-driver generator-transduce "Reduce what a generator gives." (source) source)
(define port-transduce
  (case-lambda
    "Reduce what a reader reads."
    ((xform f by) (generator-transduce xform f by))
    ((xform f by port) (generator-transduce xform f (lambda () (by port))))
    ((xform f init by port) (generator-transduce xform f init (lambda () (by port))))))

;; Transducers

(define-syntax-rule (transducer (reducer result item) step)
  (lambda (reducer)
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result item) step))))

(define (tmap f) "Apply F to every item." (transducer (reducer result item) (reducer result (f item))))
(define (tfilter pred)
  "Keep the items that satisfy PRED."
  (transducer (reducer result item) (if (pred item) (reducer result item) result)))
(define (tremove pred)
  "Drop the items that satisfy PRED."
  (transducer (reducer result item) (if (pred item) result (reducer result item))))
(define (tfilter-map f)
  "Keep the true results of F."
  (transducer (reducer result item) (let ((x (f item))) (if x (reducer result x) result))))
(define (treplace mapping)
  "Replace items by what MAPPING, an association list, hash table or procedure, says."
  (tmap (cond ((procedure? mapping) mapping)
              ((hash-table? mapping) (lambda (x) (hash-ref mapping x x)))
              (else (lambda (x) (let ((entry (assoc x mapping))) (if entry (cdr entry) x)))))))

(define-syntax-rule (stateful-transducer ((state init) ...) (reducer result item) step)
  (lambda (reducer)
    (let ((state init) ...)
      (case-lambda
        (() (reducer))
        ((result) (reducer result))
        ((result item) step)))))

(define (tdrop n)
  "Drop the first N items."
  (stateful-transducer ((left n)) (reducer result item)
    (if (> left 0)
        (begin (set! left (- left 1)) result)
        (reducer result item))))
(define (tdrop-while pred)
  "Drop items as long as they satisfy PRED."
  (stateful-transducer ((dropping #t)) (reducer result item)
    (if (and dropping (pred item))
        result
        (begin (set! dropping #f) (reducer result item)))))
(define (ttake n)
  "Keep the first N items."
  (stateful-transducer ((left n)) (reducer result item)
    (if (<= left 0)
        (ensure-reduced result)
        (let ((result (reducer result item)))
          (set! left (- left 1))
          (if (<= left 0) (ensure-reduced result) result)))))
(define* (ttake-while pred #:optional (ret (lambda (result item) result)))
  "Keep items as long as they satisfy PRED."
  (stateful-transducer ((taking #t)) (reducer result item)
    (if (and taking (pred item))
        (reducer result item)
        (begin (set! taking #f) (ensure-reduced (ret result item))))))

(define (tconcatenate reducer)
  "Reduce the items of every item, a list."
  (let ((inner (preserving-reduced reducer)))
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result items)
       (let loop ((items items) (result result))
         (if (null? items)
             result
             (let ((next (reducer result (car items))))
               (if (reduced? next) next (loop (cdr items) next)))))))))
(define (tappend-map f) "Reduce the items of the lists F gives." (compose (tmap f) tconcatenate))

(define tflatten
  (lambda (reducer)
    "Reduce the leaves of items that are lists."
    (define (step result item)
      (if (list? item)
          (let loop ((items item) (result result))
            (if (or (null? items) (reduced? result))
                result
                (loop (cdr items) (step result (car items)))))
          (reducer result item)))
    (case-lambda (() (reducer)) ((result) (reducer result)) ((result item) (step result item)))))

(define* (tdelete-neighbor-duplicates #:optional (equal? equal?))
  "Drop items equal to the one before."
  (stateful-transducer ((previous %none)) (reducer result item)
    (if (and (not (eq? previous %none)) (equal? previous item))
        result
        (begin (set! previous item) (reducer result item)))))
(define* (tdelete-duplicates #:optional (equality equal?))
  "Drop items equal to an earlier one."
  (stateful-transducer ((seen '())) (reducer result item)
    (if (member item seen equality)
        result
        (begin (set! seen (cons item seen)) (reducer result item)))))

(define (tsegment n)
  "Collect items in lists of N."
  (lambda (reducer)
    (let ((items '()) (count 0))
      (case-lambda
        (() (reducer))
        ((result)
         (let ((result (if (null? items) result (unreduce* (reducer result (reverse items))))))
           (set! items '())
           (reducer result)))
        ((result item)
         (set! items (cons item items))
         (set! count (+ count 1))
         (if (= count n)
             (let ((full (reverse items)))
               (set! items '())
               (set! count 0)
               (reducer result full))
             result))))))
(define (unreduce* x) (if (reduced? x) (unreduce x) x))

(define (tpartition f)
  "Collect neighbours for which F gives the same in lists."
  (lambda (reducer)
    (let ((items '()) (last %none))
      (case-lambda
        (() (reducer))
        ((result)
         (let ((result (if (null? items) result (unreduce* (reducer result (reverse items))))))
           (set! items '())
           (reducer result)))
        ((result item)
         (let ((key (f item)))
           (if (or (eq? last %none) (equal? key last))
               (begin
                 (set! items (cons item items))
                 (set! last key)
                 result)
               (let ((full (reverse items)))
                 (set! items (list item))
                 (set! last key)
                 (reducer result full)))))))))

(define (tadd-between x)
  "Put X between items."
  (stateful-transducer ((started #f)) (reducer result item)
    (if started
        (let ((result (reducer result x)))
          (if (reduced? result) result (reducer result item)))
        (begin (set! started #t) (reducer result item)))))
(define* (tenumerate #:optional (start 0))
  "Pair items with their number from START on."
  (stateful-transducer ((n (- start 1))) (reducer result item)
    (begin (set! n (+ n 1)) (reducer result (cons n item)))))
(define* (tlog #:optional (log-function (lambda (result item) (write item) (newline))))
  "Call LOG-FUNCTION on the result and every item."
  (transducer (reducer result item) (begin (log-function result item) (reducer result item))))
