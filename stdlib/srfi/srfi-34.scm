;;; Commentary:
;;;
;;; SRFI 34: raise, guard and with-exception-handler.
;;;
;;; Code:

(define-module (srfi srfi-34)
  #:export (raise)
  #:re-export (with-exception-handler guard))

(define (raise object)
  "Raise OBJECT; handlers cannot return."
  (raise-exception object))
