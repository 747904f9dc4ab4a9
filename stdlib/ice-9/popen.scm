;;; Commentary:
;;;
;;; Ports on other processes.
;;;
;;; Code:

(define-module (ice-9 popen)
  #:export (open-pipe open-pipe* close-pipe open-input-pipe open-output-pipe
            open-input-output-pipe open-process pipeline
            OPEN_READ OPEN_WRITE OPEN_BOTH))

(define OPEN_READ "r")
(define OPEN_WRITE "w")
(define OPEN_BOTH "r+")

(define (open-process mode program . args)
  "Start PROGRAM with pipes as MODE says; return the ports to read and write, and its process id."
  (apply values (%open-process mode program args)))

(define (open-pipe* mode program . args)
  "Start PROGRAM on ARGS and return a port: its output, its input, or both, as MODE says."
  (call-with-values
      (lambda () (apply open-process mode program args))
    (lambda (in out pid)
      (let ((port (cond ((and in out) (%make-rw-port in out))
                        (else (or in out)))))
        (%set-port-property! port 'popen-pid pid)
        port))))

(define (%make-rw-port in out)
  (let ((port ((@ (ice-9 binary-ports) make-custom-binary-input/output-port)
               "pipe"
               (lambda (bytes start count)
                 (let ((n ((@ (ice-9 binary-ports) get-bytevector-some!) in bytes start count)))
                   (if (eof-object? n) 0 n)))
               (lambda (bytes start count)
                 ((@ (ice-9 binary-ports) put-bytevector) out bytes start count)
                 (force-output out)
                 count)
               #f #f
               (lambda () (close-port in) (close-port out)))))
    (set-port-encoding! port (port-encoding in))
    port))

(define (open-pipe command mode)
  "Run COMMAND by the shell and return a port on it, as MODE says."
  (open-pipe* mode (%command-shell) "-c" command))

(define (close-pipe port)
  "Close PORT, wait for its process and return the status."
  (let ((pid (%port-property port 'popen-pid)))
    (close-port port)
    (if pid
        (cdr (waitpid pid))
        ;; It was never started: the status of a shell that finds no command.
        (* 127 256))))

(define (open-input-pipe command)
  "Return a port that reads the output of the shell COMMAND."
  (open-pipe command OPEN_READ))

(define (open-output-pipe command)
  "Return a port that writes the input of the shell COMMAND."
  (open-pipe command OPEN_WRITE))

(define (open-input-output-pipe command)
  "Return a port on the input and output of the shell COMMAND."
  (open-pipe command OPEN_BOTH))

(define (pipeline commands)
  "Run COMMANDS, lists of strings, each reading what the one before writes.
Return the port that reads the last one, the port that writes the first one, and the process ids."
  (let* ((first-pipe (pipe))
         (last-pipe (pipe)))
    (let loop ((commands commands) (input (car first-pipe)) (pids '()))
      (if (null? (cdr commands))
          (let ((pid (%spawn (caar commands) (car commands) #f input (cdr last-pipe) (current-error-port) #t)))
            (close-port input)
            (close-port (cdr last-pipe))
            (values (car last-pipe) (cdr first-pipe) (reverse (cons pid pids))))
          (let* ((middle (pipe))
                 (pid (%spawn (caar commands) (car commands) #f input (cdr middle) (current-error-port) #t)))
            (close-port input)
            (close-port (cdr middle))
            (loop (cdr commands) (car middle) (cons pid pids)))))))
