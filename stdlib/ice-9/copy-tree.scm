;;; Commentary:
;;;
;;; Copying trees of pairs and vectors.
;;;
;;; Code:

(define-module (ice-9 copy-tree)
  #:re-export (copy-tree))
