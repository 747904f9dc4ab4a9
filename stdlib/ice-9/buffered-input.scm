;;; Commentary:
;;;
;;; Ports whose text comes from a procedure, a string at a time, as a prompt reads what is typed.
;;;
;;; Code:

(define-module (ice-9 buffered-input)
  #:use-module (ice-9 custom-ports)
  #:use-module (rnrs bytevectors)
  #:export (make-buffered-input-port make-line-buffered-input-port set-buffered-input-continuation?!))

;; Whether what is read next goes on with a form that was begun.
(define continuation? (make-object-property))

(define (set-buffered-input-continuation?! port value)
  "Say whether what PORT reads next goes on with a form that was begun."
  (set! (continuation? port) (list value)))

(define (make-buffered-input-port reader)
  "Return a port that reads the strings READER returns, until it returns an end-of-file object.  READER is called with
#t when a part of a form was read already."
  (define text (make-bytevector 0))
  (define at 0)
  (define (read! port bytes start count)
    (if (< at (bytevector-length text))
        (let ((size (min count (- (bytevector-length text) at))))
          (bytevector-copy! text at bytes start size)
          (set! at (+ at size))
          size)
        (let* ((more? (car (or (continuation? port) '(#f))))
               (string (reader more?)))
          (cond ((eof-object? string) 0)
                (else
                 (set-buffered-input-continuation?! port #t)
                 (set! text (string->utf8 string))
                 (set! at 0)
                 (read! port bytes start count))))))
  (let ((port (make-custom-port #:id "buffered-input" #:read read! #:encoding 'UTF-8)))
    (set-buffered-input-continuation?! port #f)
    port))

(define (make-line-buffered-input-port reader)
  "Return a port that reads the lines READER returns, each without its newline."
  (make-buffered-input-port
   (lambda (more?)
     (let ((line (reader more?)))
       (if (eof-object? line) line (string-append line "\n"))))))
