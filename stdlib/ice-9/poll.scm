;;; Commentary:
;;;
;;; Waiting for ports: a set of ports and the events asked of each, on the C library's poll.
;;;
;;; Code:

(define-module (ice-9 poll)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 c-calls)
  #:export (make-empty-poll-set poll-set? poll-set-nfds poll-set-find-port poll-set-port poll-set-events
            set-poll-set-events! poll-set-revents set-poll-set-revents! poll-set-add! poll-set-remove! poll)
  #:re-export (POLLIN POLLOUT POLLPRI POLLERR POLLHUP POLLNVAL POLLRDHUP))

(define-record-type <poll-set>
  (make-poll-set entries)
  poll-set?
  ;; Vectors of port, events, revents.
  (entries poll-set-entries set-poll-set-entries!))

(define* (make-empty-poll-set #:optional (pre-allocated 4)) "Return an empty poll set." (make-poll-set '()))
(define (poll-set-nfds set) "Return the number of ports of SET." (length (poll-set-entries set)))
(define (entry set k) (list-ref (poll-set-entries set) k))
(define (poll-set-port set k) "Return port K of SET." (vector-ref (entry set k) 0))
(define (poll-set-events set k) "Return the events asked of port K of SET." (vector-ref (entry set k) 1))
(define (set-poll-set-events! set k events) "Ask EVENTS of port K of SET." (vector-set! (entry set k) 1 events))
(define (poll-set-revents set k) "Return what happened to port K of SET." (vector-ref (entry set k) 2))
(define (set-poll-set-revents! set k events) "Set what happened to port K of SET." (vector-set! (entry set k) 2 events))
(define (poll-set-find-port set port)
  "Return the index of PORT in SET, or #f."
  (list-index (lambda (e) (eq? port (vector-ref e 0))) (poll-set-entries set)))
(define (poll-set-add! set port events)
  "Add PORT, or a descriptor, to SET, asking for EVENTS."
  (set-poll-set-entries! set (append (poll-set-entries set) (list (vector port events 0)))))
(define (poll-set-remove! set k)
  "Remove port K from SET and return it."
  (let ((e (entry set k)))
    (set-poll-set-entries! set (delq e (poll-set-entries set)))
    (vector-ref e 0)))

(define* (poll set #:optional (timeout -1))
  "Wait up to TIMEOUT milliseconds until something happens to ports of SET; return to how many."
  (let* ((entries (poll-set-entries set))
         (fds (make-bytevector (* 8 (length entries)) 0))
         ;; What was read ahead is no event for the kernel.
         (buffered (map (lambda (e)
                          (let ((port (vector-ref e 0)))
                            (if (and (port? port) (logtest POLLIN (vector-ref e 1)) (%port-buffered? port)) POLLIN 0)))
                        entries)))
    (let loop ((entries entries) (at 0))
      (if (pair? entries)
          (let ((port (vector-ref (car entries) 0)))
            (bytevector-s32-native-set! fds at (if (port? port) (fileno port) port))
            (bytevector-s16-native-set! fds (+ at 4) (vector-ref (car entries) 1))
            (loop (cdr entries) (+ at 8)))))
    (poll-cooperatively fds (if (every zero? buffered) (inexact->exact (ceiling timeout)) 0))
    (let loop ((entries entries) (buffered buffered) (at 0) (count 0))
      (if (null? entries)
          count
          (let ((events (logior (car buffered) (bytevector-s16-native-ref fds (+ at 6)))))
            (vector-set! (car entries) 2 events)
            (loop (cdr entries) (cdr buffered) (+ at 8) (if (zero? events) count (+ count 1))))))))
