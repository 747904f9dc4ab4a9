;;; Commentary:
;;;
;;; SRFI 42: eager comprehensions. Each generator is a macro (GENERATOR CONTINUATION VARIABLE ARGUMENT ...) that
;;; passes a :do form, the loop it means, to its continuation; qualifiers nest these loops.
;;;
;;; Code:

(define-module (srfi srfi-42)
  #:use-module (ice-9 control)
  #:export (do-ec list-ec append-ec string-ec string-append-ec vector-ec vector-of-length-ec sum-ec product-ec
            min-ec max-ec any?-ec every?-ec first-ec last-ec fold-ec fold3-ec
            : :list :string :vector :integers :range :real-range :char-range :port :dispatched
            :do :let :parallel :while :until
            :-dispatch-ref :-dispatch-set! make-initial-:-dispatch dispatch-union :generator-proc))

;; Loops

(define-syntax do-ec
  (syntax-rules (nested if not and or begin)
    ((_ command) command)
    ((_ (nested qualifier ...) more ...) (do-ec qualifier ... more ...))
    ((_ (if test) more ...) (if test (do-ec more ...)))
    ((_ (not test) more ...) (if (not test) (do-ec more ...)))
    ((_ (and test ...) more ...) (if (and test ...) (do-ec more ...)))
    ((_ (or test ...) more ...) (if (or test ...) (do-ec more ...)))
    ((_ (begin form ...) more ...) (begin form ... (do-ec more ...)))
    ((_ (generator argument ...) more ...) (generator (run-loop (do-ec more ...)) argument ...))))

