;;; Commentary:
;;;
;;; (scheme repl) of R7RS: the interaction environment.
;;;
;;; Code:

(define-module (scheme repl)
  #:re-export (interaction-environment))
