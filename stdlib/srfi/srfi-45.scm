;;; Commentary:
;;;
;;; SRFI 45: promises whose chains are forced in constant space.
;;;
;;; Code:

(define-module (srfi srfi-45)
  #:export (eager)
  #:replace (force)
  #:re-export (make-promise promise?))

(define force %force-promise-chain)

(define (eager value)
  "Return a promise of VALUE."
  (make-promise value))
