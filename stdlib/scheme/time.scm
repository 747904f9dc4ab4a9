;;; Commentary:
;;;
;;; (scheme time) of R7RS: time.
;;;
;;; Code:

(define-module (scheme time)
  #:export (current-second current-jiffy jiffies-per-second))

(define (current-jiffy)
  "Return the time since some moment, in jiffies."
  (get-internal-real-time))
(define (jiffies-per-second)
  "Return the number of jiffies in a second."
  internal-time-units-per-second)
(define (current-second)
  "Return the seconds since the epoch."
  (let ((now (gettimeofday)))
    (+ (car now) (/ (cdr now) 1e6))))
