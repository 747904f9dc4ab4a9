;;; Commentary:
;;;
;;; Waiting for ports: a set of ports and the events asked of each.
;;;
;;; Code:

(define-module (ice-9 poll)
  #:use-module (srfi srfi-9)
  #:export (make-empty-poll-set poll-set? poll-set-nfds poll-set-find-port poll-set-port poll-set-events
            set-poll-set-events! poll-set-revents set-poll-set-revents! poll-set-add! poll-set-remove! poll
            POLLIN POLLOUT POLLPRI POLLERR POLLHUP))

(define POLLIN 1)
(define POLLPRI 2)
(define POLLOUT 4)
(define POLLERR 8)
(define POLLHUP 16)

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
  "Add PORT to SET, asking for EVENTS."
  (set-poll-set-entries! set (append (poll-set-entries set) (list (vector port events 0)))))
(define (poll-set-remove! set k)
  "Remove port K from SET and return it."
  (let ((e (entry set k)))
    (set-poll-set-entries! set (delq e (poll-set-entries set)))
    (vector-ref e 0)))

(define* (poll set #:optional (timeout -1))
  "Wait up to TIMEOUT milliseconds until something happens to ports of SET; return to how many."
  (define (happened e)
    (let* ((port (vector-ref e 0))
           (events (vector-ref e 1)))
      (logior (if (and (logtest events POLLIN) (input-port? port) (char-ready? port)) POLLIN 0)
              (if (and (logtest events POLLOUT) (output-port? port)) POLLOUT 0))))
  (let loop ((left timeout))
    (let ((count (let count ((entries (poll-set-entries set)) (n 0))
                   (if (null? entries)
                       n
                       (let ((events (happened (car entries))))
                         (vector-set! (car entries) 2 events)
                         (count (cdr entries) (if (zero? events) n (+ n 1))))))))
      (if (or (> count 0) (eqv? left 0))
          count
          (begin
            (usleep 1000)
            (loop (if (> left 0) (- left 1) left)))))))
