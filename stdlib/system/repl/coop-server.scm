;;; Commentary:
;;;
;;; A server of read-eval-print loops that evaluates only when, and in the thread in which, the program polls it: what
;;; is evaluated never meets the program half-way.  Interface: (system repl coop-server) of Guile 3.0.
;;;
;;; Code:

(define-module (system repl coop-server)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (ice-9 q)
  #:use-module (ice-9 threads)
  #:use-module (guile repl-commands)
  #:use-module (system repl repl)
  #:use-module (system repl server)
  #:export (spawn-coop-repl-server
            poll-coop-repl-server))

(define-record-type <coop-repl-server>
  (make-coop-repl-server mutex requests)
  coop-repl-server?
  (mutex server-mutex)
  (requests server-requests))           ;queue of thunks

(define* (spawn-coop-repl-server #:optional (server (make-tcp-server-socket)))
  "Give each who connects to the socket SERVER a loop, whose evaluations wait for `poll-coop-repl-server'.  Return the
object that is polled."
  (let ((coop (make-coop-repl-server (make-mutex) (make-q))))
    (listen server 20)
    (call-with-new-thread
     (lambda ()
       ((@@ (system repl server) serve) server
        (lambda (client)
          (parameterize ((repl-evaluation (lambda (thunk) (evaluate-when-polled coop thunk))))
            (start-repl))))))
    coop))

(define (poll-coop-repl-server coop)
  "Evaluate what the clients of COOP have asked for."
  (yield)
  (let ((requests (with-mutex (server-mutex coop)
                    (let ((waiting (list-copy (car (server-requests coop)))))
                      (for-each (lambda (_) (deq! (server-requests coop))) waiting)
                      waiting))))
    (for-each (lambda (request) (request)) requests)
    *unspecified*))

(define (evaluate-when-polled coop thunk)
  "Have THUNK called by the thread that polls COOP, with the ports of this one; return its value, or throw what it
throws."
  (let* ((mutex (server-mutex coop))
         (answered (make-condition-variable))
         (answer #f)
         (input (current-input-port))
         (output (current-output-port))
         (errors (current-error-port))
         (warnings (current-warning-port)))
    (define (request)
      (let ((outcome (catch #t
                       (lambda ()
                         (parameterize ((current-input-port input)
                                        (current-output-port output)
                                        (current-error-port errors)
                                        (current-warning-port warnings))
                           (list 'value (thunk))))
                       (lambda (key . arguments)
                         (cons* 'thrown key arguments)))))
        (with-mutex mutex
          (set! answer outcome)
          (signal-condition-variable answered))))
    (with-mutex mutex
      (enq! (server-requests coop) request)
      (let wait ()
        (unless answer
          (wait-condition-variable answered mutex)
          (wait))))
    (match answer
      (('value value) value)
      (('thrown . thrown) (apply throw thrown)))))
