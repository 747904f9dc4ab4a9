;;; Commentary:
;;;
;;; Remembering results: `memoize', `mlambda' and `mlambdaq'.  Interface: (guix memoization) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix memoization)
  #:export (memoize mlambda mlambdaq))

(define (cached cache ref set! key thunk)
  "Return the value of KEY in CACHE, calling THUNK to make it when there is none."
  (let ((handle (ref cache key)))
    (if handle
        (cdr handle)
        (let ((value (thunk)))
          (set! cache key value)
          value))))

(define (memoize proc)
  "Return a procedure that calls PROC once for each list of arguments, compared with `equal?'."
  (let ((cache (make-hash-table)))
    (lambda args
      (cached cache hash-get-handle hash-set! args
              (lambda () (apply proc args))))))

(define-syntax mlambda
  ;; Define a memoizing procedure whose arguments are compared with `equal?'.
  (syntax-rules ()
    ((_ (arg) body ...)
     (let ((cache (make-hash-table)))
       (lambda (arg)
         (cached cache hash-get-handle hash-set! arg
                 (lambda () body ...)))))
    ((_ (arg ...) body ...)
     (let ((cache (make-hash-table)))
       (lambda (arg ...)
         (cached cache hash-get-handle hash-set! (list arg ...)
                 (lambda () body ...)))))))

(define-syntax mlambdaq
  ;; The same for one argument compared with `eq?'; several are compared with `equal?'.
  (syntax-rules ()
    ((_ (arg) body ...)
     (let ((cache (make-weak-key-hash-table)))
       (lambda (arg)
         (cached cache hashq-get-handle hashq-set! arg
                 (lambda () body ...)))))
    ((_ (arg ...) body ...)
     (mlambda (arg ...) body ...))))
