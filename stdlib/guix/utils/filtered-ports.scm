;;; Commentary:
;;;
;;; Ports through other programs: what a command makes of what is read or written, compressed files above all; where there
;;; is a library for a compression, through that.
;;; Processes are started, never forked: what a command is to read comes from a file, a temporary one if need be.
;;; Part of (guix utils), whose interface is that of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix utils filtered-ports)
  #:use-module (guix config)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:export (filtered-port
            decompressed-port
            compressed-output-port
            call-with-decompressed-port
            call-with-compressed-output-port))

(define (start command input output)
  "Start COMMAND, a list of strings, with INPUT and OUTPUT, ports on files.  Return its process id; a program that cannot
be started is one that ended with status 127, as in a shell."
  (catch 'system-error
    (lambda ()
      (%spawn (car command) command #f input output (current-error-port) #t))
    (lambda error
      (format (current-error-port) "filtered-port: failed to execute '~a': ~a~%"
              (string-join command " ") (strerror (system-error-errno error)))
      (%spawn "/bin/sh" '("sh" "-c" "exit 127") #f input output (current-error-port) #f))))

(define (copy-to-file input)
  "Return a port on a file without a name that has what is left to read in INPUT."
  (let* ((template (string-append (or (getenv "TMPDIR") "/tmp") "/guix-filtered.XXXXXX"))
         (file (mkstemp! template)))
    (delete-file template)
    (let loop ()
      (match (get-bytevector-some input)
        ((? eof-object?) #t)
        (bytes (put-bytevector file bytes) (loop))))
    (force-output file)
    (seek file 0 SEEK_SET)
    file))

(define (descriptor-position! port)
  "Make the descriptor of PORT agree with what was read of it, and return true, if it can."
  (and (file-port? port)
       (catch 'system-error
         (lambda ()
           (seek port (seek port 0 SEEK_CUR) SEEK_SET)
           #t)
         (const #f))))

(define (filtered-port command input)
  "Return a port that gives what COMMAND, a list of strings, makes of INPUT, an input port, and the list of ids of the
processes that must be waited for when it has been read."
  (if (descriptor-position! input)
      (let* ((pipe (pipe))
             (pid (start command input (cdr pipe))))
        (close-port (cdr pipe))
        (values (car pipe) (list pid)))
      ;; Pipes may have been read ahead, and other ports have no descriptor.
      (let ((copy (copy-to-file input)))
        (call-with-values (lambda () (filtered-port command copy))
          (lambda (filtered pids)
            (close-port copy)
            (values filtered pids))))))

(define (library-port module procedure port . arguments)
  "Return the port that PROCEDURE, a symbol, of MODULE, a library that is loaded when it is needed, makes of PORT."
  (apply (module-ref (resolve-interface module) procedure) port arguments))

(define (decompressor compression)
  "Return the command that undoes COMPRESSION, a symbol."
  (match compression
    ('bzip2 (list %bzip2 "-dc"))
    ('xz (list %xz "-dc"))
    (_ (error "unsupported compression scheme" compression))))

(define (compressor compression options)
  (match compression
    ('gzip `(,%gzip "-c" ,@(if (null? options) '("-9n") options)))
    ('bzip2 `(,%bzip2 "-c" ,@options))
    ('xz `(,%xz "-c" ,@options))
    (_ (error "unsupported compression scheme" compression))))

(define (decompressed-port compression input)
  "Return an input port that gives INPUT decompressed according to COMPRESSION, a symbol such as 'xz or 'none, and the ids of
the processes to wait for."
  (match compression
    ((or #f 'none) (values input '()))
    ('gzip (values (library-port '(zlib) 'make-zlib-input-port input #:format 'gzip) '()))
    ('lzip (values (library-port '(lzlib) 'make-lzip-input-port input) '()))
    ('zstd (values (library-port '(zstd) 'make-zstd-input-port input) '()))
    (_ (filtered-port (decompressor compression) input))))

(define* (compressed-output-port compression output #:key (options '()))
  "Return an output port whose data are written to OUTPUT, a port on a file, compressed according to COMPRESSION, and the
ids of the processes to wait for once it is closed.  OPTIONS are arguments for the compressor."
  (match compression
    ((or #f 'none) (values output '()))
    ('lzip (values (library-port '(lzlib) 'make-lzip-output-port output) '()))
    ('zstd (values (library-port '(zstd) 'make-zstd-output-port output) '()))
    (_
     (force-output output)
     (let* ((pipe (pipe))
            (pid (start (compressor compression options) (car pipe) output)))
       (close-port (car pipe))
       (values (cdr pipe) (list pid))))))

(define (succeeded? status)
  "Return true if a filter that ended with STATUS did what it was asked; one whose output is read in part does."
  (or (zero? status)
      (eqv? SIGPIPE (status:term-sig status))))

(define (call-with-filter compression port pids proc)
  "Call PROC with PORT, close it, and wait for PIDS, which must succeed."
  (define done? #f)
  (dynamic-wind
    (const #f)
    (lambda ()
      (call-with-values (lambda () (proc port))
        (lambda results
          (set! done? #t)
          (apply values results))))
    (lambda ()
      (close-port port)
      (let ((statuses (map (compose cdr waitpid) pids)))
        ;; The error that PROC raised, if any, is of more interest.
        (when (and done? (not (every succeeded? statuses)))
          (error "compression program failed" compression
                 (map status:exit-val statuses)))))))

(define (call-with-decompressed-port compression port proc)
  "Call PROC with a port that gives PORT decompressed according to COMPRESSION, a symbol such as 'xz."
  (call-with-values (lambda () (decompressed-port compression port))
    (cut call-with-filter compression <> <> proc)))

(define* (call-with-compressed-output-port compression port proc #:key (options '()))
  "Call PROC with a port whose data are compressed according to COMPRESSION and written to PORT, a port on a file.  OPTIONS
are arguments for the compressor."
  (call-with-values (lambda () (compressed-output-port compression port #:options options))
    (cut call-with-filter compression <> <> proc)))
