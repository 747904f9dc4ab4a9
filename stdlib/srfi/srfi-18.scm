;;; Commentary:
;;;
;;; SRFI 18: threads, on those of (ice-9 threads), which take turns: a thread that waits lets the others run.
;;;
;;; Code:

(define-module (srfi srfi-18)
  #:use-module (ice-9 control)
  #:use-module (srfi srfi-9)
  #:use-module ((ice-9 threads) #:prefix threads:)
  #:use-module ((srfi srfi-34) #:select (with-exception-handler))
  #:re-export (with-exception-handler)
  #:replace (current-time current-thread thread? make-thread thread-join! raise
             mutex? make-mutex mutex-lock! mutex-unlock! condition-variable? make-condition-variable)
  #:export (thread-name thread-specific thread-specific-set! thread-start! thread-yield! thread-sleep!
            thread-terminate! mutex mutex-name mutex-specific mutex-specific-set! mutex-state
            condition-variable-name condition-variable-specific condition-variable-specific-set!
            condition-variable-signal! condition-variable-broadcast!
            time? time->seconds seconds->time current-exception-handler
            join-timeout-exception? abandoned-mutex-exception? terminated-thread-exception?
            uncaught-exception? uncaught-exception-reason))

(cond-expand-provide (current-module) '(srfi-18))

;; Exceptions

(define (raise obj)
  "Call the current exception handler on OBJ; what it returns is returned."
  (raise-exception obj #:continuable? #t))
(define (current-exception-handler)
  "Return a procedure that calls the current exception handler."
  (lambda (obj) (raise obj)))

(define-record-type uncaught-exception
  (make-uncaught-exception reason)
  uncaught-exception?
  (reason uncaught-exception-reason))
(define-record-type occurrence
  (make-occurrence kind)
  occurrence?
  (kind occurrence-kind))
(define-syntax-rule (define-occurrences (name predicate doc) ...)
  (begin
    (begin
      (define name (make-occurrence 'name))
      (define (predicate x) doc (eq? x name)))
    ...))
(define-occurrences
  (join-timeout join-timeout-exception? "Return #t when X tells that a join took too long.")
  (abandoned-mutex abandoned-mutex-exception? "Return #t when X tells that the owner of a mutex ended.")
  (terminated-thread terminated-thread-exception? "Return #t when X tells that a thread was terminated."))

;; Time: as gettimeofday tells it.

(define (current-time) "Return the time now." (gettimeofday))
(define (time? x)
  "Return #t when X is a time."
  (and (pair? x) (number? (car x)) (number? (cdr x))))
(define (time->seconds time)
  "Return the seconds of TIME since 1970."
  (+ (car time) (/ (cdr time) 1000000)))
(define (seconds->time seconds)
  "Return the time SECONDS after the start of 1970."
  (let* ((exact (inexact->exact seconds))
         (whole (floor exact)))
    (cons whole (round (* 1000000 (- exact whole))))))
(define (deadline timeout)
  ;; TIMEOUT, seconds from now or a time, as (ice-9 threads) has it; #f: never.
  (cond ((not timeout) #f)
        ((time? timeout) timeout)
        (else (seconds->time (+ (time->seconds (current-time)) timeout)))))
(define (wait-until ready? timeout who)
  ((@@ (ice-9 threads) wait-until) ready? (deadline timeout) who))

;; Threads: state is new, running, ended (with a list of values), failed (with an exception) or terminated.

(define-record-type thread
  (%make-thread thunk name specific state outcome base leave)
  thread?
  (thunk thread-thunk)
  (name thread-name)
  (specific thread-specific thread-specific-set!)
  (state thread-state set-thread-state!)
  (outcome thread-outcome set-thread-outcome!)
  ;; The thread of (ice-9 threads) that runs it, and how it leaves that.
  (base thread-base set-thread-base!)
  (leave thread-leave set-thread-leave!))

(define threads-of (make-weak-key-hash-table))
(define (current-thread)
  "Return the thread that runs."
  (let ((base (threads:current-thread)))
    (or (hashq-ref threads-of base)
        (let ((thread (%make-thread #f #f #f 'running #f base #f)))
          (hashq-set! threads-of base thread)
          thread))))
(define* (make-thread thunk #:optional (name #f))
  "Return a thread that will run THUNK."
  (%make-thread thunk name #f 'new #f #f #f))
(define (over? thread)
  (memq (thread-state thread) '(ended failed terminated)))

(define (end! thread state outcome)
  (if (not (over? thread))
      (begin
        (set-thread-state! thread state)
        (set-thread-outcome! thread outcome))))

(define (thread-start! thread)
  "Let THREAD run, return it."
  (case (thread-state thread)
    ((new)
     (set-thread-state! thread 'running)
     (threads:call-with-new-thread
      (lambda ()
        (let ((base (threads:current-thread)))
          (set-thread-base! thread base)
          (hashq-set! threads-of base thread)
          (let/ec leave
            (set-thread-leave! thread leave)
            (with-exception-handler
             (lambda (reason)
               (end! thread 'failed reason)
               (leave))
             (lambda ()
               (call-with-values (thread-thunk thread)
                 (lambda results (end! thread 'ended results)))))))))
     thread)
    ((terminated) thread)
    (else (scm-error 'misc-error "thread-start!" "thread was started before: ~S" (list thread) #f))))

(define (thread-yield!)
  "Let other threads run."
  (threads:yield)
  *unspecified*)
(define (thread-sleep! timeout)
  "Wait for TIMEOUT, seconds or a time."
  (let ((seconds (if (time? timeout) (- (time->seconds timeout) (time->seconds (current-time))) timeout)))
    (if (positive? seconds) (usleep (inexact->exact (round (* 1000000 seconds)))))
    *unspecified*))
(define (thread-terminate! thread)
  "End THREAD."
  (end! thread 'terminated #f)
  (cond ((not (thread-base thread)))
        ((eq? thread (current-thread)) ((thread-leave thread)))
        (else (threads:cancel-thread (thread-base thread))))
  *unspecified*)
(define* (thread-join! thread #:optional timeout (default join-timeout))
  "Return the values of THREAD once it has ended; raise what ended it."
  (cond ((wait-until (lambda () (over? thread)) timeout "thread-join!")
         (case (thread-state thread)
           ((ended) (apply values (thread-outcome thread)))
           ((failed) (raise (make-uncaught-exception (thread-outcome thread))))
           (else (raise terminated-thread))))
        ((eq? default join-timeout) (raise join-timeout))
        (else default)))

;; Mutexes

(define-record-type <mutex>
  (%make-mutex name specific locked? owner)
  mutex?
  (name mutex-name)
  (specific mutex-specific mutex-specific-set!)
  (locked? locked? set-locked?!)
  (owner owner set-owner!))
(define mutex <mutex>)
(define* (make-mutex #:optional (name #f)) "Return an unlocked mutex." (%make-mutex name #f #f #f))
(define (abandoned? m)
  (and (locked? m) (owner m) (over? (owner m))))
(define (mutex-state m)
  "Return the owner of M, or not-owned, abandoned or not-abandoned."
  (cond ((abandoned? m) 'abandoned)
        ((not (locked? m)) 'not-abandoned)
        (else (or (owner m) 'not-owned))))
(define* (mutex-lock! m #:optional timeout (thread (current-thread)))
  "Lock M for THREAD; return #f when it is locked already and TIMEOUT passes."
  (and (wait-until (lambda () (or (not (locked? m)) (abandoned? m))) timeout "mutex-lock!")
       (let ((was-abandoned? (abandoned? m)))
         (set-locked?! m #t)
         (set-owner! m thread)
         (if was-abandoned? (raise abandoned-mutex))
         #t)))
(define* (mutex-unlock! m #:optional condition timeout)
  "Unlock M; with CONDITION wait for it, at most TIMEOUT."
  (let ((signal (and condition (expect-signal! condition))))
    (set-locked?! m #f)
    (set-owner! m #f)
    (or (not condition)
        (wait-until (lambda () (car signal)) timeout "mutex-unlock!")
        (begin
          (forget-signal! condition signal)
          #f))))

;; Condition variables: those who wait, each a list whose element turns true.

(define-record-type <condition-variable>
  (%make-condition-variable name specific waiters)
  condition-variable?
  (name condition-variable-name)
  (specific condition-variable-specific condition-variable-specific-set!)
  (waiters waiters set-waiters!))
(define* (make-condition-variable #:optional (name #f))
  "Return a condition variable."
  (%make-condition-variable name #f '()))
(define (expect-signal! variable)
  (let ((signal (list #f)))
    (set-waiters! variable (append (waiters variable) (list signal)))
    signal))
(define (forget-signal! variable signal)
  (set-waiters! variable (delq signal (waiters variable))))
(define (condition-variable-signal! variable)
  "Wake a thread that waits for VARIABLE."
  (let ((all (waiters variable)))
    (if (pair? all)
        (begin
          (set-car! (car all) #t)
          (set-waiters! variable (cdr all)))))
  *unspecified*)
(define (condition-variable-broadcast! variable)
  "Wake all threads that wait for VARIABLE."
  (for-each (lambda (signal) (set-car! signal #t)) (waiters variable))
  (set-waiters! variable '())
  *unspecified*)
