;;; Commentary:
;;;
;;; (rnrs eval) of R6RS: evaluation.
;;;
;;; Code:

(define-module (rnrs eval)
  #:version (6)
  #:use-module (scheme eval)
  #:re-export (eval environment))
