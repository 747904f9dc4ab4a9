;;; Commentary:
;;;
;;; Streams: lists computed as far as they are needed.
;;;
;;; Code:

(define-module (ice-9 streams)
  #:export (make-stream stream-car stream-cdr stream-null? list->stream vector->stream port->stream
            stream->list stream->reversed-list stream->list&length stream->reversed-list&length
            stream->vector stream-fold stream-for-each stream-map))

(define (make-stream step state)
  "Return the stream of what STEP makes of STATE: a pair of an element and the next state, or another value at the end."
  (delay
    (let ((result (step state)))
      (if (pair? result)
          (cons (car result) (make-stream step (cdr result)))
          '()))))
(define (stream-car stream) "Return the first element of STREAM." (car (force stream)))
(define (stream-cdr stream) "Return STREAM without its first element." (cdr (force stream)))
(define (stream-null? stream) "Return #t when STREAM is empty." (null? (force stream)))
(define (list->stream list) "Return the stream of the elements of LIST." (make-stream (lambda (list) (and (pair? list) list)) list))
(define (vector->stream vector)
  "Return the stream of the elements of VECTOR."
  (make-stream (lambda (k) (and (< k (vector-length vector)) (cons (vector-ref vector k) (+ k 1)))) 0))
(define (port->stream port read)
  "Return the stream of what READ gets from PORT."
  (make-stream (lambda (port) (let ((x (read port))) (if (eof-object? x) #f (cons x port)))) port))
(define (stream-fold combine initial stream . rest)
  "Fold COMBINE, called with the elements and the result, over the streams."
  (let loop ((streams (cons stream rest)) (result initial))
    (if (or-map stream-null? streams)
        result
        (loop (map stream-cdr streams)
              (apply combine (append (map stream-car streams) (list result)))))))
(define (stream->reversed-list stream) "Return the elements of STREAM, the last first." (stream-fold cons '() stream))
(define (stream->list stream) "Return the elements of STREAM." (reverse (stream->reversed-list stream)))
(define (stream->reversed-list&length stream)
  "Return the elements of STREAM, the last first, and their number."
  (let ((list (stream->reversed-list stream))) (values list (length list))))
(define (stream->list&length stream)
  "Return the elements of STREAM and their number."
  (let ((list (stream->list stream))) (values list (length list))))
(define (stream->vector stream) "Return a vector of the elements of STREAM." (list->vector (stream->list stream)))
(define (stream-for-each proc stream . rest)
  "Call PROC on the elements of the streams."
  (apply stream-fold (lambda arguments (apply proc (list-head arguments (- (length arguments) 1))) #f) #f stream rest)
  *unspecified*)
(define (stream-map proc stream . rest)
  "Return the stream of the results of PROC on the elements of the streams."
  (make-stream
   (lambda (streams)
     (if (or-map stream-null? streams)
         #f
         (cons (apply proc (map stream-car streams)) (map stream-cdr streams))))
   (cons stream rest)))
