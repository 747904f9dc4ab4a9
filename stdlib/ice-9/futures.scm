;;; Commentary:
;;;
;;; Futures: values computed by the time they are asked for.
;;;
;;; Code:

(define-module (ice-9 futures)
  #:use-module (srfi srfi-9)
  #:export (future make-future future? touch))

(define-record-type <future>
  (%make-future promise)
  future?
  (promise future-promise))

(define (make-future thunk)
  "Return a future of the values of THUNK."
  (%make-future (delay (call-with-values thunk list))))
(define (touch future)
  "Return the values of FUTURE."
  (apply values (force (future-promise future))))
(define-syntax-rule (future expression)
  (make-future (lambda () expression)))
