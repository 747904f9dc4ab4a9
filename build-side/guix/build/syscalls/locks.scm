;;; Commentary:
;;;
;;; Locks on files, as fcntl(2) has them: other processes heed them, this one does not.
;;;
;;; Code:

(define-module (guix build syscalls locks)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 match)
  #:use-module (system foreign)
  #:use-module (guix build syscalls calls)
  #:export (fcntl-flock
            lock-file
            unlock-file
            with-file-lock
            with-file-lock/no-wait))

(define c-fcntl (c-function int "fcntl" `(,int ,int *)))

(define (lock-record operation)
  "Return the C structure that asks for OPERATION on all of a file."
  (let ((buffer (make-bytevector 32 0)))
    (bytevector-s16-native-set! buffer 0
                                (case operation
                                  ((read-lock) 0)
                                  ((write-lock) 1)
                                  ((unlock) 2)
                                  (else (error "invalid fcntl-flock operation" operation))))
    buffer))

(define* (fcntl-flock fd-or-port operation #:key (wait? #t))
  "Do OPERATION, 'read-lock, 'write-lock or 'unlock, to the file of FD-OR-PORT.  If WAIT? is false, throw `flock-error'
when another process has a lock."
  (let ((fd (if (port? fd-or-port) (fileno fd-or-port) fd-or-port))
        (buffer (lock-record operation)))
    (call-with-values
        (lambda ()
          ;; F_SETLKW and F_SETLK.
          (c-fcntl fd (if wait? 7 6) (bytevector->pointer buffer)))
      (lambda (value errno)
        (unless (zero? value)
          (throw 'flock-error errno))))))

(define* (lock-file file #:optional (mode "w0") #:key (wait? #t))
  "Lock FILE, which is made if need be, and return a port to it.  If WAIT? is false and another process has the lock, throw
`flock-error'."
  (let ((port (open-file file mode)))
    (fcntl-flock port 'write-lock #:wait? wait?)
    port))

(define (unlock-file port)
  "Unlock the file of PORT, which `lock-file' returned, and close it."
  (fcntl-flock port 'unlock)
  (close-port port)
  #t)

(define (call-with-file-lock file thunk)
  (let ((port (catch 'system-error
                (lambda () (lock-file file))
                (lambda args
                  ;; Nobody can write there: nobody is in the way.
                  (if (memv (system-error-errno args) (list EACCES EROFS))
                      #f
                      (apply throw args))))))
    (dynamic-wind
      (const #t)
      thunk
      (lambda ()
        (when port
          (unlock-file port))))))

(define (call-with-file-lock/no-wait file thunk handler)
  (let ((port (catch #t
                (lambda () (lock-file file #:wait? #f))
                (lambda (key . args)
                  (match key
                    ('flock-error
                     (apply handler args)
                     ;; The handler should not return.
                     #f)
                    ('system-error
                     (if (memv (system-error-errno (cons key args)) (list EACCES EROFS))
                         #f
                         (apply throw key args)))
                    (_ (apply throw key args)))))))
    (dynamic-wind
      (const #t)
      thunk
      (lambda ()
        (when port
          (unlock-file port))))))

(define-syntax-rule (with-file-lock file exp ...)
  "Evaluate EXP... with a lock on FILE, and wait for it."
  (call-with-file-lock file (lambda () exp ...)))

(define-syntax-rule (with-file-lock/no-wait file handler exp ...)
  "Evaluate EXP... with a lock on FILE; call HANDLER with the error number when another process has it."
  (call-with-file-lock/no-wait file (lambda () exp ...) handler))
