;;; Sorting and merging. Merge sort on vectors: stable, and few calls beside those of the order.

(define (sort seq less?)
  "Return the elements of SEQ, a list or vector, in the order LESS?."
  (cond ((null? seq) '())
        ((pair? seq) (vector->list (%merge-sort! (list->vector seq) less?)))
        ((vector? seq) (%merge-sort! (vector-copy seq) less?))

        ((array? seq)
         (let ((sorted (array-copy seq))) (sort! sorted less?)))
        (else (scm-error 'wrong-type-arg "sort" "Wrong type argument in position ~A: ~S"
                         (list 1 seq) (list seq)))))

(define (stable-sort seq less?)
  "Return the elements of SEQ in the order LESS?, equal ones as they were."
  (sort seq less?))

(define (sort-list list less?)
  "Return the elements of LIST in the order LESS?."
  (sort list less?))

(define (sort! seq less?)
  "Sort SEQ in place when it is a vector, and return it."
  (cond ((vector? seq) (%merge-sort! seq less?))
        ((or (pair? seq) (not (array? seq))) (sort seq less?))
        (else
         ;; A uniform vector or another array of one dimension.
         (let ((sorted (%merge-sort! (list->vector (array->list seq)) less?)))
           (array-copy! sorted (array-start-at-zero seq))
           seq))))

(define (array-start-at-zero seq)
  (let ((bounds (car (array-shape seq))))
    (make-shared-array seq (lambda (i) (list (+ i (car bounds)))) (- (cadr bounds) (car bounds) -1))))

(define (stable-sort! seq less?)
  "Sort SEQ in place when it is a vector, and return it."
  (sort! seq less?))

(define (sort-list! list less?)
  "Return the elements of LIST in the order LESS?."
  (sort list less?))

(define (restricted-vector-sort! v less? start end)
  "Sort V from START up to END in place."
  (let ((part (sort (vector-copy v start end) less?)))
    (vector-copy! v start part)))

(define (%merge-sort! v less?)
  ;; Runs of one, then two, four, ... elements are merged from one vector to the other.
  (let ((n (vector-length v)))
    (let passes ((from v) (to (make-vector n #f)) (width 1))
      (if (>= width n)
          (begin
            (if (not (eq? from v)) (vector-copy! v 0 from))
            v)
          (let blocks ((low 0))
            (if (< low n)
                (let* ((middle (min (+ low width) n))
                       (high (min (+ middle width) n)))
                  (let merge ((i low) (j middle) (k low))
                    (cond ((and (< i middle)
                                (or (>= j high)
                                    (not (less? (vector-ref from j) (vector-ref from i)))))
                           (vector-set! to k (vector-ref from i))
                           (merge (+ i 1) j (+ k 1)))
                          ((< j high)
                           (vector-set! to k (vector-ref from j))
                           (merge i (+ j 1) (+ k 1)))))
                  (blocks high))
                (passes to from (* width 2))))))))

(define (sorted? seq less?)
  "Return #t when the elements of SEQ are in the order LESS?."
  (let ((v (cond ((vector? seq) seq)
                 ((and (array? seq) (not (pair? seq))) (list->vector (array->list seq)))
                 (else (list->vector seq)))))
    (let ((n (vector-length v)))
      (let loop ((i 1))
        (or (>= i n)
            (and (not (less? (vector-ref v i) (vector-ref v (- i 1))))
                 (loop (+ i 1))))))))

(define (merge a b less?)
  "Return the merge of the sorted lists A and B."
  (let loop ((a a) (b b) (merged '()))
    (cond ((null? a) (append-reverse merged b))
          ((null? b) (append-reverse merged a))
          ((less? (car b) (car a)) (loop a (cdr b) (cons (car b) merged)))
          (else (loop (cdr a) b (cons (car a) merged))))))

(define (merge! a b less?)
  "Return the merge of the sorted lists A and B."
  (merge a b less?))
