;;; Arrays of rank one, which are vectors, strings, bytevectors and bitvectors; and bitvectors.
;;; A bitvector is a record around a vector of booleans.

(define %bitvector-type (%make-record-type 'bitvector '(bits) #f #f #f #f #f))
(define %make-bitvector (record-constructor %bitvector-type))
(define bitvector? (record-predicate %bitvector-type))
(define %bits (record-accessor %bitvector-type 'bits))
(set-record-type-printer! %bitvector-type
  (lambda (bv port)
    (display "#*" port)
    (for-each (lambda (bit) (display (if bit 1 0) port)) (vector->list (%bits bv)))))

(define* (make-bitvector length #:optional (fill #f))
  "Return a bitvector of LENGTH times FILL."
  (%make-bitvector (make-vector length (and fill #t))))
(define (bitvector . bits) "Return a bitvector of BITS." (list->bitvector bits))
(define (bitvector-length bv) "Return the number of bits of BV." (vector-length (%bits bv)))
(define (bitvector-ref bv k) "Return bit K of BV." (vector-ref (%bits bv) k))
(define (bitvector-set! bv k value) "Store VALUE as bit K of BV." (vector-set! (%bits bv) k (and value #t)))
(define (bitvector-bit-set? bv k) "Return #t when bit K of BV is set." (vector-ref (%bits bv) k))
(define (bitvector-bit-clear? bv k) "Return #t when bit K of BV is clear." (not (vector-ref (%bits bv) k)))
(define (bitvector-set-bit! bv k) "Set bit K of BV." (vector-set! (%bits bv) k #t))
(define (bitvector-clear-bit! bv k) "Clear bit K of BV." (vector-set! (%bits bv) k #f))
(define (bitvector-set-all-bits! bv) "Set all bits of BV." (vector-fill! (%bits bv) #t))
(define (bitvector-clear-all-bits! bv) "Clear all bits of BV." (vector-fill! (%bits bv) #f))
(define (bitvector-flip-all-bits! bv)
  "Flip all bits of BV."
  (let ((bits (%bits bv)))
    (let loop ((k 0))
      (if (< k (vector-length bits))
          (begin (vector-set! bits k (not (vector-ref bits k))) (loop (+ k 1)))))))
(define (bitvector-fill! bv value) "Store VALUE in all bits of BV." (vector-fill! (%bits bv) (and value #t)))
(define* (bitvector-copy bv #:optional (start 0) (end (bitvector-length bv)))
  "Return a copy of BV from START up to END."
  (%make-bitvector (vector-copy (%bits bv) start end)))
(define (list->bitvector list)
  "Return a bitvector of the bits of LIST."
  (%make-bitvector (list->vector (map (lambda (bit) (and bit (not (eqv? bit 0)))) list))))
(define (bitvector->list bv) "Return the bits of BV." (vector->list (%bits bv)))
(define (bitvector-count bv) "Return how many bits of BV are set." (length (filter identity (bitvector->list bv))))
(define (bitvector-position bv value start)
  "Return the first position from START on where BV has VALUE, or #f."
  (let loop ((k start))
    (cond ((= k (bitvector-length bv)) #f)
          ((eq? (bitvector-ref bv k) (and value #t)) k)
          (else (loop (+ k 1))))))

;; Arrays

(define (array? x . type)
  "Return #t when X is an array."
  (or (vector? x) (string? x) (bitvector? x) (bytevector-array? x)))
(define (bytevector-array? x) ((@ (rnrs bytevectors) bytevector?) x))
(define (array-rank array) "Return the number of dimensions of ARRAY." (if (array? array) 1 0))
(define (array-length array)
  "Return the length of ARRAY."
  (cond ((vector? array) (vector-length array))
        ((string? array) (string-length array))
        ((bitvector? array) (bitvector-length array))
        (else ((@ (rnrs bytevectors) bytevector-length) array))))
(define (array-ref array k)
  "Return element K of ARRAY."
  (cond ((vector? array) (vector-ref array k))
        ((string? array) (string-ref array k))
        ((bitvector? array) (bitvector-ref array k))
        (else ((@ (rnrs bytevectors) bytevector-u8-ref) array k))))
(define (array-set! array value k)
  "Store VALUE as element K of ARRAY."
  (cond ((vector? array) (vector-set! array k value))
        ((string? array) (string-set! array k value))
        ((bitvector? array) (bitvector-set! array k value))
        (else ((@ (rnrs bytevectors) bytevector-u8-set!) array k value))))
(define (array-in-bounds? array k) "Return #t when K is a position in ARRAY." (< -1 k (array-length array)))
(define (array-dimensions array) "Return the dimensions of ARRAY." (list (array-length array)))
(define (array-shape array) "Return the bounds of ARRAY." (list (list 0 (- (array-length array) 1))))
(define (array->list array)
  "Return the elements of ARRAY."
  (map (lambda (k) (array-ref array k)) (iota (array-length array))))
(define (array-fill! array value)
  "Store VALUE in all of ARRAY."
  (for-each (lambda (k) (array-set! array value k)) (iota (array-length array))))
(define (array-for-each proc array . others)
  "Call PROC on the elements of the arrays."
  (apply for-each proc (map array->list (cons array others))))
(define (array-map! destination proc . sources)
  "Store the results of PROC on the elements of SOURCES in DESTINATION."
  (let loop ((k 0))
    (if (< k (array-length destination))
        (begin
          (array-set! destination (apply proc (map (lambda (source) (array-ref source k)) sources)) k)
          (loop (+ k 1))))))
(define (array-copy! source destination)
  "Copy the elements of SOURCE to DESTINATION."
  (array-map! destination identity source))
(define (array-index-map! array proc)
  "Store (PROC K) as every element K of ARRAY."
  (for-each (lambda (k) (array-set! array (proc k) k)) (iota (array-length array))))
(define (array-equal? a b . others) "Return #t when the arrays are equal." (apply equal? a b others))
