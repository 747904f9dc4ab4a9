;; What the profiler tells depends on the machine: only what does not is compared.
(use-modules (statprof))
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(statprof-active?)
(statprof (lambda () (fib 25) 'done) #:port (%make-void-port "w"))
(statprof-active?)
(call-with-values (lambda () (statprof (lambda () (values 1 2)) #:port (%make-void-port "w"))) list)
(begin (statprof-reset 0 10000 #f) (statprof-sample-count))
(statprof-fold-call-data (lambda (data n) (+ n 1)) 0)
