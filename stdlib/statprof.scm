;;; Commentary:
;;;
;;; (statprof): a statistical profiler. Samples of the stack are taken by the engine's own profiler; its finest interval
;;; is that of the hardware clock, whatever frequency is asked for. Calls cannot be counted.
;;;
;;; Code:

(define-module (statprof)
  #:use-module (ice-9 format)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 posix-primitives)
  #:export (statprof-active? statprof-start statprof-stop statprof-reset
            statprof-accumulated-time statprof-sample-count statprof-fold-call-data
            statprof-proc-call-data statprof-call-data-name statprof-call-data-calls
            statprof-call-data-cum-samples statprof-call-data-self-samples statprof-call-data->stats
            statprof-stats-proc-name statprof-stats-proc-source statprof-stats-%-time-in-proc
            statprof-stats-cum-secs-in-proc statprof-stats-self-secs-in-proc statprof-stats-calls
            statprof-stats-self-secs-per-call statprof-stats-cum-secs-per-call
            statprof-display statprof-display-anomalies statprof-fetch-stacks statprof-fetch-call-tree
            statprof gcprof))

;; What was sampled so far: lists of the microseconds and of the procedures, innermost first.
(define samples '())
(define interval 10000)
;; How often profiling was started and not stopped.
(define level 0)
(define started-at 0)
(define accumulated 0)

(define (statprof-active?) "Return #t while profiling." (> level 0))
(define (statprof-start)
  "Begin to sample."
  (set! level (+ level 1))
  (if (= level 1)
      (begin
        (set! started-at (get-internal-run-time))
        (%start-profiler interval))))
(define (statprof-stop)
  "End to sample."
  (if (> level 0) (set! level (- level 1)))
  (if (= level 0)
      (begin
        (set! samples (append samples (%stop-profiler)))
        (set! accumulated (+ accumulated (- (get-internal-run-time) started-at))))))
(define* (statprof-reset sample-seconds sample-microseconds count-calls? #:optional full-stacks?)
  "Forget all samples; sample so often from now on."
  (set! interval (max 100 (+ (* 1000000 sample-seconds) sample-microseconds)))
  (set! samples '())
  (set! accumulated 0)
  #t)

(define (statprof-accumulated-time)
  "Return the seconds for which samples were taken."
  (/ accumulated 1.0 internal-time-units-per-second))
(define (statprof-sample-count) "Return the number of samples." (length samples))

(define-record-type call-data
  (make-call-data name source cum self)
  call-data?
  (name statprof-call-data-name)
  (source call-data-source)
  (cum statprof-call-data-cum-samples set-cum!)
  (self statprof-call-data-self-samples set-self!))
(define (statprof-call-data-calls data) "Return the number of calls: not counted." #f)

(define (call-data-table)
  ;; From names to what is known of the procedures.
  (let ((table (make-hash-table)))
    (define (data-of procedure)
      (let ((handle (hash-create-handle! table (car procedure) #f)))
        (if (not (cdr handle))
            (set-cdr! handle (make-call-data (car procedure) (cdr procedure) 0 0)))
        (cdr handle)))
    (for-each
     (lambda (sample)
       (let ((stack (cdr sample)))
         (let ((innermost (data-of (car stack))))
           (set-self! innermost (+ 1 (statprof-call-data-self-samples innermost))))
         (for-each (lambda (procedure)
                     (let ((data (data-of procedure)))
                       (set-cum! data (+ 1 (statprof-call-data-cum-samples data)))))
                   (delete-duplicates stack))))
     samples)
    table))

(define (statprof-fold-call-data proc init)
  "Fold PROC over the call data of the procedures seen."
  (hash-fold (lambda (name data result) (proc data result)) init (call-data-table)))
(define (statprof-proc-call-data proc)
  "Return the call data of the procedure PROC, or #f."
  (let ((name (procedure-name proc)))
    (and name (hash-ref (call-data-table) (symbol->string name)))))

(define-record-type stats
  (make-stats name source share cum self)
  stats?
  (name statprof-stats-proc-name)
  (source statprof-stats-proc-source)
  (share statprof-stats-%-time-in-proc)
  (cum statprof-stats-cum-secs-in-proc)
  (self statprof-stats-self-secs-in-proc))
(define (statprof-stats-calls stats) "Return the number of calls: not counted." #f)
(define (statprof-stats-self-secs-per-call stats) "Return the seconds of a call itself: calls are not counted." #f)
(define (statprof-stats-cum-secs-per-call stats) "Return the seconds of a call: calls are not counted." #f)
(define (statprof-call-data->stats data)
  "Return the statistics of DATA."
  (let* ((count (max 1 (statprof-sample-count)))
         (seconds (/ (statprof-accumulated-time) count)))
    (make-stats (statprof-call-data-name data)
                (call-data-source data)
                (* 100.0 (/ (statprof-call-data-self-samples data) count))
                (* seconds (statprof-call-data-cum-samples data))
                (* seconds (statprof-call-data-self-samples data)))))

(define (heavier? a b)
  (let ((self-a (statprof-stats-self-secs-in-proc a))
        (self-b (statprof-stats-self-secs-in-proc b)))
    (or (> self-a self-b)
        (and (= self-a self-b)
             (> (statprof-stats-cum-secs-in-proc a) (statprof-stats-cum-secs-in-proc b))))))

(define* (statprof-display #:optional (port (current-output-port)) #:key (style 'flat))
  "Print what was sampled on PORT: a line for each procedure, anomalies, or a tree of calls, by STYLE."
  (case style
    ((flat) (display-flat port))
    ((anomalies) (with-output-to-port port statprof-display-anomalies))
    ((tree) (display-tree port))
    (else (error "Unknown statprof display style" style))))
(define (display-flat port)
  (if (zero? (statprof-sample-count))
      (format port "No samples recorded.\n")
      (begin
        (format port "%     cumulative   self             \ntime   seconds     seconds  procedure\n")
        (for-each
         (lambda (stats)
           (format port "~6,2f ~9,2f ~9,2f  ~a~%"
                   (statprof-stats-%-time-in-proc stats)
                   (statprof-stats-cum-secs-in-proc stats)
                   (statprof-stats-self-secs-in-proc stats)
                   (statprof-stats-proc-name stats)))
         (sort (statprof-fold-call-data (lambda (data all) (cons (statprof-call-data->stats data) all)) '())
               heavier?))
        (format port "---\nSample count: ~a\nTotal time: ~a seconds\n"
                (statprof-sample-count) (statprof-accumulated-time)))))
(define (statprof-display-anomalies)
  "Print what is odd about the samples: nothing can be."
  (format #t "Total time: ~A~%" (statprof-accumulated-time))
  (format #t "Sample count: ~A~%" (statprof-sample-count)))

(define (statprof-fetch-stacks)
  "Return the stacks sampled, lists of the names of procedures, innermost first."
  (map (lambda (sample) (map car (cdr sample))) samples))
(define* (statprof-fetch-call-tree #:key precise?)
  "Return the calls sampled as a tree: lists of a name, the number of samples and subtrees, under the symbol #t."
  (define (tree name stacks)
    ;; STACKS have the outermost first.
    (let ((table (make-hash-table)))
      (for-each (lambda (stack)
                  (if (pair? stack)
                      (hash-set! table (car stack) (cons (cdr stack) (hash-ref table (car stack) '())))))
                stacks)
      (cons* name (length stacks)
             (sort (hash-map->list tree table) (lambda (a b) (> (cadr a) (cadr b)))))))
  (tree #t (map reverse (statprof-fetch-stacks))))
(define (display-tree port)
  (let* ((root (statprof-fetch-call-tree))
         (total (max 1 (cadr root))))
    (let show ((trees (cddr root)) (depth 0))
      (for-each (lambda (tree)
                  (format port "~a~,1f% ~a~%" (make-string (* 2 depth) #\space)
                          (* 100.0 (/ (cadr tree) total)) (car tree))
                  (show (cddr tree) (+ depth 1)))
                trees))))

(define* (statprof thunk #:key (loop 1) (hz 100) (count-calls? #f) (port (current-output-port))
                   full-stacks? (display-style 'flat))
  "Call THUNK, LOOP times, while samples are taken HZ times a second; print them on PORT and return its values."
  (statprof-reset 0 (inexact->exact (round (/ 1000000 hz))) count-calls? full-stacks?)
  (dynamic-wind
    statprof-start
    (lambda ()
      (let again ((left loop))
        (if (= left 1)
            (thunk)
            (begin
              (thunk)
              (again (- left 1))))))
    (lambda ()
      (statprof-stop)
      (statprof-display port #:style display-style))))
(define* (gcprof thunk #:key (loop 1) full-stacks? (port (current-output-port)))
  "Call THUNK, LOOP times, and print where the time goes, the collector's included, on PORT."
  (statprof thunk #:loop loop #:port port))
