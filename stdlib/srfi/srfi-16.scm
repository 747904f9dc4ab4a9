;;; Commentary:
;;;
;;; SRFI 16: case-lambda, which is in the core.
;;;
;;; Code:

(define-module (srfi srfi-16)
  #:re-export (case-lambda))
