;;; Commentary:
;;;
;;; SRFI 39: parameters, which are in the core.
;;;
;;; Code:

(define-module (srfi srfi-39)
  #:re-export (make-parameter parameterize))
