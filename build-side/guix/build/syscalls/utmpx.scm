;;; Commentary:
;;;
;;; Who is logged in: entries of the C library's user accounting database, and of files like it.  Layout: utmp(5).
;;;
;;; Code:

(define-module (guix build syscalls utmpx)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (system foreign)
  #:use-module (guix build syscalls calls)
  #:use-module (guix build syscalls flags)
  #:autoload (ice-9 binary-ports) (get-bytevector-n)
  #:autoload (srfi srfi-19) (make-time time-utc)
  #:export (utmpx?
            utmpx-login-type
            utmpx-pid
            utmpx-line
            utmpx-id
            utmpx-user
            utmpx-host
            utmpx-termination-status
            utmpx-exit-status
            utmpx-session-id
            utmpx-time
            utmpx-address
            login-type
            utmpx-entries
            read-utmpx))

(define-flags login-type
  (EMPTY 0) (RUN_LVL 1) (BOOT_TIME 2) (NEW_TIME 3) (OLD_TIME 4)
  (INIT_PROCESS 5) (LOGIN_PROCESS 6) (USER_PROCESS 7) (DEAD_PROCESS 8) (ACCOUNTING 9))

(define-record-type <utmpx>
  (make-utmpx login-type pid line id user host termination exit session time address)
  utmpx?
  (login-type utmpx-login-type)                  ;what `login-type' gives
  (pid utmpx-pid)
  (line utmpx-line)                              ;name of a terminal, or #f; so are `user' and `host'
  (id utmpx-id)                                  ;list of four bytes
  (user utmpx-user)
  (host utmpx-host)
  (termination utmpx-termination-status)
  (exit utmpx-exit-status)
  (session utmpx-session-id)
  (time utmpx-time)                              ;time of SRFI 19
  (address utmpx-address))                       ;list of four numbers

(define %utmpx-layout
  (list short int
        (make-list 32 uint8) (make-list 4 uint8) (make-list 32 uint8) (make-list 256 uint8)
        unsigned-short unsigned-short
        ;; Seconds and microseconds follow the session.
        int32 int32 int32
        (make-list 4 uint32)
        (make-list 20 uint8)))

(define %utmpx-size (sizeof %utmpx-layout))

(define (utmpx-at pointer)
  "Return the entry that POINTER points to."
  (match (parse-c-struct pointer %utmpx-layout)
    ((type pid line id user host termination exit session seconds microseconds address _)
     (make-utmpx type pid (utf8-bytes->string line) id
                 (utf8-bytes->string user) (utf8-bytes->string host)
                 termination exit session
                 (make-time time-utc (* 1000 microseconds) seconds)
                 address))))

(define c-setutxent (c-function void "setutxent" '()))
(define c-getutxent (c-function '* "getutxent" '()))
(define c-endutxent (c-function void "endutxent" '()))

(define (utmpx-entries)
  "Return the list of entries of the user accounting database."
  (c-setutxent)
  (let loop ((entries '()))
    ;; At the end the pointer is null and the error number means nothing.
    (let ((pointer (call/check c-getutxent '("getutxent") '() (const #f))))
      (cond ((null-pointer? pointer)
             (c-endutxent)
             (reverse entries))
            (else (loop (cons (utmpx-at pointer) entries)))))))

(define (read-utmpx port)
  "Return the next entry that PORT has, or the end-of-file object."
  (match (get-bytevector-n port %utmpx-size)
    ((? eof-object? end) end)
    ((? (lambda (bytes) (= %utmpx-size (bytevector-length bytes))) bytes)
     (utmpx-at (bytevector->pointer bytes)))
    (bytes (error "truncated utmpx entry, of so many bytes:" (bytevector-length bytes)))))
