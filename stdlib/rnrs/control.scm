;;; Commentary:
;;;
;;; (rnrs control) of R6RS: when, unless, do and case-lambda.
;;;
;;; Code:

(define-module (rnrs control)
  #:version (6)
  #:re-export (when unless do case-lambda))
