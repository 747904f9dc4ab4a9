;;; Commentary:
;;;
;;; Pools of workers: threads that run tasks for their effects, in the order in which they were given.
;;; A pool starts a worker when there is a task and none is free; a worker ends when there is nothing left to do.
;;; Interface: (guix workers) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix workers)
  #:use-module (ice-9 q)
  #:use-module (ice-9 threads)
  #:use-module (srfi srfi-9)
  #:export (make-pool pool? pool-enqueue! pool-idle? eventually))

(define-record-type <pool>
  (%make-pool size queue mutex busy)
  pool?
  (size  pool-size)
  (queue pool-queue)
  (mutex pool-mutex)
  (busy  pool-busy set-pool-busy!))     ;number of workers at work

(define* (make-pool #:optional (count (current-processor-count))
                    #:key (thread-name "guix worker"))
  "Return a pool of at most COUNT workers.  THREAD-NAME is what the operating system would call them, where it can tell."
  (%make-pool count (make-q) (make-mutex) 0))

(define (next-task! pool)
  "Return the task that has waited longest, or #f after counting the calling worker out."
  (with-mutex (pool-mutex pool)
    (if (q-empty? (pool-queue pool))
        (begin
          (set-pool-busy! pool (- (pool-busy pool) 1))
          #f)
        (deq! (pool-queue pool)))))

(define (work pool)
  (let ((task (next-task! pool)))
    (when task
      ;; The error of one task is not the end of the others.
      (catch #t
        task
        (lambda (key . arguments)
          (print-exception (current-error-port) #f key arguments)))
      (work pool))))

(define (pool-enqueue! pool thunk)
  "Let a worker of POOL call THUNK."
  (define start?
    (with-mutex (pool-mutex pool)
      (enq! (pool-queue pool) thunk)
      (and (< (pool-busy pool) (pool-size pool))
           (begin
             (set-pool-busy! pool (+ 1 (pool-busy pool)))
             #t))))

  (when start?
    (call-with-new-thread (lambda () (work pool)))))

(define (pool-idle? pool)
  "Return true if POOL has no task that waits and none that runs."
  (with-mutex (pool-mutex pool)
    (and (q-empty? (pool-queue pool))
         (zero? (pool-busy pool)))))

(define-syntax-rule (eventually pool exp ...)
  ;; Let a worker of POOL evaluate EXP.
  (pool-enqueue! pool (lambda () exp ...)))
