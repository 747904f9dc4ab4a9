;;; Commentary:
;;;
;;; (rnrs io simple) of R6RS: simple input and output.
;;;
;;; Code:

(define-module (rnrs io simple)
  #:version (6)
  #:use-module (ice-9 binary-ports)
  #:re-export (eof-object eof-object? call-with-input-file call-with-output-file input-port? output-port?
               current-input-port current-output-port current-error-port with-input-from-file
               with-output-to-file open-input-file open-output-file close-input-port close-output-port
               read-char peek-char read write-char newline display write))
