;; Loops on sockets, and what prompts know of errors.
(use-modules (system repl server) (system repl coop-server) (system repl debug) (system repl common) (ice-9 threads) (ice-9 textual-ports))
(define (connected client . address) (let retry () (or (false-if-exception (begin (apply connect client address) #t)) (begin (usleep 2000) (retry)))))
(define (answers port lines) (call-with-new-thread (lambda () (let ((client (socket PF_INET SOCK_STREAM 0))) (connected client AF_INET INADDR_LOOPBACK port) (display lines client) (force-output client) (let ((all (get-string-all client))) (close-port client) (let ((start (string-contains all "`,help' for help.\n"))) (substring all (+ start 18))))))))
(define (port-of server) (sockaddr:port (getsockname server)))
;; values, an error that is kept, modules of each client
(define server (make-tcp-server-socket #:port 0))
(define port (port-of server))
(define thread (spawn-server server))
(join-thread (answers port "(+ 1 2)\n(values 1 \"a\")\n(if #f #f)\n(define shared 'defined)\n(begin (display \"hi\") (newline))\n(list $1 'x #\\a)\n,pp '(a b\n c)\n,zork\n,q\n"))
shared
(let* ((one (answers port "(begin (set-current-module (resolve-module '(ice-9 q))) (usleep 60000))\n(begin (write (module-name (current-module))) (newline))\n,quit\n")) (two (answers port "(usleep 20000)\n(begin (write (module-name (current-module))) (newline))\n(quit)\n"))) (map (lambda (text) (->bool (string-contains text "(ice-9 q)"))) (list (join-thread one) (join-thread two))))
(let ((text (join-thread (answers port "(car 7)\n,error-message\n(+ 1 1)\n,q\n(quit)\n")))) (map (lambda (part) (->bool (string-contains text part))) '("Wrong type argument in position 1 (expecting pair): 7" "Entering a new prompt.  Type `,bt' for a backtrace or `,q' to continue." "= 2\n" "not there")))
(let ((ticks 0) (client (answers port "(usleep 50000)\n,q\n"))) (let loop () (unless (thread-exited? client) (set! ticks (1+ ticks)) (usleep 5000) (loop))) (> ticks 2))
;; the frames of the program, the innermost among them
(let ((text (join-thread (answers port "(define (outer-one x) (+ 1 (inner-one x)))\n(define (inner-one x) (+ 1 (car x)))\n(outer-one 3)\n,bt\n,q\n,q\n")))) (map (lambda (name) (->bool (string-contains text name))) '("(outer-one" "(inner-one" "serve-client")))
(let ((text (join-thread (answers port "GET /x HTTP/1.0\r\n(begin (set! shared 'attacked) (newline))\n\n")))) (list shared (->bool (string-contains text "attacked"))))
(begin (stop-server-and-clients!) (join-thread thread) 'stopped)
(false-if-exception (connect (socket PF_INET SOCK_STREAM 0) AF_INET INADDR_LOOPBACK port))
(let* ((path (tmpnam)) (server (make-unix-domain-server-socket #:path path)) (thread (spawn-server server)) (client (socket PF_UNIX SOCK_STREAM 0))) (connected client AF_UNIX path) (display ",q\n" client) (force-output client) (let ((end (string-contains (get-string-all client) "for help."))) (stop-server-and-clients!) (join-thread thread) (delete-file path) (->bool end)))
;; a server that is polled
(define polled (make-tcp-server-socket #:port 0))
(define polled-port (port-of polled))
(define coop (spawn-coop-repl-server polled))
(define counter 0)
(let ((client (answers polled-port "(set! counter (+ counter 1))\n,q\n"))) (usleep 50000) (let ((before counter)) (let loop () (poll-coop-repl-server coop) (usleep 5000) (unless (thread-exited? client) (loop))) (list before counter)))
;; frames
(define (innermost) (make-stack #t))
(let* ((frames (stack->vector (innermost)))) (list (vector? frames) (> (vector-length frames) 1)))
(let ((stack (innermost))) (= (vector-length (narrow-stack->vector stack 1)) (- (stack-length stack) 1)))
(narrow-stack->vector (innermost) 100000)
(let ((debug (make-debug #() 0 "failed"))) (list (debug? debug) (debug-frames debug) (debug-index debug) (debug-error-message debug)))
(begin (terminal-width 50) (let ((width (terminal-width))) (terminal-width #f) width))
(let ((stack (innermost))) (->bool (string-contains (call-with-output-string (lambda (port) (print-frames (vector (stack-ref stack 0)) port))) "0 (make-stack")))
