;;; Lists: the procedures of (guile) that call procedures.

(define map
  (case-lambda
    "Return the list of the results of F on the elements of the lists, in order."
    ((f l)
     (let loop ((rest l) (results '()))
       (if (pair? rest)
           (loop (cdr rest) (cons (f (car rest)) results))
           (begin
             (if (not (null? rest)) (%not-a-list 'map 2 l))
             (reverse results)))))
    ((f l1 l2)
     (let loop ((a l1) (b l2) (results '()))
       (if (and (pair? a) (pair? b))
           (loop (cdr a) (cdr b) (cons (f (car a) (car b)) results))
           (reverse results))))
    ((f l1 . lists)
     (let loop ((ls (cons l1 lists)) (results '()))
       (if (%all-pairs? ls)
           (loop (%cdrs ls) (cons (apply f (%cars ls)) results))
           (reverse results))))))

(define map-in-order map)

(define for-each
  (case-lambda
    "Call F on the elements of the lists, in order."
    ((f l)
     (let loop ((rest l))
       (if (pair? rest)
           (begin (f (car rest)) (loop (cdr rest)))
           (if (not (null? rest)) (%not-a-list 'for-each 2 l)))))
    ((f l1 l2)
     (let loop ((a l1) (b l2))
       (if (and (pair? a) (pair? b))
           (begin (f (car a) (car b))
                  (loop (cdr a) (cdr b))))))
    ((f l1 . lists)
     (let loop ((ls (cons l1 lists)))
       (if (%all-pairs? ls)
           (begin (apply f (%cars ls))
                  (loop (%cdrs ls))))))))

(define (%not-a-list who position value)
  (scm-error 'wrong-type-arg (symbol->string who)
             "Wrong type argument in position ~A (expecting list): ~S"
             (list position value) (list value)))

(define (%all-pairs? ls)
  (or (null? ls)
      (and (pair? (car ls)) (%all-pairs? (cdr ls)))))

(define (%cars ls)
  (if (null? ls) '() (cons (car (car ls)) (%cars (cdr ls)))))

(define (%cdrs ls)
  (if (null? ls) '() (cons (cdr (car ls)) (%cdrs (cdr ls)))))

(define (filter pred list)
  "Return the elements of LIST that satisfy PRED, in order."
  (let loop ((rest list) (kept '()))
    (if (pair? rest)
        (loop (cdr rest)
              (if (pred (car rest)) (cons (car rest) kept) kept))
        (reverse! kept))))

(define (filter! pred list)
  "Return the elements of LIST that satisfy PRED; LIST may be changed."
  (filter pred list))

(define (and-map f list)
  "Return the value of F on the last element of LIST, or #f as soon as it gives #f."
  (let loop ((result #t) (rest list))
    (if (and result (pair? rest))
        (loop (f (car rest)) (cdr rest))
        result)))

(define (or-map f list)
  "Return the first true value of F on the elements of LIST, or #f."
  (let loop ((result #f) (rest list))
    (if (or result (null? rest))
        result
        (loop (f (car rest)) (cdr rest)))))

(define (list-index list x)
  "Return the position of X in LIST by eq?, or #f."
  (let loop ((rest list) (k 0))
    (and (pair? rest)
         (if (eq? (car rest) x) k (loop (cdr rest) (+ k 1))))))

(define (identity x)
  "Return X."
  x)

(define (compose proc . others)
  "Return the composition of the procedures: the last is called first."
  (if (null? others)
      proc
      (let ((g (apply compose others)))
        (lambda args
          (call-with-values (lambda () (apply g args)) proc)))))

(define (negate proc)
  "Return a procedure that is true when PROC is false."
  (lambda args (not (apply proc args))))

(define (const value)
  "Return a procedure that returns VALUE whatever its arguments."
  (lambda _ value))

(define (and=> value procedure)
  "Return (PROCEDURE VALUE) unless VALUE is #f."
  (and value (procedure value)))

(define* (iota count #:optional (start 0) (step 1))
  "Return the list of COUNT numbers from START by STEP."
  (if (negative? count)
      (scm-error 'wrong-type-arg "iota" "Wrong type argument in position ~A (expecting ~A): ~S"
                 (list 1 "non-negative integer" count) (list count)))
  (let loop ((i (- count 1)) (result '()))
    (if (< i 0)
        result
        (loop (- i 1) (cons (+ start (* i step)) result)))))