;; (run-loop BODY LOOP): LOOP is (:do (let BINDINGS SETUP ...) (VARIABLES) TEST (let INNER STEP ...) TEST2 (NEXT)).
(define-syntax run-loop
  (syntax-rules (let)
    ((_ body (loop-form (let (outer ...) setup ...) (variable ...) test (let (inner ...) inner-setup ...) test2 (next ...)))
     (let (outer ...)
       setup ...
       (let loop (variable ...)
         (if test
             (let (inner ...)
               inner-setup ...
               body
               (if test2 (loop next ...) #f))
             #f))))))

(define-syntax :do
  (syntax-rules (let)
    ((_ (continuation ...) outer variables test inner test2 nexts)
     (continuation ... (:do outer variables test inner test2 nexts)))
    ((_ continuation variables test nexts)
     (:do continuation (let ()) variables test (let ()) #t nexts))))

(define-syntax :let
  (syntax-rules (index)
    ((_ continuation variable (index i) value)
     (:do continuation (let ((variable value) (i 0))) () #t (let ()) #f ()))
    ((_ continuation variable value)
     (:do continuation (let ((variable value))) () #t (let ()) #f ()))))

;; (with-index CONTINUATION I LOOP): LOOP with the variable I counting its turns.
(define-syntax with-index
  (syntax-rules ()
    ((_ (continuation ...) i (do-form (outer-let (outer ...) setup ...) (variable ...) test inner test2 (next ...)))
     (continuation ... (:do (outer-let (outer ...) setup ...) (variable ... (i 0)) test inner test2 (next ... (+ i 1)))))))

(define-syntax :list
  (syntax-rules (index)
    ((_ continuation variable (index i) list ...) (:list (with-index continuation i) variable list ...))
    ((_ continuation variable list)
     (:do continuation (let ()) ((rest list)) (pair? rest) (let ((variable (car rest)))) #t ((cdr rest))))
    ((_ continuation variable list ...) (:list continuation variable (append list ...)))))

(define-syntax :indexed
  (syntax-rules ()
    ((_ continuation variable value length-of ref)
     (:do continuation (let ((whole value) (size 0)) (set! size (length-of whole)))
          ((k 0)) (< k size) (let ((variable (ref whole k)))) #t ((+ k 1))))))
(define-syntax :string
  (syntax-rules (index)
    ((_ continuation variable (index i) string ...) (:string (with-index continuation i) variable string ...))
    ((_ continuation variable string) (:indexed continuation variable string string-length string-ref))
    ((_ continuation variable string ...) (:string continuation variable (string-append string ...)))))
(define-syntax :vector
  (syntax-rules (index)
    ((_ continuation variable (index i) vector ...) (:vector (with-index continuation i) variable vector ...))
    ((_ continuation variable vector) (:indexed continuation variable vector vector-length vector-ref))
    ((_ continuation variable vector ...) (:vector continuation variable (vector-append vector ...)))))

(define-syntax :integers
  (syntax-rules (index)
    ((_ continuation variable (index i)) (:integers (with-index continuation i) variable))
    ((_ continuation variable) (:do continuation ((variable 0)) #t ((+ variable 1))))))
(define-syntax :range
  (syntax-rules (index)
    ((_ continuation variable (index i) argument ...) (:range (with-index continuation i) variable argument ...))
    ((_ continuation variable stop) (:range continuation variable 0 stop 1))
    ((_ continuation variable start stop) (:range continuation variable start stop 1))
    ((_ continuation variable start stop step)
     (:do continuation (let ((by step) (end stop)) (check-range by))
          ((variable start)) (if (positive? by) (< variable end) (> variable end)) (let ()) #t ((+ variable by))))))
(define (check-range step)
  (if (not (and (rational? step) (not (zero? step))))
      (scm-error 'misc-error ":range" "step size must not be zero: ~S" (list step) #f)))
(define-syntax :real-range
  (syntax-rules (index)
    ((_ continuation variable (index i) argument ...) (:real-range (with-index continuation i) variable argument ...))
    ((_ continuation variable stop) (:real-range continuation variable 0 stop 1))
    ((_ continuation variable start stop) (:real-range continuation variable start stop 1))
    ;; Each value is computed from the start, so that errors do not add up.
    ((_ continuation variable start stop step)
     (:do continuation (let ((from start) (end stop) (by step)))
          ((k 0)) (if (positive? by) (< (+ from (* k by)) end) (> (+ from (* k by)) end))
          (let ((variable (+ from (* k by))))) #t ((+ k 1))))))
(define-syntax :char-range
  (syntax-rules (index)
    ((_ continuation variable (index i) from to) (:char-range (with-index continuation i) variable from to))
    ((_ continuation variable from to)
     (:do continuation (let ((last (char->integer to))))
          ((code (char->integer from))) (<= code last) (let ((variable (integer->char code)))) #t ((+ code 1))))))
(define-syntax :port
  (syntax-rules (index)
    ((_ continuation variable (index i) argument ...) (:port (with-index continuation i) variable argument ...))
    ((_ continuation variable port) (:port continuation variable port read))
    ((_ continuation variable port reader)
     (:do continuation (let ((source port) (next reader)))
          ((variable (next source))) (not (eof-object? variable)) (let ()) #t ((next source))))))

;; Loops changed: side by side, and ended early.

(define-syntax :parallel
  (syntax-rules ()
    ((_ continuation) (:do continuation () #t ()))
    ((_ continuation (generator argument ...) more ...)
     (generator (parallel-rest continuation (more ...)) argument ...))))
(define-syntax parallel-rest
  (syntax-rules ()
    ((_ (continuation ...) () loop) (continuation ... loop))
    ((_ continuation ((generator argument ...) more ...) loop)
     (generator (parallel-join continuation (more ...) loop) argument ...))))
(define-syntax parallel-join
  (syntax-rules ()
    ((_ continuation more
        (do1 (let1 (outer1 ...) setup1 ...) (variable1 ...) test1 (inner-let1 (inner1 ...) step1 ...) again1 (next1 ...))
        (do2 (let2 (outer2 ...) setup2 ...) (variable2 ...) test2 (inner-let2 (inner2 ...) step2 ...) again2 (next2 ...)))
     (parallel-rest continuation more
       (:do (let (outer1 ... outer2 ...) setup1 ... setup2 ...)
            (variable1 ... variable2 ...)
            (and test1 test2)
            (let (inner1 ... inner2 ...) step1 ... step2 ...)
            (and again1 again2)
            (next1 ... next2 ...))))))
(define-syntax :while
  (syntax-rules ()
    ((_ continuation (generator argument ...) test)
     (generator (while-loop continuation test) argument ...))))
(define-syntax while-loop
  (syntax-rules ()
    ((_ (continuation ...) test
        (do-form (outer-let (outer ...) setup ...) variables go (inner-let ((name value) ...) step ...) again nexts))
     ;; The test sees what a turn binds, and is asked before the turn.
     (continuation ... (:do (let (outer ... (name #f) ...) setup ...) variables
                            (if go (begin (set! name value) ... step ... test) #f)
                            (let ()) again nexts)))))
(define-syntax :until
  (syntax-rules ()
    ((_ (continuation ...) (generator argument ...) test)
     (generator (until-loop (continuation ...) test) argument ...))))
(define-syntax until-loop
  (syntax-rules ()
    ((_ (continuation ...) test (do-form outer variables go inner again nexts))
     (continuation ... (:do outer variables go inner (and again (not test)) nexts)))))

;; Comprehensions

(define-syntax fold3-ec
  (syntax-rules (nested)
    ((_ initial (nested q ...) q2 ... expression f1 f2) (fold3-ec initial q ... q2 ... expression f1 f2))
    ((_ initial qualifier ... expression f1 f2)
     (let ((result #f) (empty? #t))
       (do-ec qualifier ...
              (let ((value expression))
                (if empty?
                    (begin (set! result (f1 value)) (set! empty? #f))
                    (set! result (f2 value result)))))
       (if empty? initial result)))))
(define-syntax fold-ec
  (syntax-rules ()
    ((_ initial qualifier ... expression f)
     (let ((result initial))
       (do-ec qualifier ... (let ((value expression)) (set! result (f value result))))
       result))))
(define-syntax-rule (list-ec qualifier ... expression)
  (reverse! (fold-ec '() qualifier ... expression cons)))
(define-syntax-rule (append-ec qualifier ... expression)
  (apply append (list-ec qualifier ... expression)))
(define-syntax-rule (string-ec qualifier ... expression)
  (list->string (list-ec qualifier ... expression)))
(define-syntax-rule (string-append-ec qualifier ... expression)
  (apply string-append (list-ec qualifier ... expression)))
(define-syntax-rule (vector-ec qualifier ... expression)
  (list->vector (list-ec qualifier ... expression)))
(define-syntax-rule (vector-of-length-ec length qualifier ... expression)
  (let* ((size length) (vector (make-vector size)) (k 0))
    (do-ec qualifier ...
           (begin
             (if (>= k size)
                 (scm-error 'misc-error "vector-of-length-ec" "too many elements" '() #f))
             (vector-set! vector k expression)
             (set! k (+ k 1))))
    (if (< k size)
        (scm-error 'misc-error "vector-of-length-ec" "too few elements" '() #f))
    vector))
(define-syntax-rule (sum-ec qualifier ... expression) (fold-ec 0 qualifier ... expression +))
(define-syntax-rule (product-ec qualifier ... expression) (fold-ec 1 qualifier ... expression *))
(define-syntax-rule (min-ec qualifier ... expression) (fold3-ec (min) qualifier ... expression (lambda (x) x) min))
(define-syntax-rule (max-ec qualifier ... expression) (fold3-ec (max) qualifier ... expression (lambda (x) x) max))
(define-syntax-rule (last-ec default qualifier ... expression)
  (fold-ec default qualifier ... expression (lambda (new old) new)))
(define-syntax-rule (first-ec default qualifier ... expression)
  (let/ec return
    (do-ec qualifier ... (return expression))
    default))
(define-syntax-rule (any?-ec qualifier ... test)
  (first-ec #f qualifier ... (if test) #t))
(define-syntax-rule (every?-ec qualifier ... test)
  (first-ec #t qualifier ... (if (not test)) #f))

;; Generators chosen at run time: a dispatcher gives a thunk that returns elements, then its argument.

(define-syntax :dispatched
  (syntax-rules (index)
    ((_ continuation variable (index i) dispatcher argument ...)
     (:dispatched (with-index continuation i) variable dispatcher argument ...))
    ((_ continuation variable dispatcher argument ...)
     (:do continuation
          (let ((next (dispatch dispatcher (list argument ...))) (end (list 'end))))
          ((variable (next end))) (not (eq? variable end)) (let ()) #t ((next end))))))
(define (dispatch dispatcher arguments)
  (or (dispatcher arguments)
      (scm-error 'misc-error ":dispatched" "unrecognized arguments in dispatching: ~S" (list arguments) #f)))
(define-syntax :
  (syntax-rules (index)
    ((_ continuation variable (index i) argument ...)
     (:dispatched continuation variable (index i) (:-dispatch-ref) argument ...))
    ((_ continuation variable argument ...)
     (:dispatched continuation variable (:-dispatch-ref) argument ...))))
(define-syntax-rule (:generator-proc (generator argument ...))
  ;; All elements at once: the loop is over when the first is asked for.
  (let ((rest (list-ec (generator x argument ...) x)))
    (lambda (end)
      (if (null? rest)
          end
          (let ((first (car rest)))
            (set! rest (cdr rest))
            first)))))
(define (make-initial-:-dispatch)
  "Return a dispatcher for lists, strings, vectors, numbers, characters and ports."
  (lambda (arguments)
    (define (all? test) (and-map test arguments))
    (cond ((null? arguments) 'srfi-42)
          ((all? list?) (:generator-proc (:list (apply append arguments))))
          ((all? string?) (:generator-proc (:string (apply string-append arguments))))
          ((all? vector?) (:generator-proc (:vector (apply vector-append arguments))))
          ((and (all? exact-integer?) (<= (length arguments) 3)) (apply range-proc arguments))
          ((and (all? real?) (<= (length arguments) 3)) (apply real-range-proc arguments))
          ((and (all? char?) (= (length arguments) 2))
           (:generator-proc (:char-range (car arguments) (cadr arguments))))
          ((and (port? (car arguments)) (<= (length arguments) 2))
           (let ((reader (if (pair? (cdr arguments)) (cadr arguments) read)))
             (lambda (end)
               (let ((x (reader (car arguments)))) (if (eof-object? x) end x)))))
          (else #f))))
(define range-proc
  (case-lambda
    ((stop) (:generator-proc (:range stop)))
    ((start stop) (:generator-proc (:range start stop)))
    ((start stop step) (:generator-proc (:range start stop step)))))
(define real-range-proc
  (case-lambda
    ((stop) (:generator-proc (:real-range stop)))
    ((start stop) (:generator-proc (:real-range start stop)))
    ((start stop step) (:generator-proc (:real-range start stop step)))))
(define (dispatch-union first second)
  "Return a dispatcher that asks FIRST, then SECOND."
  (lambda (arguments)
    (let ((a (first arguments)) (b (second arguments)))
      (if (null? arguments) (list a b) (or a b)))))
(define current-dispatch (make-initial-:-dispatch))
(define (:-dispatch-ref) "Return the dispatcher of `:'." current-dispatch)
(define (:-dispatch-set! dispatcher) "Let `:' use DISPATCHER." (set! current-dispatch dispatcher))
