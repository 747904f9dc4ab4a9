;;; Commentary:
;;;
;;; What `strata repl' does in Scheme: running scripts, and prompts for programs, here or for whoever connects.  Options are
;;; parsed by runtime/cli/commands/repl.ts; the prompt for people is in runtime/repl.  Behaviour: (guix scripts repl) of GNU
;;; Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts repl)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix repl)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (guix-repl
            run-script
            serve-programs
            serve-people))

(define (user-module)
  "Return the module that users' code is evaluated in."
  (let ((module (resolve-module '(guix-user) #f #f #:ensure #t)))
    (beautify-user-module! module)
    module))

(define (run-script file arguments)
  "Run FILE, relative to the current directory, with ARGUMENTS as the command line."
  (set-program-arguments (cons file arguments))
  (save-module-excursion
   (lambda ()
     (set-current-module (user-module))
     (load-in-vicinity (getcwd) file))))

(define (server-socket endpoint)
  "Return a socket that listens at ENDPOINT: \"tcp:PORT\" or \"unix:FILE\"."
  (match (string-index endpoint #\:)
    (#f (raise (formatted-message (G_ "~A: invalid listen specification") endpoint)))
    (colon
     (let ((address (string-drop endpoint (+ 1 colon))))
       (match (string-take endpoint colon)
         ("tcp"
          (match (string->number address)
            ((? integer? port)
             (let ((socket (socket AF_INET SOCK_STREAM 0)))
               (setsockopt socket SOL_SOCKET SO_REUSEADDR 1)
               ;; Whoever connects can do what this user can.
               (bind socket AF_INET INADDR_LOOPBACK port)
               socket))
            (_ (raise (formatted-message (G_ "~A: invalid listen specification") endpoint)))))
         ("unix"
          (let ((socket (socket AF_UNIX SOCK_STREAM 0)))
            (bind socket AF_UNIX address)
            socket))
         (protocol
          (raise (formatted-message (G_ "~A: unsupported protocol family") protocol))))))))

(define (accept-forever socket proc)
  "Call PROC with each connection to SOCKET, one after the other."
  (listen socket 10)
  (let loop ()
    (match (accept socket)
      ((connection . address)
       (if (= AF_UNIX (sockaddr:fam address))
           (info (G_ "accepted connection~%"))
           (info (G_ "accepted connection from ~a~%")
                 (inet-ntop (sockaddr:fam address) (sockaddr:addr address))))
       (dynamic-wind
         (const #t)
         (lambda ()
           ;; A client that goes away is no reason to end.
           (catch 'system-error
             (lambda () (proc connection))
             (const #f)))
         (lambda ()
           (false-if-exception (close-port connection))
           (info (G_ "connection closed~%"))))))
    (loop)))

(define* (serve-programs #:key listen)
  "Evaluate what comes from standard input, or from those who connect to LISTEN, and answer as (guix repl) says."
  (set-current-module (resolve-module '(guile-user)))
  (if listen
      (accept-forever (server-socket listen)
                      (lambda (connection) (machine-repl connection connection)))
      (machine-repl)))

(define (prompt connection)
  "Read, evaluate and print for whoever is at the other end of CONNECTION."
  (let loop ((count 1))
    (format connection "scheme@~a> " (module-name (current-module)))
    (force-output connection)
    (match (read connection)
      ((? eof-object?) #t)
      (exp
       (loop
        (catch #t
          (lambda ()
            (call-with-values
                (lambda () (primitive-eval exp))
              (lambda values
                (let ((values (filter (lambda (value) (not (unspecified? value))) values)))
                  (for-each (lambda (value index)
                              (format connection "$~a = ~s~%" index value))
                            values (iota (length values) count))
                  (+ count (length values))))))
          (lambda (key . args)
            (if (eq? key 'quit)
                (apply throw key args)
                (begin
                  (print-exception connection #f key args)
                  count)))))))))

(define (serve-people listen)
  "Let those who connect to LISTEN have a prompt."
  (set-current-module (user-module))
  (accept-forever (server-socket listen)
                  (lambda (connection)
                    (parameterize ((current-input-port connection)
                                   (current-output-port connection))
                      (catch 'quit
                        (lambda () (prompt connection))
                        (const #t))))))

(define-command (guix-repl . args)
  (category plumbing)
  (synopsis "read-eval-print loop (REPL) for interactive programming")
  (apply run-command "repl" args))
