;;; Commentary:
;;;
;;; Running a thunk so that errors are told instead of ending the program.  Interface: (system repl error-handling)
;;; of Guile 3.0; the nested prompt is the loop's own (runtime/repl).
;;;
;;; Code:

(define-module (system repl error-handling)
  #:export (call-with-error-handling
            with-error-handling))

(define* (call-with-error-handling thunk #:key (on-error 'debug) (post-error 'catch)
                                   (pass-keys '(quit)) (report-keys '(stack-overflow out-of-memory))
                                   (trap-handler 'debug))
  "Call THUNK.  Should it raise an error, print its message on the current error port and return #f; but let exceptions
with a key among PASS-KEYS go on."
  (if (eq? on-error 'pass)
      (thunk)
      (catch #t
        thunk
        (lambda (key . arguments)
          (cond ((memq key pass-keys)
                 (apply throw key arguments))
                ((procedure? post-error)
                 (apply post-error key arguments))
                (else
                 (print-exception (current-error-port) #f key arguments)
                 #f))))))

(define-syntax-rule (with-error-handling form)
  (call-with-error-handling (lambda () form)))
