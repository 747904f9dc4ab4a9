;;; Commentary:
;;;
;;; (rnrs mutable-strings) of R6RS: changing strings.
;;;
;;; Code:

(define-module (rnrs mutable-strings)
  #:version (6)
  #:re-export (string-set! string-fill!))
