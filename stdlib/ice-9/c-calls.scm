;;; Commentary:
;;;
;;; Calling the C library from the modules that wrap it: declarations of its functions, errno as Guile's system-error,
;;; and waiting for descriptors with signals handled meanwhile.  Not a module of Guile's.
;;;
;;; Code:

(define-module (ice-9 c-calls)
  #:use-module (system foreign)
  #:use-module (system foreign-library)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 posix-primitives)
  #:export (define-c define-c/errno raise-errno checked wait-for-descriptor poll-cooperatively
            POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDHUP)
  #:re-export (%poll))

(define POLLIN 1)
(define POLLPRI 2)
(define POLLOUT 4)
(define POLLERR 8)
(define POLLHUP 16)
(define POLLNVAL 32)
(define POLLRDHUP 8192)

;; The function is looked up when it is first called: loading a module that declares many costs nothing.
(define-syntax-rule (define-c name c-name return arg ...)
  (define name
    (let ((function #f))
      (lambda args
        (if (not function)
            (set! function (foreign-library-function #f c-name #:return-type return #:arg-types (list arg ...))))
        (apply function args)))))

;; Likewise, returning errno as a second value.
(define-syntax-rule (define-c/errno name c-name return arg ...)
  (define name
    (let ((function #f))
      (lambda args
        (if (not function)
            (set! function (foreign-library-function #f c-name #:return-type return #:arg-types (list arg ...)
                                                     #:return-errno? #t)))
        (apply function args)))))

(define (raise-errno who errno)
  "Raise the system-error of ERRNO in the procedure called WHO."
  (scm-error 'system-error who "~A" (list (strerror errno)) (list errno)))

;; The value of a call of a function declared by define-c/errno, unless it is negative.
(define-syntax-rule (checked who call)
  (call-with-values (lambda () call)
    (lambda (result errno)
      (if (< result 0)
          (raise-errno who errno)
          result))))

(define (poll-cooperatively fds timeout)
  "Wait up to TIMEOUT milliseconds (-1: for ever) for events of FDS; other threads run meanwhile."
  (let ((hook (%wait-hook)))
    (if (and hook (not (zero? timeout)))
        (let ((end (and (positive? timeout) (+ (get-internal-real-time) (* timeout 1000000)))))
          (hook (lambda ()
                  (or (positive? (%poll fds 0))
                      (and end (>= (get-internal-real-time) end))))
                #t)
          ;; When there are no other threads the hook does not wait.
          (%poll fds (if end
                         (max 0 (quotient (- end (get-internal-real-time)) 1000000))
                         timeout)))
        (%poll fds timeout))))

(define (wait-for-descriptor fd events)
  "Wait until one of EVENTS happens to FD."
  (let ((bytes (make-bytevector 8 0)))
    (bytevector-s32-native-set! bytes 0 fd)
    (bytevector-s16-native-set! bytes 4 events)
    (poll-cooperatively bytes -1)))
