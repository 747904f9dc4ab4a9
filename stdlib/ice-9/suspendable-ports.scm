;;; Commentary:
;;;
;;; Reading ports that would block, with a say in what happens meanwhile: once installed, a read of a port whose file is
;;; non-blocking calls the current read waiter until there is input.  The waiter may abort to a prompt and have the
;;; reading go on later.  Writing waits by itself: its waiter is there to be set, and is not asked.
;;;
;;; Code:

(define-module (ice-9 suspendable-ports)
  #:use-module ((ice-9 binary-ports) #:select (%set-read-waiter!))
  #:export (current-read-waiter current-write-waiter install-suspendable-ports! uninstall-suspendable-ports!))

(define current-read-waiter (make-parameter (lambda (port) (select (list port) '() '()))))
(define current-write-waiter (make-parameter (lambda (port) (select '() (list port) '()))))

(define (nonblocking? port)
  (and (file-port? port)
       (logtest O_NONBLOCK (fcntl port F_GETFL))))

(define (read-when-ready port ready? read)
  (if (nonblocking? port)
      (let loop ()
        (if (not (ready?))
            (begin
              ((current-read-waiter) port)
              (loop)))))
  (read))

;; What waited before, in a list, while this module's waiter is installed.
(define before #f)

(define (install-suspendable-ports!)
  "From now on, have reads of non-blocking ports call the current read waiter."
  (if (not before)
      (set! before (list (%set-read-waiter! read-when-ready)))))

(define (uninstall-suspendable-ports!)
  "Have reads wait as they did before install-suspendable-ports!."
  (if before
      (begin
        (%set-read-waiter! (car before))
        (set! before #f))))
