;;; Commentary:
;;;
;;; (rnrs programs) of R6RS: programs.
;;;
;;; Code:

(define-module (rnrs programs)
  #:version (6)
  #:re-export (command-line exit))
