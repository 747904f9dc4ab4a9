;;; Commentary:
;;;
;;; Queues of procedures to be run a bit at a time.
;;;
;;; Code:

(define-module (ice-9 runq)
  #:use-module (ice-9 q)
  #:export (runq-control make-void-runq make-fair-runq make-exclusive-runq make-subordinate-runq-to
            strip-sequence fair-strip-subtask))

;; A run queue is a procedure: called without arguments it runs a step, with a message it does as told.

(define (runq-control q message . operands)
  "Do what MESSAGE says to the queue Q of thunks; return a value for those that ask."
  (case message
    ((add!) (enq! q (car operands)) *unspecified*)
    ((enqueue!) (enq! q (car operands)) *unspecified*)
    ((push!) (q-push! q (car operands)) *unspecified*)
    ((remove!) (q-remove! q (car operands)) *unspecified*)
    ((length) (q-length q))
    ((q) q)
    (else (error "unknown message to a run queue" message))))
(define (make-void-runq)
  "Return a run queue that does nothing."
  (lambda message
    (if (null? message)
        #f
        (case (car message) ((length) 0) (else #f)))))
(define (make-fair-runq)
  "Return a run queue whose tasks take turns; one that returns false is dropped."
  (letrec* ((q (make-q))
            (self (lambda message
                    (if (pair? message)
                        (apply runq-control q message)
                        (and (not (q-empty? q))
                             (let ((task (deq! q)))
                               (if (task) (enq! q task))
                               self))))))
    self))
(define (make-exclusive-runq)
  "Return a run queue whose first task runs until it returns false."
  (letrec* ((q (make-q))
            (self (lambda message
                    (if (pair? message)
                        (apply runq-control q message)
                        (and (not (q-empty? q))
                             (let ((task (deq! q)))
                               (if (task) (q-push! q task))
                               self))))))
    self))
(define (make-subordinate-runq-to superior basic)
  "Return a run queue like BASIC that is itself a task of SUPERIOR while it has tasks."
  (define (run)
    (let ((more (basic)))
      (if (and more (positive? (basic 'length))) #t #f)))
  (lambda message
    (cond ((null? message) (basic))
          ((memq (car message) '(add! enqueue! push!))
           (if (zero? (basic 'length)) (superior 'add! run))
           (apply basic message))
          (else (apply basic message)))))
(define (strip-sequence . parts)
  "Return a task that runs PARTS, one a step, each until it returns false."
  (lambda ()
    (if (pair? parts)
        (begin
          (if (not ((car parts))) (set! parts (cdr parts)))
          (pair? parts))
        #f)))
(define (fair-strip-subtask . tasks)
  "Return a task that runs TASKS in turn."
  (let ((q (make-fair-runq)))
    (for-each (lambda (task) (q 'add! task)) tasks)
    (lambda ()
      (q)
      (positive? (q 'length)))))
