;;; Commentary:
;;;
;;; (rnrs files) of R6RS: files.
;;;
;;; Code:

(define-module (rnrs files)
  #:re-export (file-exists? delete-file))
