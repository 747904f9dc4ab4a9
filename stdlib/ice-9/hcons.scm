;;; Commentary:
;;;
;;; Pairs that are the same when their parts are.
;;;
;;; Code:

(define-module (ice-9 hcons)
  #:export (hashq-cons-hash hashq-cons-assoc hashq-cons-get-handle hashq-cons-create-handle!
            hashq-cons-ref hashq-cons-set! hashq-cons hashq-conser make-gc-buffer))

(define (hashq-cons-hash pair n) "Return a hash below N of PAIR by its parts." (modulo (logxor (hashq (car pair) 4194303) (hashq (cdr pair) 4194303)) n))
(define (hashq-cons-assoc key list)
  "Return the entry of LIST whose key has the same parts as KEY, or #f."
  (cond ((null? list) #f)
        ((and (pair? (caar list)) (eq? (car key) (caaar list)) (eq? (cdr key) (cdaar list))) (car list))
        (else (hashq-cons-assoc key (cdr list)))))
(define (hashq-cons-get-handle table key) "Return the entry of KEY in TABLE, or #f." (hashx-get-handle hashq-cons-hash hashq-cons-assoc table key))
(define (hashq-cons-create-handle! table key init) "Return the entry of KEY in TABLE, made with INIT when missing." (hashx-create-handle! hashq-cons-hash hashq-cons-assoc table key init))
(define (hashq-cons-ref table key) "Return the value of KEY in TABLE, or #f." (hashx-ref hashq-cons-hash hashq-cons-assoc table key #f))
(define (hashq-cons-set! table key value) "Set the value of KEY in TABLE." (hashx-set! hashq-cons-hash hashq-cons-assoc table key value))
(define (hashq-cons table a d)
  "Return the pair of A and D that TABLE knows, or a new one."
  (car (hashq-cons-create-handle! table (cons a d) #f)))
(define* (hashq-conser #:optional (table-or-size 31))
  "Return a procedure like cons that gives the same pair for the same parts."
  (let ((table (if (hash-table? table-or-size) table-or-size (make-hash-table table-or-size))))
    (lambda (a d) (hashq-cons table a d))))
(define (make-gc-buffer size)
  "Return a procedure that keeps what it is called with last, SIZE values."
  (let ((ring (make-vector size #f)) (next 0))
    (lambda (value)
      (vector-set! ring next value)
      (set! next (modulo (+ next 1) size))
      value)))
