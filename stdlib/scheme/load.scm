;;; Commentary:
;;;
;;; (scheme load) of R7RS: load.
;;;
;;; Code:

(define-module (scheme load)
  #:re-export (load))
