;;; Commentary:
;;;
;;; Text input and output; most of it is primitives of this module.
;;;
;;; Code:

(define-module (ice-9 textual-ports)
  #:export (get-char lookahead-char get-line get-string-n get-string-all get-string-n!
            unget-char unget-string put-char put-string make-custom-textual-output-port))

(define (make-custom-textual-output-port id write! get-position set-position! close)
  "Return an output port called ID that hands its text to WRITE!."
  (let ((port ((@ (ice-9 binary-ports) make-custom-binary-output-port)
               id
               (lambda (bytes start count)
                 (let* ((part ((@ (rnrs bytevectors) bytevector-slice) bytes start count))
                        (text ((@ (ice-9 iconv) bytevector->string) part "UTF-8" 'substitute)))
                   (write! text 0 (string-length text))
                   count))
               get-position set-position! close)))
    (set-port-encoding! port "UTF-8")
    port))
