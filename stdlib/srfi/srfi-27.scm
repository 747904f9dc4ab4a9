;;; Commentary:
;;;
;;; SRFI 27: sources of random numbers.
;;;
;;; Code:

(define-module (srfi srfi-27)
  #:use-module (srfi srfi-9)
  #:export (random-integer random-real default-random-source make-random-source random-source?
            random-source-state-ref random-source-state-set! random-source-randomize!
            random-source-pseudo-randomize! random-source-make-integers random-source-make-reals))

(define-record-type random-source
  (%make-random-source state)
  random-source?
  (state state set-state!))

(define (make-random-source) "Return a new source, in the same state each time." (%make-random-source (seed->random-state 0)))
(define default-random-source (make-random-source))
(define (random-source-state-ref source) "Return the state of SOURCE." (copy-random-state (state source)))
(define (random-source-state-set! source new) "Put SOURCE into the state NEW." (set-state! source (copy-random-state new)))
(define (random-source-randomize! source) "Put SOURCE into a state no one knows." (set-state! source (random-state-from-platform)))
(define (random-source-pseudo-randomize! source i j)
  "Put SOURCE into the state that I and J choose."
  (set-state! source (seed->random-state (list i j))))
(define (random-source-make-integers source)
  "Return a procedure that takes N and returns a random integer below N."
  (lambda (n) (random n (state source))))
(define* (random-source-make-reals source #:optional unit)
  "Return a procedure that returns a random number between 0 and 1, a multiple of UNIT if that is given."
  (cond ((not unit)
         (lambda ()
           (let loop ((x (random:uniform (state source))))
             (if (zero? x) (loop (random:uniform (state source))) x))))
        ((and (real? unit) (< 0 unit 1))
         (let ((steps (- (inexact->exact (floor (/ 1 unit))) 1)))
           (lambda () (* unit (+ 1 (random steps (state source)))))))
        (else (scm-error 'wrong-type-arg "random-source-make-reals" "unit is not between 0 and 1: ~S" (list unit) (list unit)))))
(define random-integer (random-source-make-integers default-random-source))
(define random-real (random-source-make-reals default-random-source))
