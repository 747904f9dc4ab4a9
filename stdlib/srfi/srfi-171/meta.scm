;;; Commentary:
;;;
;;; SRFI 171: for writers of transducers.
;;;
;;; Code:

(define-module (srfi srfi-171 meta)
  #:use-module (srfi srfi-171)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:re-export (reduced reduced? unreduce ensure-reduced preserving-reduced)
  #:export (list-reduce vector-reduce string-reduce bytevector-u8-reduce port-reduce generator-reduce))

(define-syntax-rule (reduce-while identity (step more? item next))
  ;; Goes on while the result is not final.
  (let loop ((result identity) (place step))
    (if (more? place)
        (let ((new (item result place)))
          (if (reduced? new) (unreduce new) (loop new (next place))))
        result)))
(define (list-reduce f identity list)
  "Reduce LIST with F, called with the result and an element."
  (reduce-while identity (list pair? (lambda (result rest) (f result (car rest))) cdr)))
(define (indexed f identity size ref)
  (reduce-while identity (0 (lambda (k) (< k size)) (lambda (result k) (f result (ref k))) (lambda (k) (+ k 1)))))
(define (vector-reduce f identity vector)
  "Reduce VECTOR with F."
  (indexed f identity (vector-length vector) (lambda (k) (vector-ref vector k))))
(define (string-reduce f identity string)
  "Reduce STRING with F."
  (indexed f identity (string-length string) (lambda (k) (string-ref string k))))
(define (bytevector-u8-reduce f identity bytes)
  "Reduce BYTES with F."
  (indexed f identity (bytevector-length bytes) (lambda (k) (bytevector-u8-ref bytes k))))
(define* (port-reduce f identity reader #:optional (port (current-input-port)))
  "Reduce what READER gets from PORT with F."
  (generator-reduce f identity (lambda () (reader port))))
(define (generator-reduce f identity generate)
  "Reduce what GENERATE returns, up to an end of file, with F."
  (reduce-while identity ((generate) (lambda (x) (not (eof-object? x))) f (lambda (x) (generate)))))
