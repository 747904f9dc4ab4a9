;;; Commentary:
;;;
;;; SRFI 41: streams.
;;;
;;; Code:

(define-module (srfi srfi-41)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-45)
  #:export (stream-null stream-cons stream? stream-null? stream-pair? stream-car stream-cdr
            stream-lambda define-stream
            list->stream port->stream stream stream->list stream-append stream-concat
            stream-constant stream-drop stream-drop-while stream-filter stream-fold stream-for-each
            stream-from stream-iterate stream-length stream-let stream-map stream-match stream-of
            stream-range stream-ref stream-reverse stream-scan stream-take stream-take-while
            stream-unfold stream-unfolds stream-zip))

;; A stream is a promise of a pair of promises, or of the null stream.
(define-record-type stream-node
  (make-node promise)
  stream?
  (promise node-promise set-node-promise!))
(define-record-type stream-cell
  (make-cell kar kdr)
  cell?
  (kar cell-kar)
  (kdr cell-kdr))

(define (force-node s)
  (force (node-promise s)))

(define-syntax-rule (stream-lazy expression)
  (make-node (lazy (node-promise expression))))
(define-syntax-rule (stream-delay expression)
  (make-node (delay expression)))

(define stream-null (make-node (eager '())))

(define-syntax-rule (stream-cons object rest)
  (make-node (eager (make-cell (delay object) (stream-lazy rest)))))

(define (stream-null? x) "Return #t when X is the empty stream." (and (stream? x) (null? (force-node x))))
(define (stream-pair? x) "Return #t when X is a stream with an element." (and (stream? x) (cell? (force-node x))))

(define (cell-of who s)
  (let ((cell (and (stream? s) (force-node s))))
    (cond ((not (stream? s))
           (scm-error 'wrong-type-arg who "non-stream: ~S" (list s) (list s)))
          ((null? cell)
           (scm-error 'wrong-type-arg who "null stream" '() #f))
          (else cell))))
(define (stream-car s) "Return the first element of S." (force (cell-kar (cell-of "stream-car" s))))
(define (stream-cdr s) "Return S without its first element." (cell-kdr (cell-of "stream-cdr" s)))

;; What is refused is refused when the procedure is called, not when its stream is looked at.
(define-syntax-rule (must test who message object)
  (if (not test) (scm-error 'wrong-type-arg who message '() (list object))))
(define-syntax-rule (must-be-stream who s)
  (must (stream? s) who "non-stream argument" s))
(define-syntax-rule (must-be-procedure who proc)
  (must (procedure? proc) who "non-procedural argument" proc))
(define-syntax-rule (must-be-count who n)
  (begin
    (must (integer? n) who "non-integer argument" n)
    (must (not (negative? n)) who "negative argument" n)))
(define-syntax-rule (define-checked (name . formals) (check ...) body ...)
  (define (name . formals)
    check ...
    (stream-lazy (let () body ...))))
(define (must-be-streams who streams)
  (for-each (lambda (s) (must-be-stream who s)) streams))

(define-syntax-rule (stream-lambda formals body0 body ...)
  (lambda formals (stream-lazy (let () body0 body ...))))

(define-syntax-rule (define-stream (name . formals) body0 body ...)
  (define name (stream-lambda formals body0 body ...)))

(define-syntax stream-let
  (syntax-rules ()
    ((_ tag ((name value) ...) body0 body ...)
     ((letrec ((tag (stream-lambda (name ...) body0 body ...))) tag) value ...))))

(define-syntax stream
  (syntax-rules ()
    ((_) stream-null)
    ((_ x y ...) (stream-cons x (stream y ...)))))

(define-checked (list->stream objects) ((must (list? objects) 'list->stream "non-list argument" objects))
  (if (null? objects)
      stream-null
      (stream-cons (car objects) (list->stream (cdr objects)))))

(define* (port->stream #:optional (port (current-input-port)))
  "Return the stream of the characters of PORT."
  (must (and (port? port) (input-port? port)) 'port->stream "non-input-port argument" port)
  (stream-let loop ((c (read-char port)))
    (if (eof-object? c)
        stream-null
        (stream-cons c (loop (read-char port))))))

(define stream->list
  (case-lambda
    "Return the first elements of a stream as a list."
    ((s) (stream->list #f s))
    ((n s)
     (must (or (not n) (integer? n)) 'stream->list "non-integer count" n)
     (must (or (not n) (not (negative? n))) 'stream->list "negative count" n)
     (must-be-stream 'stream->list s)
     (let loop ((n n) (s s) (items '()))
       (if (or (eqv? n 0) (stream-null? s))
           (reverse items)
           (loop (and n (- n 1)) (stream-cdr s) (cons (stream-car s) items)))))))

(define-checked (stream-append . streams) ((must-be-streams 'stream-append streams))
  (let loop ((streams streams))
    (cond ((null? streams) stream-null)
          ((null? (cdr streams)) (car streams))
          ((stream-null? (car streams)) (stream-lazy (loop (cdr streams))))
          (else
           (stream-cons (stream-car (car streams))
                        (loop (cons (stream-cdr (car streams)) (cdr streams))))))))

(define-checked (stream-concat streams) ((must-be-stream 'stream-concat streams))
  (cond ((stream-null? streams) stream-null)
        ((stream-null? (stream-car streams)) (stream-concat (stream-cdr streams)))
        (else
         (stream-cons (stream-car (stream-car streams))
                      (stream-concat
                       (stream-cons (stream-cdr (stream-car streams)) (stream-cdr streams)))))))

(define-stream (stream-constant . objects)
  (let loop ((rest objects))
    (cond ((null? objects) stream-null)
          ((null? rest) (stream-lazy (loop objects)))
          (else (stream-cons (car rest) (loop (cdr rest)))))))

(define-checked (stream-drop n s) ((must-be-count 'stream-drop n) (must-be-stream 'stream-drop s))
  (if (or (zero? n) (stream-null? s))
      s
      (stream-drop (- n 1) (stream-cdr s))))

(define-checked (stream-drop-while pred? s)
    ((must-be-procedure 'stream-drop-while pred?) (must-be-stream 'stream-drop-while s))
  (if (and (stream-pair? s) (pred? (stream-car s)))
      (stream-drop-while pred? (stream-cdr s))
      s))

(define-checked (stream-filter pred? s) ((must-be-procedure 'stream-filter pred?) (must-be-stream 'stream-filter s))
  (cond ((stream-null? s) stream-null)
        ((pred? (stream-car s))
         (stream-cons (stream-car s) (stream-filter pred? (stream-cdr s))))
        (else (stream-filter pred? (stream-cdr s)))))

(define (stream-fold proc base s)
  "Fold PROC over the elements of the stream S from the left."
  (must-be-procedure 'stream-fold proc)
  (must-be-stream 'stream-fold s)
  (if (stream-null? s)
      base
      (stream-fold proc (proc base (stream-car s)) (stream-cdr s))))

(define (stream-for-each proc first . others)
  "Call PROC on the elements of the streams."
  (must-be-procedure 'stream-for-each proc)
  (must-be-stream 'stream-for-each first)
  (must-be-streams 'stream-for-each others)
  (let loop ((streams (cons first others)))
    (if (not (any stream-null? streams))
        (begin
          (apply proc (map stream-car streams))
          (loop (map stream-cdr streams))))))

(define* (stream-from first #:optional (step 1))
  "Return the stream of the numbers from FIRST by STEP."
  (must (number? first) 'stream-from "non-numeric starting number" first)
  (must (number? step) 'stream-from "non-numeric step size" step)
  (stream-let loop ((n first))
    (stream-cons n (loop (+ n step)))))

(define-checked (stream-iterate proc base) ((must-be-procedure 'stream-iterate proc))
  (stream-cons base (stream-iterate proc (proc base))))

(define (stream-length s)
  "Return the number of elements of the stream S."
  (must-be-stream 'stream-length s)
  (let loop ((n 0) (s s))
    (if (stream-null? s) n (loop (+ n 1) (stream-cdr s)))))

(define-checked (stream-map proc first . others)
    ((must-be-procedure 'stream-map proc) (must-be-stream 'stream-map first) (must-be-streams 'stream-map others))
  (let loop ((streams (cons first others)))
    (if (any stream-null? streams)
        stream-null
        (stream-cons (apply proc (map stream-car streams))
                     (loop (map stream-cdr streams))))))

(define* (stream-range first past #:optional step)
  "Return the stream of the numbers from FIRST by STEP before PAST."
  (must (number? first) 'stream-range "non-numeric starting number" first)
  (must (number? past) 'stream-range "non-numeric ending number" past)
  (must (or (not step) (number? step)) 'stream-range "non-numeric step size" step)
  (let ((step (or step (if (< first past) 1 -1))))
    (stream-let loop ((n first))
      (if (if (positive? step) (< n past) (> n past))
          (stream-cons n (loop (+ n step)))
          stream-null))))

(define (stream-ref s n)
  "Return element N of the stream S."
  (must-be-stream 'stream-ref s)
  (must-be-count 'stream-ref n)
  (must (stream-pair? s) 'stream-ref "beyond end of stream" s)
  (if (zero? n)
      (stream-car s)
      (stream-ref (stream-cdr s) (- n 1))))

(define-checked (stream-reverse s) ((must-be-stream 'stream-reverse s))
  (list->stream (stream-fold (lambda (items x) (cons x items)) '() s)))

(define-checked (stream-scan proc base s) ((must-be-procedure 'stream-scan proc) (must-be-stream 'stream-scan s))
  (if (stream-null? s)
      (stream base)
      (stream-cons base (stream-scan proc (proc base (stream-car s)) (stream-cdr s)))))

(define-checked (stream-take n s) ((must-be-count 'stream-take n) (must-be-stream 'stream-take s))
  (if (or (zero? n) (stream-null? s))
      stream-null
      (stream-cons (stream-car s) (stream-take (- n 1) (stream-cdr s)))))

(define-checked (stream-take-while pred? s)
    ((must-be-procedure 'stream-take-while pred?) (must-be-stream 'stream-take-while s))
  (if (and (stream-pair? s) (pred? (stream-car s)))
      (stream-cons (stream-car s) (stream-take-while pred? (stream-cdr s)))
      stream-null))

(define-checked (stream-unfold mapper pred? generator base)
    ((must (procedure? mapper) 'stream-unfold "non-procedural mapper" mapper)
     (must (procedure? pred?) 'stream-unfold "non-procedural pred?" pred?)
     (must (procedure? generator) 'stream-unfold "non-procedural generator" generator))
  (if (pred? base)
      (stream-cons (mapper base) (stream-unfold mapper pred? generator (generator base)))
      stream-null))

(define (stream-unfolds gen seed)
  "Return the streams of the values GEN gives for a seed beside the next seed."
  (define results
    (stream-let loop ((seed seed))
      (call-with-values (lambda () (gen seed))
        (lambda (next . items)
          (stream-cons items (loop next))))))
  (define count
    (call-with-values (lambda () (gen seed))
      (lambda (next . items) (length items))))
  (define (result-stream k)
    (stream-let loop ((rs results))
      (let ((item (list-ref (stream-car rs) k)))
        (cond ((pair? item)
               (let next ((items item))
                 (if (null? items)
                     (loop (stream-cdr rs))
                     (stream-cons (car items) (next (cdr items))))))
              (item stream-null)
              (else (loop (stream-cdr rs)))))))
  (apply values (map result-stream (iota count))))

(define-checked (stream-zip first . others) ((must-be-stream 'stream-zip first) (must-be-streams 'stream-zip others))
  (let loop ((streams (cons first others)))
    (if (any stream-null? streams)
        stream-null
        (stream-cons (map stream-car streams)
                     (loop (map stream-cdr streams))))))

(define-syntax stream-match
  (syntax-rules ()
    ((_ expression clause ...)
     (let ((s expression))
       (must-be-stream 'stream-match s)
       (stream-match-clauses s clause ...)))))

(define-syntax stream-match-clauses
  (syntax-rules ()
    ((_ s) (throw 'match-error "match" "no matching pattern" s))
    ((_ s (pattern fender expression) clause ...)
     (let ((next (lambda () (stream-match-clauses s clause ...))))
       (stream-match-pattern s pattern (if fender expression (next)) (next))))
    ((_ s (pattern expression) clause ...)
     (let ((next (lambda () (stream-match-clauses s clause ...))))
       (stream-match-pattern s pattern expression (next))))))

(define-syntax stream-match-pattern
  (syntax-rules (_)
    ((stream-match-pattern s () success failure)
     (if (stream-null? s) success failure))
    ((stream-match-pattern s (_ . rest) success failure)
     (if (stream-pair? s)
         (let ((tail (stream-cdr s)))
           (stream-match-pattern tail rest success failure))
         failure))
    ((stream-match-pattern s (head . rest) success failure)
     (if (stream-pair? s)
         (let ((head (stream-car s)) (tail (stream-cdr s)))
           (stream-match-pattern tail rest success failure))
         failure))
    ((stream-match-pattern s _ success failure)
     success)
    ((stream-match-pattern s name success failure)
     (let ((name s)) success))))

(define-syntax stream-of
  (syntax-rules ()
    ((_ expression clause ...)
     (stream-of-clauses expression stream-null clause ...))))

(define-syntax stream-of-clauses
  (syntax-rules (in is)
    ((_ expression base) (stream-cons expression base))
    ((_ expression base (name in source) clause ...)
     (stream-let loop ((s source))
       (if (stream-null? s)
           base
           (let ((name (stream-car s)))
             (stream-of-clauses expression (loop (stream-cdr s)) clause ...)))))
    ((_ expression base (name is value) clause ...)
     (let ((name value))
       (stream-of-clauses expression base clause ...)))
    ((_ expression base predicate clause ...)
     (if predicate
         (stream-of-clauses expression base clause ...)
         (stream-lazy base)))))
