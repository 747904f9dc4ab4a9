;;; Commentary:
;;;
;;; SRFI 18: threads. A thread runs to its end when it is started or first waited for: there is one thread of control.
;;;
;;; Code:

(define-module (srfi srfi-18)
  #:use-module (ice-9 control)
  #:use-module (srfi srfi-9)
  #:use-module ((srfi srfi-34) #:select (raise with-exception-handler))
  #:re-export (raise with-exception-handler)
  #:replace (current-time current-thread thread? make-thread thread-join!
             mutex? make-mutex mutex-lock! mutex-unlock! condition-variable? make-condition-variable)
  #:export (thread-name thread-specific thread-specific-set! thread-start! thread-yield! thread-sleep!
            thread-terminate! mutex mutex-name mutex-specific mutex-specific-set! mutex-state
            condition-variable-name condition-variable-specific condition-variable-specific-set!
            condition-variable-signal! condition-variable-broadcast!
            time? time->seconds seconds->time current-exception-handler
            join-timeout-exception? abandoned-mutex-exception? terminated-thread-exception?
            uncaught-exception? uncaught-exception-reason))

;; Threads: state is new, running, ended (with a list of values), failed (with an exception) or terminated.
(define-record-type thread
  (%make-thread thunk name specific state outcome)
  thread?
  (thunk thread-thunk)
  (name thread-name)
  (specific thread-specific thread-specific-set!)
  (state thread-state set-thread-state!)
  (outcome thread-outcome set-thread-outcome!))

(define-record-type uncaught-exception
  (make-uncaught-exception reason)
  uncaught-exception?
  (reason uncaught-exception-reason))
(define (join-timeout-exception? x) "Return #t when X tells that a join took too long." (eq? x 'join-timeout))
(define (abandoned-mutex-exception? x) "Return #t when X tells that the owner of a mutex ended." (eq? x 'abandoned-mutex))
(define (terminated-thread-exception? x) "Return #t when X tells that a thread was terminated." (eq? x 'terminated-thread))

(define primordial (%make-thread #f 'primordial #f 'running #f))
(define running (make-parameter primordial))
(define (current-thread) "Return the thread that runs." (running))
(define* (make-thread thunk #:optional (name #f)) "Return a thread that will run THUNK." (%make-thread thunk name #f 'new #f))
(define (thread-start! thread)
  "Run THREAD to its end, return it."
  (if (not (eq? (thread-state thread) 'new))
      (scm-error 'misc-error "thread-start!" "thread was started before: ~S" (list thread) #f))
  (set-thread-state! thread 'running)
  (let ((escape (make-prompt-tag)))
    (call-with-prompt escape
      (lambda ()
        (parameterize ((running thread))
          (call-with-values
              (lambda ()
                (call/ec
                 (lambda (leave)
                   (with-exception-handler
                    (lambda (reason)
                      (set-thread-state! thread 'failed)
                      (set-thread-outcome! thread reason)
                      (leave))
                    (lambda ()
                      (parameterize ((terminate (lambda () (abort-to-prompt escape))))
                        ((thread-thunk thread))))))))
            (lambda values
              (if (eq? (thread-state thread) 'running)
                  (begin
                    (set-thread-state! thread 'ended)
                    (set-thread-outcome! thread values)))))))
      (lambda (k) #f)))
  thread)
(define terminate (make-parameter #f))
(define (thread-yield!) "Let other threads run: none wait." *unspecified*)
(define (thread-sleep! timeout)
  "Wait for TIMEOUT, seconds or a time."
  (let ((seconds (if (time? timeout) (- (time->seconds timeout) (time->seconds (current-time))) timeout)))
    (if (positive? seconds) (usleep (inexact->exact (round (* 1000000 seconds)))))
    *unspecified*))
(define (thread-terminate! thread)
  "End THREAD."
  (if (memq (thread-state thread) '(new running)) (set-thread-state! thread 'terminated))
  (if (and (eq? thread (running)) (terminate)) ((terminate)))
  *unspecified*)
(define* (thread-join! thread #:optional timeout (default 'none))
  "Return the value of THREAD once it has ended; raise what ended it."
  (case (thread-state thread)
    ((ended) (apply values (thread-outcome thread)))
    ((failed) (raise (make-uncaught-exception (thread-outcome thread))))
    ((terminated) (raise 'terminated-thread))
    (else
     ;; It will not end by itself: no one else runs.
     (if (eq? default 'none) (raise 'join-timeout) default))))

;; Mutexes

(define-record-type mutex-record
  (%make-mutex name specific state)
  mutex?
  (name mutex-name)
  (specific mutex-specific mutex-specific-set!)
  (state mutex-state* set-mutex-state!))
(define mutex mutex-record)
(define* (make-mutex #:optional (name #f)) "Return an unlocked mutex." (%make-mutex name #f 'not-abandoned))
(define (mutex-state m)
  "Return the owner of M, or not-owned, abandoned or not-abandoned."
  (let ((state (mutex-state* m)))
    (if (and (thread? state) (memq (thread-state state) '(ended failed terminated)))
        'abandoned
        state)))
(define* (mutex-lock! m #:optional timeout (owner (current-thread)))
  "Lock M for OWNER; return #f when it is locked already and TIMEOUT passes."
  (case (mutex-state m)
    ((not-abandoned) (set-mutex-state! m (or owner 'not-owned)) #t)
    ((abandoned) (set-mutex-state! m (or owner 'not-owned)) (raise 'abandoned-mutex))
    (else
     (if timeout
         #f
         (scm-error 'misc-error "mutex-lock!" "the mutex is locked and no other thread can unlock it: ~S" (list m) #f)))))
(define* (mutex-unlock! m #:optional condition timeout)
  "Unlock M; with CONDITION wait for it, at most TIMEOUT."
  (set-mutex-state! m 'not-abandoned)
  (if condition
      (or (take-signal! condition) (not timeout))
      #t))

;; Condition variables: signals are counted, for no one can wait while another signals.

(define-record-type condition-variable
  (%make-condition-variable name specific signals)
  condition-variable?
  (name condition-variable-name)
  (specific condition-variable-specific condition-variable-specific-set!)
  (signals signals set-signals!))
(define* (make-condition-variable #:optional (name #f)) "Return a condition variable." (%make-condition-variable name #f 0))
(define (condition-variable-signal! variable) "Wake a thread that waits for VARIABLE." (set-signals! variable (+ 1 (signals variable))))
(define (condition-variable-broadcast! variable) "Wake all threads that wait for VARIABLE." (set-signals! variable (+ 1 (signals variable))))
(define (take-signal! variable)
  (and (positive? (signals variable))
       (begin (set-signals! variable (- (signals variable) 1)) #t)))

;; Time

(define-record-type time
  (%make-time seconds)
  time?
  (seconds time->seconds))
(define (current-time)
  "Return the time now."
  (let ((now (gettimeofday)))
    (%make-time (+ (car now) (/ (cdr now) 1000000.0)))))
(define (seconds->time seconds) "Return the time SECONDS after the epoch." (%make-time seconds))
(define (current-exception-handler) "Return a procedure that raises its argument." (lambda (x) (raise x)))
