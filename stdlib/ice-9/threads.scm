;;; Commentary:
;;;
;;; Threads that take turns.  A new thread runs at once, until it ends or must wait: for a mutex, a condition variable,
;;; another thread, its turn after `yield'.  Then the one that started it goes on, and a thread that waits lets the others
;;; run.  When all wait for one another, that is an error.  Parallel maps are plain maps.
;;;
;;; Code:

(define-module (ice-9 threads)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (ice-9 control)
  #:use-module ((ice-9 binary-ports) #:select (%set-read-waiter!))
  #:use-module ((ice-9 posix-primitives) #:select (%set-wait-hook!))
  #:export (call-with-new-thread join-thread current-thread all-threads thread? thread-exited?
            cancel-thread system-async-mark yield begin-thread make-thread
            make-mutex make-recursive-mutex mutex? lock-mutex try-mutex unlock-mutex mutex-locked?
            mutex-owner mutex-level with-mutex monitor
            make-condition-variable condition-variable? wait-condition-variable
            signal-condition-variable broadcast-condition-variable
            par-map par-for-each n-par-map n-par-for-each n-for-each-par-map
            parallel letpar)
  #:re-export (total-processor-count current-processor-count))

(define-record-type <thread>
  (%make-thread tag resume ready? external? state results cleanup)
  thread?
  (tag thread-tag)
  ;; The rest of a thread that waits, and what it waits for.
  (resume thread-resume set-thread-resume!)
  (ready? thread-ready? set-thread-ready?!)
  ;; Whether time or the world outside may end the waiting, not only another thread.
  (external? thread-external? set-thread-external?!)
  ;; running, waiting, done
  (state thread-state set-thread-state!)
  (results thread-results set-thread-results!)
  (cleanup thread-cleanup set-thread-cleanup!))

(define (address object) (number->string (object-address object) 16))
(set-record-type-printer! <thread>
  (lambda (thread port)
    (format port "#<thread ~a (~a)>" (object-address thread) (address thread))))

(define main-thread (%make-thread #f #f #f #f 'running '() #f))
(define running main-thread)
;; Threads that wait, the longest first.
(define waiting '())

(define (current-thread) "Return the running thread." running)
(define (all-threads)
  "Return the list of the threads that have not ended."
  (cons running
        (filter (lambda (thread) (not (eq? thread running)))
                (if (eq? running main-thread) waiting (cons main-thread waiting)))))
(define (thread-exited? thread) "Return #t when THREAD has ended." (eq? (thread-state thread) 'done))

(define (finish! thread results)
  (set-thread-state! thread 'done)
  (set-thread-results! thread results)
  (set-thread-resume! thread #f))

(define (run! thread thunk)
  "Let THREAD run THUNK until it ends or waits."
  (let ((previous running))
    (dynamic-wind
      (lambda ()
        (set! running thread)
        (set-thread-state! thread 'running))
      (lambda ()
        (call-with-prompt (thread-tag thread)
          thunk
          (lambda (rest ready? external?)
            (set-thread-state! thread 'waiting)
            (set-thread-resume! thread rest)
            (set-thread-ready?! thread ready?)
            (set-thread-external?! thread external?)
            (set! waiting (append waiting (list thread))))))
      (lambda () (set! running previous)))))

(define (run-one-waiting)
  "Let the first thread that need not wait any more go on; return #f when there is none."
  (let loop ((threads waiting))
    (cond ((null? threads) #f)
          (((thread-ready? (car threads)))
           (let* ((thread (car threads))
                  (rest (thread-resume thread)))
             (set! waiting (delq thread waiting))
             (run! thread (lambda () (rest)))
             #t))
          (else (loop (cdr threads))))))

(define (deadline time)
  "TIME, seconds or a pair of seconds and microseconds since 1970, in microseconds."
  (cond ((not time) #f)
        ((pair? time) (+ (* 1000000 (car time)) (cdr time)))
        (else (inexact->exact (round (* 1000000 time))))))
(define (now)
  (let ((time (gettimeofday)))
    (+ (* 1000000 (car time)) (cdr time))))

(define* (wait-until ready? time who #:optional external?)
  "Let other threads run until READY? returns true; #f when that was not before TIME."
  (let ((limit (deadline time)))
    (define (late?) (and limit (>= (now) limit)))
    (let loop ()
      (cond ((ready?) #t)
            ((late?) #f)
            ((not (eq? running main-thread))
             (abort-to-prompt (thread-tag running) (lambda () (or (ready?) (late?))) (or external? (and limit #t)))
             (loop))
            ((run-one-waiting) (loop))
            (limit
             (blocking-usleep (max 1 (min 1000 (- limit (now)))))
             (loop))
            ((or-map thread-external? waiting)
             (blocking-usleep 1000)
             (loop))
            ((pair? waiting)
             (scm-error 'misc-error who "all threads wait for one another" '() #f))
            (else
             (scm-error 'misc-error who "no other thread is left to wait for" '() #f))))))

(define (waiting-hook ready? suspend?)
  "Let other threads run until READY? returns true or there are none; SUSPEND? says that this one may be left meanwhile."
  (if (and suspend? (not (eq? running main-thread)) (suspendable-continuation? (thread-tag running)))
      (wait-until ready? #f "wait" #t)
      (let loop ()
        (cond ((ready?))
              ((run-one-waiting) (loop))
              ((pair? waiting)
               (blocking-usleep 1000)
               (loop))))))

(define (read-when-ready port ready? read)
  "Let other threads run until READY? returns true, then READ."
  (if (or (not (eq? running main-thread)) (pair? waiting))
      (waiting-hook ready? #t))
  (read))

(define blocking-usleep usleep)
(define cooperating? #f)
(define (cooperate!)
  "From now on, what blocks lets other threads run."
  (define (sleep-until microseconds)
    (wait-until (lambda () #f) (cons 0 (+ (now) microseconds)) "sleep")
    0)
  (set! cooperating? #t)
  (%set-wait-hook! waiting-hook)
  (%set-read-waiter! read-when-ready)
  (module-set! the-root-module 'usleep sleep-until)
  (module-set! the-root-module 'sleep (lambda (seconds) (sleep-until (inexact->exact (round (* 1000000 seconds))))))
  (module-set! the-root-module 'pause
               (let ((pause pause))
                 (lambda ()
                   (if (eq? running main-thread)
                       (pause)
                       (wait-until (lambda () #f) #f "pause" #t)))))
  (module-set! the-root-module 'primitive-fork
               (let ((fork primitive-fork))
                 (lambda ()
                   (let ((process (fork)))
                     ;; Only the thread that calls is in the copy.
                     (if (eqv? process 0) (set! waiting '()))
                     process)))))

(define (report-exception thread key args)
  (let ((port (current-error-port)))
    (display "In thread " port)
    (display thread port)
    (display ":\n" port)
    (print-exception port #f key args)))

(define* (call-with-new-thread thunk #:optional handler)
  "Return a new thread that calls THUNK, and HANDLER on the key and arguments of an exception."
  (if (not cooperating?) (cooperate!))
  (let ((thread (%make-thread (make-prompt-tag "thread") #f #f #f 'waiting '() #f))
        (state (current-dynamic-state))
        (module (current-module))
        (others-module #f))
    (run! thread
          (lambda ()
            (call-with-values
                (lambda ()
                  (let/ec cancel
                    (set-thread-cleanup! thread cancel)
                    (catch #t
                      ;; What it sets of fluids, parameters and the current module is its own; other threads run
                      ;; outside of this extent.
                      (lambda ()
                        (dynamic-wind
                          (lambda ()
                            (set! others-module (current-module))
                            (set-current-module module))
                          (lambda () (with-dynamic-state state thunk))
                          (lambda ()
                            (set! module (current-module))
                            (set-current-module others-module))))
                      (or handler
                          (lambda (key . args)
                            (report-exception thread key args)
                            #f)))))
              (lambda results (finish! thread results)))))
    thread))

(define-syntax-rule (begin-thread e0 e1 ...)
  (call-with-new-thread (lambda () e0 e1 ...)))

(define-syntax-rule (make-thread proc arg ...)
  (call-with-new-thread (lambda () (proc arg ...))))

(define* (join-thread thread #:optional timeout timeout-value)
  "Wait for the end of THREAD and return its values; TIMEOUT-VALUE when that is not before TIMEOUT."
  (if (eq? thread running)
      (scm-error 'misc-error "join-thread" "cannot join the current thread" '() #f))
  (if (wait-until (lambda () (thread-exited? thread)) timeout "join-thread")
      (apply values (thread-results thread))
      timeout-value))

(define (cancel-thread thread . results)
  "End THREAD; joining it returns RESULTS."
  (cond ((thread-exited? thread) *unspecified*)
        ((eq? thread running)
         (apply (thread-cleanup thread) results))
        (else
         (set! waiting (delq thread waiting))
         (finish! thread results))))
(define* (system-async-mark proc #:optional (thread running))
  "Let THREAD call PROC as soon as it can: at once if it runs, else when it goes on."
  (cond ((or (eq? thread running) (eq? thread main-thread)) (proc))
        ((thread-resume thread)
         => (lambda (rest)
              (let ((ready? (thread-ready? thread)) (called? #f))
                (set-thread-resume! thread
                                    (lambda args
                                      (if (not called?) (proc))
                                      (apply rest args)))
                (set-thread-ready?! thread
                                    (lambda ()
                                      (or (ready?)
                                          (begin
                                            (if (not called?) (begin (set! called? #t) (proc)))
                                            #f))))))))
  *unspecified*)
(define (yield)
  "Let another thread run."
  (if (eq? running main-thread)
      (run-one-waiting)
      (let ((turn #f))
        ;; Ready the next time somebody asks.
        (abort-to-prompt (thread-tag running) (lambda () (or turn (begin (set! turn #t) #t))) #f)))
  #t)

;; Mutexes

(define-record-type <mutex>
  (%make-mutex level owner recursive? unchecked? external?)
  mutex?
  (level mutex-level set-mutex-level!)
  (owner mutex-owner set-mutex-owner!)
  (recursive? mutex-recursive?)
  (unchecked? mutex-unchecked?)
  (external? mutex-external?))

(set-record-type-printer! <mutex>
  (lambda (mutex port) (format port "#<mutex ~a>" (address mutex))))

(define (make-mutex . flags)
  "Return a new mutex: FLAGS may say recursive, unchecked-unlock, allow-external-unlock."
  (for-each (lambda (flag)
              (if (not (memq flag '(recursive unchecked-unlock allow-external-unlock)))
                  (scm-error 'misc-error "make-mutex" "unsupported mutex kind: ~S" (list flag) #f)))
            flags)
  (%make-mutex 0 #f (and (memq 'recursive flags) #t) (and (memq 'unchecked-unlock flags) #t)
               (and (memq 'allow-external-unlock flags) #t)))
(define (make-recursive-mutex)
  "Return a new recursive mutex."
  (make-mutex 'recursive))
(define (mutex-locked? mutex)
  "Return #t when MUTEX is locked."
  (> (mutex-level mutex) 0))

(define* (lock-mutex mutex #:optional timeout)
  "Lock MUTEX, waiting for it; return #f when that was not possible before TIMEOUT."
  (define (take!)
    (set-mutex-level! mutex (+ 1 (mutex-level mutex)))
    (set-mutex-owner! mutex running)
    #t)
  (cond ((not (mutex-locked? mutex)) (take!))
        ((eq? (mutex-owner mutex) running)
         (cond ((mutex-recursive? mutex) (take!))
               ((mutex-external? mutex)
                (and (wait-until (lambda () (not (mutex-locked? mutex))) timeout "lock-mutex") (take!)))
               (else (scm-error 'misc-error "lock-mutex" "mutex already locked by thread" '() #f))))
        (else
         (and (wait-until (lambda () (not (mutex-locked? mutex))) timeout "lock-mutex")
              (take!)))))
(define (try-mutex mutex)
  "Lock MUTEX if it is free, and return whether it was."
  (and (or (not (mutex-locked? mutex))
           (and (mutex-recursive? mutex) (eq? (mutex-owner mutex) running)))
       (lock-mutex mutex)))
(define (unlock-mutex mutex)
  "Unlock MUTEX."
  (cond ((not (mutex-locked? mutex))
         (if (not (mutex-unchecked? mutex))
             (scm-error 'misc-error "unlock-mutex" "mutex not locked" '() #f)))
        ((and (not (eq? (mutex-owner mutex) running)) (not (mutex-unchecked? mutex)) (not (mutex-external? mutex)))
         (scm-error 'misc-error "unlock-mutex" "mutex not locked by current thread" '() #f))
        (else
         (set-mutex-level! mutex (- (mutex-level mutex) 1))
         (if (not (mutex-locked? mutex)) (set-mutex-owner! mutex #f))))
  #t)

(define-syntax-rule (with-mutex mutex e0 e1 ...)
  (let ((m mutex))
    (%with-mutex m (lambda () e0 e1 ...))))
(define (%with-mutex mutex thunk)
  ;; Waiting inside leaves THUNK by an abort and comes back: the mutex stays locked meanwhile, unless a condition
  ;; variable gave it away.
  (lock-mutex mutex)
  (catch #t
    (lambda ()
      (call-with-values thunk
        (lambda results
          (unlock-mutex mutex)
          (apply values results))))
    (lambda args (apply throw args))
    (lambda args
      (if (and (mutex-locked? mutex) (eq? (mutex-owner mutex) running))
          (unlock-mutex mutex)))))

(define-syntax monitor
  (lambda (s)
    "Evaluate expressions one thread at a time."
    (syntax-case s ()
      ((_ e0 e1 ...)
       (with-syntax ((name (datum->syntax s (gensym "monitor"))))
         #'(with-mutex (%monitor-mutex 'name) e0 e1 ...))))))
(define monitors (make-hash-table))
(define (%monitor-mutex name)
  (or (hashq-ref monitors name)
      (let ((mutex (make-mutex)))
        (hashq-set! monitors name mutex)
        mutex)))

;; Condition variables: queues of the threads that wait, as pairs whose car turns true.

(define-record-type <condition-variable>
  (%make-condition-variable waiters)
  condition-variable?
  (waiters condition-variable-waiters set-condition-variable-waiters!))

(set-record-type-printer! <condition-variable>
  (lambda (variable port) (format port "#<condition-variable ~a>" (address variable))))

(define (make-condition-variable) "Return a new condition variable." (%make-condition-variable '()))
(define* (wait-condition-variable var mutex #:optional timeout)
  "Unlock MUTEX, wait for a signal of VAR and lock MUTEX again; return #f when there was none before TIMEOUT."
  (let ((signal (list #f)))
    (set-condition-variable-waiters! var (append (condition-variable-waiters var) (list signal)))
    (unlock-mutex mutex)
    (let ((signalled? (wait-until (lambda () (car signal)) timeout "wait-condition-variable")))
      (set-condition-variable-waiters! var (delq signal (condition-variable-waiters var)))
      (lock-mutex mutex)
      signalled?)))
(define (signal-condition-variable var)
  "Wake one thread that waits for VAR."
  (let ((waiters (condition-variable-waiters var)))
    (if (pair? waiters)
        (begin
          (set-car! (car waiters) #t)
          (set-condition-variable-waiters! var (cdr waiters)))))
  #t)
(define (broadcast-condition-variable var)
  "Wake all threads that wait for VAR."
  (for-each (lambda (waiter) (set-car! waiter #t)) (condition-variable-waiters var))
  (set-condition-variable-waiters! var '())
  #t)

(define (par-map proc . lists)
  "Return the results of PROC on the elements of LISTS."
  (apply map proc lists))
(define (par-for-each proc . lists)
  "Call PROC on the elements of LISTS."
  (apply for-each proc lists))
(define (n-par-map n proc . lists)
  "Return the results of PROC on the elements of LISTS."
  (apply map proc lists))
(define (n-par-for-each n proc . lists)
  "Call PROC on the elements of LISTS."
  (apply for-each proc lists))
(define (n-for-each-par-map n serial parallel . lists)
  "Call SERIAL on the results of PARALLEL on the elements of LISTS."
  (for-each serial (apply map parallel lists)))

(define-syntax-rule (parallel e ...)
  (values e ...))
(define-syntax-rule (letpar ((v e) ...) b0 b1 ...)
  (let ((v e) ...) b0 b1 ...))
