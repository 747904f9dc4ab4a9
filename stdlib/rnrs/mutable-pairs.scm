;;; Commentary:
;;;
;;; (rnrs mutable-pairs) of R6RS: changing pairs.
;;;
;;; Code:

(define-module (rnrs mutable-pairs)
  #:version (6)
  #:re-export (set-car! set-cdr!))
