;;; Commentary:
;;;
;;; Vectors that do not keep what is in them alive.
;;;
;;; Code:

(define-module (ice-9 weak-vector)
  #:re-export (make-weak-vector list->weak-vector weak-vector weak-vector? weak-vector-ref weak-vector-set!))
