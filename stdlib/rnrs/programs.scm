;;; Commentary:
;;;
;;; (rnrs programs) of R6RS: programs.
;;;
;;; Code:

(define-module (rnrs programs)
  #:re-export (command-line exit))
