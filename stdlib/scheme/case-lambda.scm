;;; Commentary:
;;;
;;; (scheme case-lambda) of R7RS: case-lambda, which is in the core.
;;;
;;; Code:

(define-module (scheme case-lambda)
  #:re-export (case-lambda))
