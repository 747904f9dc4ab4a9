;;; Commentary:
;;;
;;; (scheme read) of R7RS: read.
;;;
;;; Code:

(define-module (scheme read)
  #:re-export (read))
