;;; Commentary:
;;;
;;; The machine that runs programs, as far as programs ask it for something: there is one engine and no trace level.
;;;
;;; Code:

(define-module (system vm vm)
  #:export (call-with-vm call-with-stack-overflow-handler
            vm-trace-level set-vm-trace-level! vm-engine set-vm-engine! set-default-vm-engine!))

(define (call-with-vm proc . args)
  "Return what PROC returns on ARGS."
  (apply proc args))

(define (call-with-stack-overflow-handler limit thunk handler)
  "Call THUNK; should its recursion use up the memory there is for it, or LIMIT words if that is less, call HANDLER and let
the recursion end in an error.  LIMIT is not counted: recursion has all the memory that the process may use."
  (with-throw-handler 'stack-overflow
    thunk
    (lambda _ (handler))))

(define (vm-trace-level) "Return 0." 0)
(define (set-vm-trace-level! level) "Do nothing: there is no tracing by level." *unspecified*)
(define (vm-engine) "Return the name of the engine." 'regular)
(define (set-vm-engine! engine) "Check that ENGINE is a name of an engine; all run the same." (check engine))
(define (set-default-vm-engine! engine) "Check that ENGINE is a name of an engine; all run the same." (check engine))
(define (check engine)
  (if (not (memq engine '(regular debug 0 1)))
      (error "unknown VM engine:" engine)))
