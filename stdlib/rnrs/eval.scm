;;; Commentary:
;;;
;;; (rnrs eval) of R6RS: evaluation.
;;;
;;; Code:

(define-module (rnrs eval)
  #:use-module (scheme eval)
  #:re-export (eval environment))
