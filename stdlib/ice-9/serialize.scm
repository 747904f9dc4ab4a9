;;; Commentary:
;;;
;;; Keeping parts of a program from running at once: with one thread of Scheme all do by themselves.
;;;
;;; Code:

(define-module (ice-9 serialize)
  #:export (call-with-serialization serialize call-with-parallelization parallelize))

(define (call-with-serialization thunk) "Call THUNK; nothing else that is serialized runs meanwhile." (thunk))
(define (call-with-parallelization thunk) "Call THUNK; other serialized code may run meanwhile." (thunk))
(define-syntax-rule (serialize body ...) (call-with-serialization (lambda () body ...)))
(define-syntax-rule (parallelize body ...) (call-with-parallelization (lambda () body ...)))
