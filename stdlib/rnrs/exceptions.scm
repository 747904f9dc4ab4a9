;;; Commentary:
;;;
;;; (rnrs exceptions) of R6RS: exceptions.
;;;
;;; Code:

(define-module (rnrs exceptions)
  #:version (6)
  #:use-module (ice-9 exceptions)
  #:re-export (guard with-exception-handler raise-continuable)
  #:replace ((rnrs-raise . raise)))

(define (rnrs-raise object) "Raise OBJECT; handlers cannot return." (raise-exception object))
