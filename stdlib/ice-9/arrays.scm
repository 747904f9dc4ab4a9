;;; Commentary:
;;;
;;; Copying arrays.
;;;
;;; Code:

(define-module (ice-9 arrays)
  #:re-export (array-copy))
