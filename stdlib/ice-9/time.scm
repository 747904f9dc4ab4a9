;;; Commentary:
;;;
;;; Timing an expression.
;;;
;;; Code:

(define-module (ice-9 time)
  #:export (time))

(define (seconds ticks) (/ ticks 1.0 internal-time-units-per-second))
(define-syntax-rule (time expression)
  (time-proc (lambda () expression)))
(define (time-proc thunk)
  (let* ((real (get-internal-real-time))
         (run (get-internal-run-time))
         (before (times))
         (result (thunk))
         (after (times)))
    (display "clock utime stime cutime cstime gctime\n")
    (for-each (lambda (ticks) (format #t "~5,2f " (seconds ticks)))
              (list (- (get-internal-real-time) real)
                    (- (tms:utime after) (tms:utime before))
                    (- (tms:stime after) (tms:stime before))
                    (- (tms:cutime after) (tms:cutime before))
                    (- (tms:cstime after) (tms:cstime before))
                    0))
    (newline)
    result))
