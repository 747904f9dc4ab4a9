;;; Commentary:
;;;
;;; SRFI 6: string ports, which are in the core.
;;;
;;; Code:

(define-module (srfi srfi-6)
  #:re-export (open-input-string open-output-string get-output-string))
