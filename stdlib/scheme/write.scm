;;; Commentary:
;;;
;;; (scheme write) of R7RS: printing.
;;;
;;; Code:

(define-module (scheme write)
  #:re-export (display write)
  #:export (write-shared write-simple))
