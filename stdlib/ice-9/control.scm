;;; Commentary:
;;;
;;; Control operators on top of prompts.
;;;
;;; Code:

(define-module (ice-9 control)
  #:export (% abort default-prompt-handler shift reset shift* reset*
            suspendable-continuation?)
  #:re-export (call-with-prompt abort-to-prompt default-prompt-tag make-prompt-tag
               call/ec call-with-escape-continuation let/ec let-escape-continuation))

(define (default-prompt-handler k proc)
  "Call PROC on the continuation K, in a prompt again."
  (% (proc k)))

(define-syntax %
  (syntax-rules ()
    "Evaluate an expression in a prompt."
    ((_ expression)
     (call-with-prompt (default-prompt-tag) (lambda () expression) default-prompt-handler))
    ((_ expression handler)
     (call-with-prompt (default-prompt-tag) (lambda () expression) handler))
    ((_ tag expression handler)
     (call-with-prompt tag (lambda () expression) handler))))

(define (abort . args)
  "Abort to the default prompt with ARGS."
  (apply abort-to-prompt (default-prompt-tag) args))

(define (reset* thunk)
  "Call THUNK in a prompt that shift* captures up to."
  (call-with-prompt (default-prompt-tag)
    thunk
    (lambda (k proc)
      (proc k))))

(define (shift* proc)
  "Call PROC on the continuation up to the nearest reset*, in place of it."
  (abort-to-prompt (default-prompt-tag)
                   (lambda (k)
                     (reset* (lambda ()
                               (proc (lambda values
                                       (reset* (lambda () (apply k values))))))))))

(define-syntax-rule (reset body ...)
  (reset* (lambda () body ...)))

(define-syntax-rule (shift k body ...)
  (shift* (lambda (k) body ...)))
