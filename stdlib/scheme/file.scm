;;; Commentary:
;;;
;;; (scheme file) of R7RS: files.
;;;
;;; Code:

(define-module (scheme file)
  #:re-export (call-with-input-file call-with-output-file delete-file file-exists? open-input-file
               open-output-file with-input-from-file with-output-to-file)
  #:export (open-binary-input-file open-binary-output-file))

(define (open-binary-input-file file)
  "Return a port that reads the bytes of FILE."
  (open-input-file file #:binary #t))
(define (open-binary-output-file file)
  "Return a port that writes the bytes of FILE."
  (open-output-file file #:binary #t))
