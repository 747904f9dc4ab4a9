;;; Commentary:
;;;
;;; Text and bytes. The conversions are primitives of this module.
;;;
;;; Code:

(define-module (ice-9 iconv)
  #:export (string->bytevector bytevector->string call-with-encoded-output-string))

(define* (call-with-encoded-output-string encoding proc #:optional (conversion-strategy 'error))
  "Return the bytes in ENCODING of what PROC writes to the port it is called with."
  (string->bytevector (call-with-output-string proc) encoding conversion-strategy))
