;;; Commentary:
;;;
;;; Text input and output; most of it is primitives of this module.  Ports made of procedures on strings are custom binary
;;; ports in UTF-8.
;;;
;;; Code:

(define-module (ice-9 textual-ports)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:re-export (get-string-n!)
  #:export (get-char lookahead-char get-line get-string-n get-string-all
            unget-char unget-string put-char put-string
            make-custom-textual-input-port make-custom-textual-output-port make-custom-textual-input/output-port))

(define (byte-reader read!)
  "Return what READ!, a procedure that puts characters into a string, is for bytes; and what forgets bytes that were not
taken yet."
  (define pending #vu8())
  (define at 0)
  (define (forget!)
    (set! pending #vu8())
    (set! at 0))
  (define (read-bytes! bytes start count)
    (if (< at (bytevector-length pending))
        (let ((size (min count (- (bytevector-length pending) at))))
          (bytevector-copy! pending at bytes start size)
          (set! at (+ at size))
          size)
        (let* ((text (make-string (max 1 (quotient count 4))))
               (size (read! text 0 (string-length text))))
          (if (zero? size)
              0
              (begin
                (set! pending (string->utf8 (substring text 0 size)))
                (set! at 0)
                (read-bytes! bytes start count))))))
  (values read-bytes! forget!))

(define (byte-writer write!)
  "Return what WRITE!, a procedure that takes characters of a string, is for bytes."
  (lambda (bytes start count)
    (let* ((part (make-bytevector count))
           (text (begin
                   (bytevector-copy! bytes start part 0 count)
                   (utf8->string part))))
      (let loop ((start 0))
        (if (< start (string-length text))
            (loop (+ start (write! text start (- (string-length text) start))))))
      count)))

(define (in-utf8 port)
  (set-port-encoding! port "UTF-8")
  port)

(define (make-custom-textual-input-port id read! get-position set-position! close)
  "Return an input port called ID whose text READ! puts into a string, from a start on and up to a count; it returns how
many characters there were."
  (call-with-values (lambda () (byte-reader read!))
    (lambda (read-bytes! forget!)
      (in-utf8
       (make-custom-binary-input-port id read-bytes! get-position
                                      (and set-position!
                                           (lambda (position) (forget!) (set-position! position)))
                                      close)))))

(define (make-custom-textual-output-port id write! get-position set-position! close)
  "Return an output port called ID that hands its text to WRITE!, which takes a string, a start and a count, and returns how
many characters it has taken."
  (in-utf8 (make-custom-binary-output-port id (byte-writer write!) get-position set-position! close)))

(define (make-custom-textual-input/output-port id read! write! get-position set-position! close)
  "Return a port called ID on READ! and WRITE!, as those of textual input and output ports."
  (call-with-values (lambda () (byte-reader read!))
    (lambda (read-bytes! forget!)
      (in-utf8
       (make-custom-binary-input/output-port id read-bytes! (byte-writer write!) get-position
                                             (and set-position!
                                                  (lambda (position) (forget!) (set-position! position)))
                                             close)))))
