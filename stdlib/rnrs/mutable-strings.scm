;;; Commentary:
;;;
;;; (rnrs mutable-strings) of R6RS: changing strings.
;;;
;;; Code:

(define-module (rnrs mutable-strings)
  #:re-export (string-set! string-fill!))
