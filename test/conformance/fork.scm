;; Copies of a process, and programs in place of one.
(use-modules (ice-9 match) (ice-9 rdelim) (ice-9 textual-ports) (ice-9 threads) (srfi srfi-1))
(define (ended pid) (let ((status (cdr (waitpid pid)))) (or (status:exit-val status) (list 'signal (status:term-sig status)))))
(define (written-by thunk) (match (pipe) ((in . out) (match (primitive-fork) (0 (close-port in) (set-current-output-port out) (thunk) (close-port out) (primitive-exit 7)) (pid (close-port out) (let ((text (get-string-all in))) (close-port in) (list text (ended pid))))))))
(written-by (lambda () (display "from the copy")))
;; What either does is not seen by the other.
(let ((cell (list 1))) (let ((text (written-by (lambda () (set-car! cell 2) (write cell))))) (list text cell)))
(written-by (lambda () (write (= (getppid) (getpid)))))
(let ((self (getpid))) (written-by (lambda () (write (list (= self (getpid)) (= self (getppid)))))))
;; It has memory to work in.
(written-by (lambda () (write (let loop ((i 0) (kept '()) (sum 0)) (if (= i 200000) (list (length kept) sum) (loop (+ i 1) (if (zero? (modulo i 5000)) '() (cons (number->string i) kept)) (+ sum (string-length (number->string i)))))))))
(map (lambda (i) (written-by (lambda () (write (* i i))))) (iota 5))
;; A copy of a copy.
(written-by (lambda () (write (written-by (lambda () (write (written-by (lambda () (display "innermost")))))))))
;; How it ends.
(map (lambda (end) (match (primitive-fork) (0 (end)) (pid (ended pid)))) (list (lambda () (primitive-exit 3)) (lambda () (primitive-_exit 4)) (lambda () (exit 5)) (lambda () (exit #f)) (lambda () (kill (getpid) SIGTERM) (sleep 10)) (lambda () (primitive-exit))))
(match (primitive-fork) (0 (catch #t (lambda () (error "inside")) (lambda (key . args) (primitive-exit 9)))) (pid (ended pid)))
(match (primitive-fork) (0 (dynamic-wind (lambda () #t) (lambda () (primitive-exit 1)) (lambda () (primitive-_exit 2)))) (pid (ended pid)))
;; Only the thread that calls is in it.
(let ((t (call-with-new-thread (lambda () (sleep 1) (display "not in the copy"))))) (let ((text (written-by (lambda () (usleep 1000) (display "main"))))) (cancel-thread t) text))
;; Programs in its place.
(written-by (lambda () (dup2 (fileno (current-output-port)) 1) (execlp "sh" "sh" "-c" "echo $0 $1; exit 6" "one")))
(written-by (lambda () (dup2 (fileno (current-output-port)) 1) (execl "/bin/sh" "sh" "-c" "echo from sh; kill -PIPE $$")))
(written-by (lambda () (dup2 (fileno (current-output-port)) 1) (execle "/bin/sh" '("A=b" "C=d") "sh" "-c" "echo $A $C $HOME")))
(written-by (lambda () (for-each (lambda (file) (catch 'system-error (lambda () (execl file "x")) (lambda args (write (list (cadr args) (system-error-errno args)))))) '("/no/such/program" "/etc/passwd" "/tmp"))))
(written-by (lambda () (catch 'system-error (lambda () (execlp "no-such-program" "x")) (lambda args (write (list (cadr args) (system-error-errno args)))))))
;; It has the descriptors of open ports.
(let* ((port (open-input-file "/etc/passwd")) (fd (fileno port))) (written-by (lambda () (dup2 (fileno (current-output-port)) 1) (execlp "sh" "sh" "-c" (format #f "head -n 1 /proc/self/fd/~a | wc -l" fd)))))
;; Many at once.
(let ((pids (map (lambda (i) (match (primitive-fork) (0 (primitive-exit i)) (pid pid))) (iota 6)))) (map ended pids))
