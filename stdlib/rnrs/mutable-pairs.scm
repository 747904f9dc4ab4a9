;;; Commentary:
;;;
;;; (rnrs mutable-pairs) of R6RS: changing pairs.
;;;
;;; Code:

(define-module (rnrs mutable-pairs)
  #:re-export (set-car! set-cdr!))
