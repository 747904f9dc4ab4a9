;;; Commentary:
;;;
;;; Read-eval-print loops for those who connect to a socket, each in a thread of its own.  Interface: (system repl
;;; server) of Guile 3.0.
;;;
;;; Code:

(define-module (system repl server)
  #:use-module (guile repl-commands)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 threads)
  #:use-module (system repl repl)
  #:export (make-tcp-server-socket
            make-unix-domain-server-socket
            run-server
            spawn-server
            stop-server-and-clients!))

;; What is open: lists of a port and a thunk that ends the use of it.
(define %open
  '())

(define (note-open! port end!)
  (set! %open (acons port end! %open)))

(define (note-closed! port)
  (set! %open (assq-remove! %open port)))

(define* (make-tcp-server-socket #:key (host #f) (addr (if host (inet-pton AF_INET host) INADDR_LOOPBACK))
                                 (port 37146))
  "Return a socket bound to PORT of the address ADDR, a number, or HOST, its text: of this machine only, if none is
given."
  (let ((socket (socket PF_INET SOCK_STREAM 0)))
    (setsockopt socket SOL_SOCKET SO_REUSEADDR 1)
    (bind socket AF_INET addr port)
    socket))

(define* (make-unix-domain-server-socket #:key (path "/tmp/guile-socket"))
  "Return a socket bound to the file name PATH."
  (let ((socket (socket PF_UNIX SOCK_STREAM 0)))
    (bind socket AF_UNIX path)
    socket))

(define (stop-server-and-clients!)
  "End all servers and their clients' loops."
  (for-each (match-lambda ((_ . end!) (end!)))
            %open))

(define* (run-server #:optional (server (make-tcp-server-socket)))
  "Give each who connects to the socket SERVER a loop in a thread of its own, until `stop-server-and-clients!'."
  (serve server serve-client))

(define* (spawn-server #:optional (server (make-tcp-server-socket)))
  "Do what `run-server' does in a new thread, which is returned.  SERVER takes connections when this returns."
  (listen server 20)
  (call-with-new-thread (lambda () (run-server server))))

(define (serve server serve-one)
  "Listen on SERVER and call SERVE-ONE with each client in a thread of its own."
  (match (pipe)
    ((stopped . stop)
     (note-open! server (lambda ()
                          (note-closed! server)
                          (close-port stop)))
     (listen server 20)
     (let loop ()
       (match (select (list server stopped) '() '())
         (((ready ...) _ _)
          (unless (memq stopped ready)
            (match (accept server)
              ((client . address)
               (setvbuf client 'block 1024)
               (call-with-new-thread (lambda () (with-client client serve-one)))))
            (loop)))))
     (close-port stopped)
     (close-port server))))

(define (with-client client serve-one)
  "Call SERVE-ONE with CLIENT, the current ports being CLIENT, and close it at the end."
  (define errors (current-error-port))
  (note-open! client (lambda ()
                       (note-closed! client)
                       (false-if-exception (shutdown client 2))))
  (catch #t
    (lambda ()
      (parameterize ((current-input-port client)
                     (current-output-port client)
                     (current-error-port client)
                     (current-warning-port client)
                     (repl-input-check (http-check client)))
        (serve-one client)
        (force-output client)))
    (lambda (key . arguments)
      ;; It is not the fault of this program when a client is gone.
      (unless (memq key '(quit system-error))
        (print-exception errors #f key arguments))))
  (note-closed! client)
  (false-if-exception (close-port client)))

(define (serve-client client)
  (start-repl))

(define (http-check client)
  "Return a thunk that raises an error when the first that comes from CLIENT is an HTTP request: a page that a person
looks at can have the browser send one, with expressions in it, to a port of this machine."
  (let ((checked? #f))
    (lambda ()
      (unless checked?
        (set! checked? #t)
        (let ((char (peek-char client)))
          (when (and (char? char) (char-set-contains? char-set:upper-case char))
            (let ((line (read-line client 'concat)))
              (when (string-match "^[A-Z]+ [^ ]* HTTP/[0-9]" line)
                (scm-error 'misc-error "serve-client" "HTTP request on the port of a prompt, connection closed: ~S"
                           (list (string-trim-right line)) #f))
              (unread-string line client))))))))
