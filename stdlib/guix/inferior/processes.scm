;;; Commentary:
;;;
;;; Other installations as processes that evaluate what they are sent, by the protocol of (guix repl).
;;; Interface: part of (guix inferior) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix inferior processes)
  #:use-module (guix store)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (inferior?
            open-inferior
            port->inferior
            close-inferior
            inferior-eval
            inferior-eval-with-store
            inferior-cache

            inferior-object?
            inferior-object-address
            inferior-object-appearance

            inferior-exception?
            inferior-exception-arguments
            inferior-exception-inferior
            inferior-exception-stack
            inferior-protocol-error?
            inferior-protocol-error-inferior
            read-repl-response))

(define-record-type <inferior>
  (make-inferior port close version cache)
  inferior?
  (port    inferior-port)
  (close   inferior-close)              ;procedure of the port
  (version inferior-version)            ;list of numbers, of the protocol
  (cache   inferior-cache))             ;hash table, for what was asked before

(set-record-type-printer! <inferior>
  (lambda (inferior port)
    (format port "#<inferior ~a ~a>" (inferior-version inferior)
            (number->string (object-address inferior) 16))))

;; What has no notation: it stays where it is.
(define-record-type <inferior-object>
  (make-inferior-object address appearance)
  inferior-object?
  (address    inferior-object-address)
  (appearance inferior-object-appearance))

(set-record-type-printer! <inferior-object>
  (lambda (object port)
    (format port "#<inferior-object ~a>" (inferior-object-appearance object))))

(define-condition-type &inferior-exception &error
  inferior-exception?
  (arguments inferior-exception-arguments)      ;key and arguments
  (inferior  inferior-exception-inferior)       ;<inferior> | #f
  (stack     inferior-exception-stack))         ;list of (PROCEDURE (FILE LINE COLUMN))

(define-condition-type &inferior-protocol-error &error
  inferior-protocol-error?
  (inferior inferior-protocol-error-inferior))


;;; Requests.

(define datum->object
  (match-lambda
    (('value value) value)
    (('non-self-quoting address text) (make-inferior-object address text))))

(define* (read-repl-response port #:optional inferior)
  "Return the values that PORT has an answer of (guix repl) with, from INFERIOR, or raise what it tells."
  (define (raise-exception* key arguments stack)
    (raise (condition (&inferior-exception
                       (arguments (cons key (map datum->object arguments)))
                       (inferior inferior)
                       (stack stack)))))

  (match (read port)
    (('values data ...)
     (apply values (map datum->object data)))
    (('exception ('arguments key arguments ...) ('stack frames ...))
     (raise-exception* key arguments frames))
    (('exception key arguments ...)
     ;; From before 0.1.1.
     (raise-exception* key arguments '()))
    (_
     (raise (condition (&inferior-protocol-error (inferior inferior)))))))

(define (send-request exp inferior)
  (let ((port (inferior-port inferior)))
    (write exp port)
    (newline port)
    (force-output port)))

(define (inferior-eval exp inferior)
  "Return the values of EXP in INFERIOR."
  (send-request exp inferior)
  (read-repl-response (inferior-port inferior) inferior))


;;; Processes.

(define %preparation
  ;; What inferiors evaluate first.  Stores are opened once: what they remember is of use the next time.
  '((use-modules (guix))
    (use-modules (gnu))
    (use-modules (ice-9 match))
    (use-modules (srfi srfi-34))
    (define %package-table (make-hash-table))
    (define %store-table (make-hash-table))
    (define (store-at uri)
      (or (hash-ref %store-table uri)
          (let ((store (if uri (open-connection uri) (open-connection))))
            (hash-set! %store-table uri store)
            store)))
    (define store-protocol-error?
      (if (defined? 'store-protocol-error?) store-protocol-error? nix-protocol-error?))
    (define store-protocol-error-message
      (if (defined? 'store-protocol-error-message) store-protocol-error-message nix-protocol-error-message))))

(define* (port->inferior port #:optional (close close-port))
  "Return the inferior that answers at PORT, an input and output port, or #f if nothing of the kind does.  CLOSE is called on
PORT in the end."
  (match (read port)
    (('repl-version 0 rest ...)
     (let ((inferior (make-inferior port close (cons 0 rest) (make-hash-table))))
       (match rest
         (((? positive?) . _)
          ;; It wants to know which version we know.
          (send-request '(() repl-version 0 1 1) inferior))
         (_ #t))
       (for-each (lambda (exp) (inferior-eval exp inferior)) %preparation)
       inferior))
    (_ #f)))

(define (start command arguments error-port)
  "Start COMMAND and return a port on it and its process identifier."
  (match (socketpair AF_UNIX SOCK_STREAM 0)
    ((ours . theirs)
     ;; The next process must not have it, or this one would never see its end.
     (fcntl ours F_SETFD FD_CLOEXEC)
     (let ((pid (if (file-port? error-port)
                    (spawn command (cons command arguments) #:input theirs #:output theirs #:error error-port)
                    (call-with-output-file "/dev/null"
                      (lambda (null)
                        (spawn command (cons command arguments) #:input theirs #:output theirs #:error null))))))
       (close-port theirs)
       (setvbuf ours 'block)
       (values ours pid)))))

(define (old-guix-arguments directory)
  "Return the arguments for Guile to be what the Guix in DIRECTORY, from before there was `guix repl', is not."
  (let ((modules (string-append directory "/share/guile/site/" (effective-version)))
        (objects (string-append directory "/lib/guile/" (effective-version) "/site-ccache")))
    (list "-L" modules "-C" modules "-C" objects
          "-c" (object->string
                `(begin
                   (primitive-load ,(search-path %load-path "guix/repl.scm"))
                   ((@ (guix repl) machine-repl)))))))

(define (start-in directory command error-port)
  "Start the REPL of the installation in DIRECTORY, with COMMAND there if it is one."
  (define program (string-append directory "/" command))
  (define (old-way)
    (start "guile" (old-guix-arguments directory) error-port))

  (if (file-exists? program)
      (call-with-values (lambda () (start program '("repl" "-t" "machine") error-port))
        (lambda (port pid)
          (if (eof-object? (peek-char port))
              (begin
                (close-port port)
                (waitpid pid)
                (old-way))
              (values port pid))))
      (old-way)))

(define* (open-inferior directory #:key (command "bin/guix") (error-port (%make-void-port "w")))
  "Return the inferior that the installation in DIRECTORY is, whose program is COMMAND there, or #f if it cannot be started.
Its messages go to ERROR-PORT if that is a file."
  (call-with-values (lambda () (start-in directory command error-port))
    (lambda (port pid)
      (port->inferior port
                      (lambda (port)
                        (close-port port)
                        (waitpid pid))))))

(define (close-inferior inferior)
  "End INFERIOR."
  ((inferior-close inferior) (inferior-port inferior)))


;;; Stores.

(define (inferior-eval-with-store inferior store code)
  "Return what CODE, the expression of a procedure, returns in INFERIOR for a connection to the store: of the same daemon as STORE."
  (match (inferior-eval
          `(let ((procedure ,code)
                 (store (store-at ,(and (string? (%daemon-socket-uri)) (getenv "GUIX_DAEMON_SOCKET")
                                        (%daemon-socket-uri)))))
             ;; The conditions that callers look for go back as data.
             (guard (c ((store-protocol-error? c)
                        (list 'store-protocol-error (store-protocol-error-message c))))
               (list 'result (procedure store))))
          inferior)
    (('result result) result)
    (('store-protocol-error message)
     (raise (condition (&store-protocol-error (message message) (status 1)))))))
