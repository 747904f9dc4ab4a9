;;; Commentary:
;;;
;;; Remembering results: `memoize', `mlambda' and `mlambdaq'.  Interface: (guix memoization) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix memoization)
  #:export (memoize mlambda mlambdaq invalidate-memoization!))

(define %tables
  ;; Memoizing procedure to what empties its table.
  (make-weak-key-hash-table))

(define (remember-table! proc table)
  (hashq-set! %tables proc (lambda () (hash-clear! table)))
  proc)

(define (invalidate-memoization! proc)
  "Forget the results of PROC, a memoizing procedure."
  ((hashq-ref %tables proc)))

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
    (remember-table!
     (lambda args
       (apply values
              (cached cache hash-get-handle hash-set! args
                      (lambda ()
                        (call-with-values (lambda () (apply proc args)) list)))))
     cache)))

(define-syntax mlambda
  ;; Define a memoizing procedure whose arguments are compared with `equal?'.
  (syntax-rules ()
    ((_ () body ...)
     (let ((promise (delay (let () body ...))))
       (lambda () (force promise))))
    ((_ (arg) body ...)
     (let ((cache (make-hash-table)))
       (remember-table! (lambda (arg)
                          (cached cache hash-get-handle hash-set! arg
                                  (lambda () body ...)))
                        cache)))
    ((_ (arg ...) body ...)
     (let ((cache (make-hash-table)))
       (remember-table! (lambda (arg ...)
                          (cached cache hash-get-handle hash-set! (list arg ...)
                                  (lambda () body ...)))
                        cache)))))

(define-syntax mlambdaq
  ;; The same for one argument compared with `eq?'; several are compared with `equal?'.
  (syntax-rules ()
    ((_ (arg) body ...)
     (let ((cache (make-weak-key-hash-table)))
       (remember-table! (lambda (arg)
                          (cached cache hashq-get-handle hashq-set! arg
                                  (lambda () body ...)))
                        cache)))
    ((_ (arg ...) body ...)
     (mlambda (arg ...) body ...))))
