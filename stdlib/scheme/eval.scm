;;; Commentary:
;;;
;;; (scheme eval) of R7RS: evaluation.
;;;
;;; Code:

(define-module (scheme eval)
  #:export (environment)
  #:re-export (eval))

