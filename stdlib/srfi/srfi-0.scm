;;; Commentary:
;;;
;;; SRFI 0: cond-expand, which is in the core.
;;;
;;; Code:

(define-module (srfi srfi-0)
  #:re-export (cond-expand))
