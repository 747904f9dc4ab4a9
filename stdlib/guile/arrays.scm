;;; Commentary:
;;;
;;; What Guile's arrays do with procedures: mapping, sharing. Making and reading arrays is in TypeScript
;;; (lang/primitives/arrays.ts). Part of (guile), loaded when one of the names is first used.
;;;
;;; Code:

(define-module (guile arrays)
  #:export (array-for-each array-map! array-map-in-order! array-index-map! make-shared-array
            array-slice-for-each array-slice-for-each-in-order array-copy make-generalized-vector))

(define (indices shape)
  "Return the lists of indices of SHAPE, the last index changing fastest."
  (if (null? shape)
      '(())
      (let ((rest (indices (cdr shape)))
            (low (caar shape))
            (high (cadar shape)))
        (let loop ((k high) (result '()))
          (if (< k low)
              result
              (loop (- k 1) (append (map (lambda (tail) (cons k tail)) rest) result)))))))

(define (check-shapes! who first others)
  ;; The indices of FIRST must be indices of each of OTHERS.
  (define (within? inner outer)
    (and (<= (car outer) (car inner)) (<= (cadr inner) (cadr outer))))
  (let ((shape (array-shape first)))
    (for-each
     (lambda (other)
       (let ((wider (array-shape other)))
         (if (not (and (= (length shape) (length wider))
                       (and-map (lambda (bounds) (apply within? bounds)) (map list shape wider))))
             (scm-error 'misc-error who "array shape mismatch: ~S" (list first) #f))))
     others)))

(define (common-shape arrays)
  ;; The bounds all of ARRAYS have.
  (apply map
         (lambda (first . others)
           (list (apply max (car first) (map car others))
                 (apply min (cadr first) (map cadr others))))
         (map array-shape arrays)))

(define (array-for-each proc array . others)
  "Call PROC on the elements of the arrays at the same indices, in order."
  (check-shapes! "array-for-each" array others)
  (for-each
   (lambda (index)
     (apply proc (map (lambda (a) (apply array-ref a index)) (cons array others))))
   (indices (array-shape array))))

(define (array-map! destination proc . sources)
  "Store in DESTINATION the results of PROC on the elements of SOURCES at the same indices."
  (check-shapes! "array-map!" destination sources)
  (for-each
   (lambda (index)
     (apply array-set! destination
            (apply proc (map (lambda (source) (apply array-ref source index)) sources))
            index))
   (indices (array-shape destination))))
(define array-map-in-order! array-map!)

(define (array-index-map! array proc)
  "Store in ARRAY the results of PROC on the indices of each element."
  (for-each
   (lambda (index) (apply array-set! array (apply proc index) index))
   (indices (array-shape array))))

(define (array-slice-for-each frame-rank proc . arrays)
  "Call PROC on the slices of ARRAYS at each index of their first FRAME-RANK dimensions."
  (if (null? arrays)
      (if #f #f)
      (for-each
       (lambda (index)
         (apply proc (map (lambda (array) (apply array-slice array index)) arrays)))
       (indices (common-shape (map (lambda (array) (frame-view array frame-rank)) arrays))))))
(define array-slice-for-each-in-order array-slice-for-each)

(define (frame-view array rank)
  ;; An array of the first RANK dimensions, for its shape.
  (apply make-array #f (list-head (array-shape array) rank)))

(define (array-copy array)
  "Return a copy of ARRAY."
  (let ((copy (apply make-typed-array (array-type array) *unspecified* (array-shape array))))
    (array-copy! array copy)
    copy))

(define* (make-generalized-vector type length #:optional (fill *unspecified*))
  "Return an array of rank 1 of TYPE with LENGTH elements."
  (make-typed-array type fill length))

(define (bounds->shape bound)
  (if (integer? bound) (list 0 (- bound 1)) bound))

(define (make-shared-array old mapper . bounds)
  "Return an array with BOUNDS whose element at some indices is the one of OLD at the list (MAPPER INDEX ...).
MAPPER must be linear."
  (let* ((shape (map bounds->shape bounds))
         (empty? (or-map (lambda (bound) (< (cadr bound) (car bound))) shape))
         (lows (map car shape))
         (place (lambda (index) (%array-position old (apply mapper index)))))
    (if empty?
        (%array-view old 0 (map (lambda (bound) (list (car bound) (cadr bound) 1)) shape))
        (let ((origin (place lows)))
          (let loop ((before '()) (rest shape) (dimensions '()))
            (if (null? rest)
                (let ((dimensions (reverse dimensions)))
                  (check-mapping! old origin dimensions)
                  (%array-view old origin dimensions))
                (let* ((low (caar rest))
                       (high (cadar rest))
                       (step (if (> high low)
                                 (- (place (append (reverse before) (cons (+ low 1) (map car (cdr rest))))) origin)
                                 0)))
                  (loop (cons low before) (cdr rest) (cons (list low high step) dimensions)))))))))

(define (check-mapping! old origin dimensions)
  ;; All places that a view of OLD from ORIGIN with DIMENSIONS shows must be between the first and the last of OLD.
  (define (extreme choose start dimensions)
    (let loop ((at start) (rest dimensions))
      (if (null? rest)
          at
          (let ((span (* (caddar rest) (- (cadar rest) (caar rest)))))
            (loop (+ at (choose 0 span)) (cdr rest))))))
  (let* ((shape (array-shape old))
         (start (%array-position old (map car shape)))
         (own (map (lambda (bound increment) (append bound (list increment))) shape (shared-array-increments old))))
    (if (or (< (extreme min origin dimensions) (extreme min start own))
            (> (extreme max origin dimensions) (extreme max start own)))
        (scm-error 'misc-error "make-shared-array" "mapping out of range" '() #f))))
