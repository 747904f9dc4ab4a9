;;; Commentary:
;;;
;;; SRFI 43: vectors.
;;;
;;; Code:

(define-module (srfi srfi-43)
  #:use-module (srfi srfi-1)
  #:export (vector-unfold vector-unfold-right vector-reverse-copy vector-concatenate
            vector-empty? vector= vector-fold vector-fold-right vector-map vector-map!
            vector-for-each vector-count vector-index vector-index-right vector-skip
            vector-skip-right vector-any vector-every vector-swap! vector-reverse!
            vector-reverse-copy! reverse-vector->list reverse-list->vector)
  #:replace (vector-copy vector-append vector-fill! list->vector vector->list vector-copy! vector-binary-search)
  #:re-export (make-vector vector vector? vector-ref vector-set! vector-length))

(define vector-append (@ (guile) vector-append))
(define vector-fill! (@ (guile) vector-fill!))
(define vector->list (@ (guile) vector->list))
(define vector-copy! (@ (guile) vector-copy!))

(define* (vector-copy vec #:optional (start 0) (end (vector-length vec)) (fill *unspecified*))
  "Return a copy of VEC from START up to END, which may be past its end: then FILL follows."
  (let ((copy (make-vector (- end start) fill)))
    (vector-copy! copy 0 vec start (min end (vector-length vec)))
    copy))

(define* (list->vector list #:optional (start 0) end)
  "Return a vector of the elements of LIST from START up to END."
  ((@ (guile) list->vector)
   (let ((tail (list-tail list start)))
     (if end (list-head tail (- end start)) tail))))

(define (vector-unfold f length . seeds)
  "Return a vector of LENGTH elements: F gives one, and the next seeds, for an index and seeds."
  (let ((vec (make-vector length)))
    (let loop ((i 0) (seeds seeds))
      (if (< i length)
          (call-with-values (lambda () (apply f i seeds))
            (lambda (x . seeds)
              (vector-set! vec i x)
              (loop (+ i 1) seeds)))
          vec))))

(define (vector-unfold-right f length . seeds)
  "Like vector-unfold, from the last element."
  (let ((vec (make-vector length)))
    (let loop ((i (- length 1)) (seeds seeds))
      (if (>= i 0)
          (call-with-values (lambda () (apply f i seeds))
            (lambda (x . seeds)
              (vector-set! vec i x)
              (loop (- i 1) seeds)))
          vec))))

(define* (vector-reverse-copy vec #:optional (start 0) (end (vector-length vec)))
  "Return VEC, from START up to END, backwards."
  ((@ (guile) list->vector) (reverse (vector->list vec start end))))

(define (vector-concatenate vectors)
  "Return the concatenation of the list VECTORS."
  (apply vector-append vectors))

(define (vector-empty? vec)
  "Return #t when VEC has no elements."
  (zero? (vector-length vec)))

(define (vector= elt=? . vectors)
  "Return #t when all VECTORS have the same elements by ELT=?."
  (define (same? a b)
    (and (= (vector-length a) (vector-length b))
         (let loop ((i 0))
           (or (= i (vector-length a))
               (and (elt=? (vector-ref a i) (vector-ref b i))
                    (loop (+ i 1)))))))
  (or (null? vectors)
      (let loop ((a (car vectors)) (rest (cdr vectors)))
        (or (null? rest)
            (and (same? a (car rest))
                 (loop (car rest) (cdr rest)))))))

(define (common-length vectors)
  (apply min (map vector-length vectors)))

(define (elements vectors i)
  (map (lambda (vec) (vector-ref vec i)) vectors))

(define-syntax-rule (define-over-vectors (name parameter ... vec) doc (n call) body)
  ;; NAME on one vector, or on several: (CALL i before ...) calls with what stands before, and the elements at i.
  (define name
    (case-lambda
      ((parameter ... vec)
       doc
       (let ((n (vector-length vec)))
         (let-syntax ((call (syntax-rules ()
                              ((_ i proc before (... ...)) (proc before (... ...) (vector-ref vec i))))))
           body)))
      ((parameter ... vec . others)
       (let* ((vectors (cons vec others))
              (n (common-length vectors)))
         (let-syntax ((call (syntax-rules ()
                              ((_ i proc before (... ...)) (apply proc before (... ...) (elements vectors i))))))
           body))))))

(define-over-vectors (vector-fold kons knil vec)
  "Fold KONS, called with index, result and elements, from the left."
  (n call)
  (let loop ((i 0) (result knil))
    (if (= i n)
        result
        (loop (+ i 1) (call i kons i result)))))

(define-over-vectors (vector-fold-right kons knil vec)
  "Fold KONS, called with index, result and elements, from the right."
  (n call)
  (let loop ((i (- n 1)) (result knil))
    (if (< i 0)
        result
        (loop (- i 1) (call i kons i result)))))

(define-over-vectors (vector-map f vec)
  "Return a vector of the results of F on an index and the elements."
  (n call)
  ;; A list first: what F returns again, by a continuation, goes into another vector.
  (let loop ((i 0) (results '()))
    (if (< i n)
        (loop (+ i 1) (cons (call i f i) results))
        ((@ (guile) list->vector) (reverse! results)))))

(define-over-vectors (vector-map! f vec)
  "Replace the elements of VEC by the results of F on an index and the elements."
  (n call)
  (let loop ((i 0))
    (if (< i n)
        (begin
          (vector-set! vec i (call i f i))
          (loop (+ i 1))))))

(define-over-vectors (vector-for-each f vec)
  "Call F on an index and the elements, in order."
  (n call)
  (let loop ((i 0))
    (if (< i n)
        (begin
          (call i f i)
          (loop (+ i 1))))))

(define (vector-count pred? vec . vectors)
  "Return for how many indices PRED? is true of the index and the elements."
  (apply vector-fold (lambda (i n . items) (if (apply pred? i items) (+ n 1) n)) 0 vec vectors))

(define-over-vectors (vector-index pred? vec)
  "Return the first index at which PRED? is true, or #f."
  (n call)
  (let loop ((i 0))
    (and (< i n)
         (if (call i pred?) i (loop (+ i 1))))))

(define-over-vectors (vector-index-right pred? vec)
  "Return the last index at which PRED? is true, or #f."
  (n call)
  (let loop ((i (- n 1)))
    (and (>= i 0)
         (if (call i pred?) i (loop (- i 1))))))

(define (vector-skip pred? vec . vectors)
  "Return the first index at which PRED? is false, or #f."
  (apply vector-index (lambda items (not (apply pred? items))) vec vectors))
(define (vector-skip-right pred? vec . vectors)
  "Return the last index at which PRED? is false, or #f."
  (apply vector-index-right (lambda items (not (apply pred? items))) vec vectors))

(define* (vector-binary-search vec value cmp #:optional (start 0) (end (vector-length vec)))
  "Return the index of VALUE in the sorted VEC by CMP, or #f."
  (let loop ((low start) (high end))
    (and (< low high)
         (let* ((middle (quotient (+ low high) 2))
                (order (cmp (vector-ref vec middle) value)))
           (cond ((zero? order) middle)
                 ((positive? order) (loop low middle))
                 (else (loop (+ middle 1) high)))))))

(define-over-vectors (vector-any pred? vec)
  "Return the first true value of PRED? on the elements, or #f."
  (n call)
  (let loop ((i 0))
    (and (< i n)
         (or (call i pred?) (loop (+ i 1))))))

(define-over-vectors (vector-every pred? vec)
  "Return #f as soon as PRED? is, else its last value."
  (n call)
  (let loop ((i 0) (result #t))
    (if (= i n)
        result
        (let ((result (call i pred?)))
          (and result (loop (+ i 1) result))))))

(define (vector-swap! vec i j)
  "Swap elements I and J of VEC."
  (let ((x (vector-ref vec i)))
    (vector-set! vec i (vector-ref vec j))
    (vector-set! vec j x)))

(define* (vector-reverse! vec #:optional (start 0) (end (vector-length vec)))
  "Reverse VEC in place, from START up to END."
  (let loop ((i start) (j (- end 1)))
    (if (< i j)
        (begin
          (vector-swap! vec i j)
          (loop (+ i 1) (- j 1))))))

(define* (vector-reverse-copy! target tstart source #:optional (start 0) (end (vector-length source)))
  "Copy SOURCE, from START up to END, backwards into TARGET at TSTART."
  (vector-copy! target tstart (vector-reverse-copy source start end)))

(define* (reverse-vector->list vec #:optional (start 0) (end (vector-length vec)))
  "Return the elements of VEC from END down to START."
  (reverse (vector->list vec start end)))

(define* (reverse-list->vector list #:optional (start 0) end)
  "Return a vector of the elements of LIST backwards."
  ((@ (guile) list->vector) (reverse (let ((tail (list-tail list start))) (if end (list-head tail (- end start)) tail)))))
