;;; Vectors: what calls procedures, under the names of R7RS and SRFI 43 (exported by their modules).

(define %vector-map
  (case-lambda
    ((f v)
     (let* ((n (vector-length v)))
       (let loop ((i 0) (results '()))
         (if (< i n)
             (loop (+ i 1) (cons (f (vector-ref v i)) results))
             (list->vector (reverse results))))))
    ((f v . vectors)
     (list->vector (apply map f (map vector->list (cons v vectors)))))))

(define %vector-for-each
  (case-lambda
    ((f v)
     (let ((n (vector-length v)))
       (let loop ((i 0))
         (if (< i n)
             (begin (f (vector-ref v i)) (loop (+ i 1)))))))
    ((f v . vectors)
     (apply for-each f (map vector->list (cons v vectors))))))

(define (vector-binary-search vector key key<?)
  "Return the element of the sorted VECTOR that (KEY<? KEY element) says is equal, or #f."
  (let loop ((low 0) (high (vector-length vector)))
    (and (< low high)
         (let* ((middle (quotient (+ low high) 2))
                (order (key<? key (vector-ref vector middle))))
           (cond ((zero? order) (vector-ref vector middle))
                 ((negative? order) (loop low middle))
                 (else (loop (+ middle 1) high)))))))
