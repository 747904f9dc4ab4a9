;;; Commentary:
;;;
;;; What a system starts from: the interpreter for its first programs.
;;;
;;; Code:

(define-module (gnu packages make-bootstrap)
  #:use-module (gnu packages bootstrap))

;; The interpreter of build programs.  It is no static program: a RAM disk made with it has its closure.
(define-public %guile-static-stripped %bootstrap-guile)
