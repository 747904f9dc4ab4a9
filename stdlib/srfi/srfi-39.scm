;;; Commentary:
;;;
;;; SRFI 39: parameters, which are in the core.
;;;
;;; Code:

(define-module (srfi srfi-39)
  #:re-export (make-parameter parameterize current-input-port current-output-port current-error-port)
  #:export (with-parameters*))

(define (with-parameters* parameters values thunk)
  "Call THUNK with each of PARAMETERS having the value at its place in VALUES."
  (if (null? parameters)
      (thunk)
      (parameterize (((car parameters) (car values)))
        (with-parameters* (cdr parameters) (cdr values) thunk))))
