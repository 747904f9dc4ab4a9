;;; Commentary:
;;;
;;; Binary input and output; most of it is primitives of this module.
;;;
;;; Code:

(define-module (ice-9 binary-ports)
  #:export (eof-object open-bytevector-input-port open-bytevector-output-port
            call-with-input-bytevector call-with-output-bytevector
            make-custom-binary-input-port make-custom-binary-output-port
            make-custom-binary-input/output-port
            get-u8 lookahead-u8 get-bytevector-n get-bytevector-n! get-bytevector-some
            get-bytevector-some! get-bytevector-all unget-bytevector
            put-u8 put-bytevector get-string-n!))

(define (eof-object)
  "Return the end-of-file object."
  the-eof-object)

(define* (open-bytevector-output-port #:optional transcoder)
  "Return a port that collects bytes, and a procedure that returns and forgets them."
  (let ((port (%open-bytevector-output-port)))
    (values port (lambda () (%get-output-bytevector port #t)))))

(define (call-with-output-bytevector proc)
  "Return the bytes PROC writes to the port it is called with."
  (let ((port (%open-bytevector-output-port)))
    (proc port)
    (%get-output-bytevector port #f)))

(define (call-with-input-bytevector bytes proc)
  "Call PROC on a port that reads BYTES."
  (proc (open-bytevector-input-port bytes)))
