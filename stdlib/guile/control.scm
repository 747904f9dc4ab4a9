;;; Control and small abstractions on procedures: promises, hooks, setters, fluids by thunk.

(define (make-promise value)
  "Return a promise of VALUE, or VALUE if it is one."
  (if (promise? value) value (%make-promise #t value)))

(define (force promise)
  "Return the value of PROMISE, computing it the first time."
  (if (promise? promise)
      (let loop ()
        (if (%promise-done? promise)
            (%promise-value promise)
            (let ((value ((%promise-value promise))))
              ;; The thunk may have forced the promise itself: the first value stays.
              (if (not (%promise-done? promise))
                  (%promise-resolve! promise value))
              (%promise-value promise))))
      promise))

(define (%force-promise-chain promise)
  ;; R7RS: a promise made by delay-force gives another promise, which takes its place.
  (if (promise? promise)
      (let loop ()
        (if (%promise-done? promise)
            (%promise-value promise)
            (let ((next ((%promise-value promise))))
              (if (not (%promise-done? promise))
                  (%promise-share! promise next))
              (loop))))
      promise))

(define (make-procedure-with-setter getter setter)
  "Return a procedure that acts as GETTER and whose setter is SETTER."
  (let ((proc (lambda args (apply getter args))))
    (set-procedure-property! proc 'name (or (procedure-name getter) 'procedure-with-setter))
    (set-procedure-property! proc '%getter getter)
    (set-procedure-property! proc '%setter setter)
    proc))

(define (procedure-with-setter? x)
  "Return #t when X is a procedure with a setter."
  (and (procedure? x) (procedure-property x '%setter) #t))

(define (setter proc)
  "Return the setter of PROC."
  (or (procedure-property proc '%setter)
      (scm-error 'wrong-type-arg "setter" "Wrong type argument in position ~A: ~S"
                 (list 1 proc) (list proc))))

(define (procedure proc)
  "Return the procedure behind PROC, a procedure with a setter."
  (or (procedure-property proc '%getter) proc))

;; Hooks

(define %hook-type
  (%make-record-type 'hook '(arity procedures)
                     (lambda (hook port)
                       (simple-format port "#<hook ~A ~A" (%hook-arity hook) (number->string (object-address hook) 16))
                       (for-each (lambda (proc) (simple-format port " ~A" (or (procedure-name proc) "?")))
                                 (hook->list hook))
                       (display ">" port))
                     #f #f #f #f))
(define %make-hook (record-constructor %hook-type))
(define hook? (record-predicate %hook-type))
(define %hook-arity (record-accessor %hook-type 'arity))
(define hook->list (record-accessor %hook-type 'procedures))
(define %set-hook-procedures! (record-modifier %hook-type 'procedures))

(define* (make-hook #:optional (arity 0))
  "Return a new hook whose procedures take ARITY arguments."
  (%make-hook arity '()))

(define (hook-empty? hook)
  "Return #t when HOOK has no procedures."
  (null? (hook->list hook)))

(define (%accepts? proc count)
  (let ((arity (procedure-minimum-arity proc)))
    (and (<= (car arity) count)
         (or (caddr arity) (<= count (+ (car arity) (cadr arity)))))))

(define* (add-hook! hook proc #:optional append?)
  "Add PROC to HOOK, at the end if APPEND?."
  (if (not (and (procedure? proc)
                (%accepts? proc (%hook-arity hook))))
      (scm-error 'wrong-type-arg "add-hook!" "Wrong type argument in position ~A: ~S" (list 2 proc) (list proc)))
  (let ((others (delq proc (hook->list hook))))
    (%set-hook-procedures! hook (if append? (append others (list proc)) (cons proc others)))))

(define (remove-hook! hook proc)
  "Remove PROC from HOOK."
  (%set-hook-procedures! hook (delq proc (hook->list hook))))

(define (reset-hook! hook)
  "Remove all procedures from HOOK."
  (%set-hook-procedures! hook '()))

(define (run-hook hook . args)
  "Call the procedures of HOOK on ARGS."
  (if (not (= (length args) (%hook-arity hook)))
      (scm-error 'misc-error "run-hook" "Hook ~S requires ~A arguments" (list hook (%hook-arity hook)) #f))
  (for-each (lambda (proc) (apply proc args)) (hook->list hook)))

;; Object properties

(define (make-object-property)
  "Return a procedure with a setter that keeps a value for each object."
  (let ((map (%make-identity-map)))
    (make-procedure-with-setter
     (lambda (object) (%identity-map-ref map object #f))
     (lambda (object value) (%identity-map-set! map object value)))))

(define *unspecified* (if #f #f))
(define the-eof-object (%the-eof-object))
(define internal-time-units-per-second (%internal-time-units-per-second))
(define regexp/extended (%regexp/extended))
(define regexp/basic (%regexp/basic))
(define regexp/icase (%regexp/icase))
(define regexp/newline (%regexp/newline))
(define regexp/notbol (%regexp/notbol))
(define regexp/noteol (%regexp/noteol))
(define most-positive-fixnum 2305843009213693951)
(define most-negative-fixnum -2305843009213693952)

(define (->bool x)
  "Return #f when X is #f, else #t."
  (if x #t #f))
