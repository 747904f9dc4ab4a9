;;; Commentary:
;;;
;;; Objects that are what they are by the context they are lowered in: the system, the target, parameters.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp contexts)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (<system-binding> let-system with-parameters parameterized?))

(define-record-type <system-binding>
  (system-binding proc)
  system-binding?
  (proc system-binding-proc))

(define-syntax let-system
  ;; Introduce a system binding in a gexp: EXP is evaluated when the gexp is lowered, with SYSTEM and TARGET bound.
  (syntax-rules ()
    ((_ (system target) exp0 exp ...)
     (system-binding (lambda (system target) exp0 exp ...)))
    ((_ system exp0 exp ...)
     (system-binding (lambda (system target) exp0 exp ...)))))

(define-gexp-compiler system-binding-compiler <system-binding>
  compiler => (lambda (binding system target)
                (store-return ((system-binding-proc binding) system target)))
  ;; It stands for what the procedure returned.
  expander => #f)

(define-record-type <parameterized>
  (parameterized bindings thunk)
  parameterized?
  (bindings parameterized-bindings)     ;list of (PARAMETER . VALUE-THUNK)
  (thunk parameterized-thunk))

(define-syntax-rule (with-parameters ((param value) ...) body ...)
  ;; Bind each PARAM to VALUE for the extent during which BODY, a file-like object, is lowered.
  (parameterized (list (cons param (lambda () value)) ...)
                 (lambda () body ...)))

(define (call-with-bindings bindings thunk)
  (match bindings
    (() (thunk))
    (((parameter . value) . rest)
     (parameterize ((parameter (value)))
       (call-with-bindings rest thunk)))))

(define-gexp-compiler parameterized-compiler <parameterized>
  compiler => (lambda (obj system target)
                (lambda (store)
                  (call-with-bindings
                   (parameterized-bindings obj)
                   (lambda ()
                     (let ((binds? (lambda (parameter)
                                     (assq parameter (parameterized-bindings obj)))))
                       (values (lower-object/direct store ((parameterized-thunk obj))
                                                    (if (binds? %current-system) (%current-system) system)
                                                    (if (binds? %current-target-system)
                                                        (%current-target-system)
                                                        target))
                               store))))))
  expander => (lambda (obj lowered output)
                (call-with-bindings
                 (parameterized-bindings obj)
                 (lambda ()
                   (let ((base ((parameterized-thunk obj))))
                     (expand-lowered base lowered output))))))
