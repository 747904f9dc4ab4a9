;;; Commentary:
;;;
;;; Threads, of which there is one: thunks run at once, when they are made.
;;; Parallel maps are plain maps, mutexes only count.
;;;
;;; Code:

(define-module (ice-9 threads)
  #:use-module (srfi srfi-1)
  #:export (call-with-new-thread join-thread current-thread all-threads thread? thread-exited?
            cancel-thread yield begin-thread make-thread
            make-mutex make-recursive-mutex mutex? lock-mutex try-mutex unlock-mutex mutex-locked?
            mutex-owner mutex-level with-mutex monitor
            make-condition-variable condition-variable? wait-condition-variable
            signal-condition-variable broadcast-condition-variable
            par-map par-for-each n-par-map n-par-for-each n-for-each-par-map
            parallel letpar)
  #:re-export (total-processor-count current-processor-count))

(define <thread> (make-record-type 'thread '(values)))
(define %make-thread (record-constructor <thread>))
(define thread? (record-predicate <thread>))
(define thread-values (record-accessor <thread> 'values))
(define main-thread (%make-thread '()))

(define* (call-with-new-thread thunk #:optional handler)
  "Run THUNK now and return a thread that has ended with its values."
  (%make-thread (call-with-values
                    (lambda ()
                      (if handler
                          (catch #t thunk handler)
                          (thunk)))
                  list)))

(define-syntax-rule (begin-thread e0 e1 ...)
  (call-with-new-thread (lambda () e0 e1 ...)))

(define-syntax-rule (make-thread proc arg ...)
  (call-with-new-thread (lambda () (proc arg ...))))

(define* (join-thread thread #:optional timeout timeout-value)
  "Return the values of THREAD."
  (apply values (thread-values thread)))

(define (current-thread) "Return the one running thread." main-thread)
(define (all-threads) "Return the list of running threads." (list main-thread))
(define (thread-exited? thread) "Return #t when THREAD has ended." (not (eq? thread main-thread)))
(define (cancel-thread thread . args) "Do nothing: THREAD has ended." *unspecified*)
(define (yield) "Do nothing: no other thread waits." #t)

(define <mutex> (make-record-type 'mutex '(level recursive?)))
(define %make-mutex (record-constructor <mutex>))
(define mutex? (record-predicate <mutex>))
(define mutex-level (record-accessor <mutex> 'level))
(define mutex-recursive? (record-accessor <mutex> 'recursive?))
(define set-mutex-level! (record-modifier <mutex> 'level))

(define (make-mutex . flags)
  "Return a new mutex."
  (%make-mutex 0 (and (memq 'recursive flags) #t)))
(define (make-recursive-mutex)
  "Return a new recursive mutex."
  (%make-mutex 0 #t))
(define (mutex-locked? mutex)
  "Return #t when MUTEX is locked."
  (> (mutex-level mutex) 0))
(define (mutex-owner mutex)
  "Return the thread that holds MUTEX, or #f."
  (and (mutex-locked? mutex) main-thread))

(define* (lock-mutex mutex #:optional timeout)
  "Lock MUTEX. Waiting for oneself would never end, and is an error."
  (if (and (mutex-locked? mutex) (not (mutex-recursive? mutex)))
      (scm-error 'misc-error "lock-mutex" "mutex already locked by thread" '() #f))
  (set-mutex-level! mutex (+ 1 (mutex-level mutex)))
  #t)
(define (try-mutex mutex)
  "Lock MUTEX if it is free, and return whether it was."
  (and (or (not (mutex-locked? mutex)) (mutex-recursive? mutex))
       (lock-mutex mutex)))
(define (unlock-mutex mutex)
  "Unlock MUTEX."
  (if (not (mutex-locked? mutex))
      (scm-error 'misc-error "unlock-mutex" "mutex not locked" '() #f))
  (set-mutex-level! mutex (- (mutex-level mutex) 1))
  #t)

(define-syntax-rule (with-mutex mutex e0 e1 ...)
  (let ((m mutex))
    (dynamic-wind
      (lambda () (lock-mutex m))
      (lambda () e0 e1 ...)
      (lambda () (unlock-mutex m)))))

(define-syntax-rule (monitor e0 e1 ...)
  (let () e0 e1 ...))

(define <condition-variable> (make-record-type 'condition-variable '()))
(define make-condition-variable (record-constructor <condition-variable>))
(define condition-variable? (record-predicate <condition-variable>))
(define* (wait-condition-variable var mutex #:optional timeout)
  "Return #f: nobody else could signal VAR."
  #f)
(define (signal-condition-variable var) "Do nothing: nobody waits for VAR." #t)
(define (broadcast-condition-variable var) "Do nothing: nobody waits for VAR." #t)

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
