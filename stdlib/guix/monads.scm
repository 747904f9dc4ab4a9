;;; Commentary:
;;;
;;; Monads, as recipes and G-expressions use them: `define-monad', `mlet', `mbegin' and the identity and state
;;; monads.  The store monad (see (guix store)) is the state monad whose state is the connection.
;;; Interface: (guix monads) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix monads)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (define-monad monad? monad-bind monad-return
            >>= return with-monad
            mlet mlet* mbegin mwhen munless mparameterize
            lift0 lift1 lift2 lift3 lift4 lift5 lift6 lift7 lift
            listm foldm mapm sequence anym
            %identity-monad
            %state-monad state-return state-bind
            template-directory
            current-state set-current-state state-push state-pop run-with-state))

(define-record-type <monad>
  (make-monad bind return)
  monad?
  (bind monad-bind)
  (return monad-return))

(define-syntax define-monad
  ;; (define-monad NAME (bind PROC) (return PROC))
  (lambda (s)
    (syntax-case s ()
      ((_ name (key value) ...)
       (let ((keys (map syntax->datum #'(key ...))))
         (define (value-of key)
           (let ((index (list-index (lambda (k) (eq? k key)) keys)))
             (if index
                 (list-ref #'(value ...) index)
                 (syntax-violation 'define-monad
                                   (string-append "missing `" (symbol->string key) "'") s))))
         #`(define name
             (make-monad #,(value-of 'bind) #,(value-of 'return))))))))

(define-syntax template-directory
  ;; (template-directory instantiations MONAD): have the procedures of this module for MONAD.  They find the operations of
  ;; any monad when they run, so that nothing is left to be defined for one.
  (syntax-rules (instantiations)
    ((_ instantiations monad)
     (begin))))

(define-syntax-parameter >>=
  (lambda (s)
    (syntax-violation '>>= ">>= (bind) used outside of 'with-monad'" s)))

(define-syntax-parameter return
  (lambda (s)
    (syntax-violation 'return "return used outside of 'with-monad'" s)))

(define-syntax with-monad
  ;; Evaluate BODY in the context of MONAD: `>>=' and `return' are its operations.
  (syntax-rules ()
    ((_ monad body ...)
     (let ((bind (monad-bind monad))
           (unit (monad-return monad)))
       (syntax-parameterize ((>>= (lambda (s)
                                    (syntax-case s ()
                                      ((_ mvalue mproc) #'(bind mvalue mproc))
                                      ((_ mvalue mproc0 mproc (... ...))
                                       #'(>>= (>>= mvalue mproc0) mproc (... ...)))
                                      (id (identifier? #'id) #'bind))))
                             (return (identifier-syntax unit)))
         body ...)))))

(define-syntax mlet*
  ;; Bind monadic values in sequence; (NAME -> VALUE) binds an ordinary value.
  (syntax-rules (->)
    ((_ monad () body ...)
     (with-monad monad body ...))
    ((_ monad ((name -> value) rest ...) body ...)
     (let ((name value))
       (mlet* monad (rest ...) body ...)))
    ((_ monad ((name mvalue) rest ...) body ...)
     (with-monad monad
       (>>= mvalue
            (lambda (name)
              (mlet* monad (rest ...) body ...)))))))

(define-syntax mlet
  ;; Like `mlet*', but no binding sees the others.
  (lambda (s)
    (syntax-case s ()
      ((_ monad ((name value ...) ...) body ...)
       (with-syntax (((temporary ...) (generate-temporaries #'(name ...))))
         #'(mlet* monad ((temporary value ...) ...)
             (let ((name temporary) ...)
               body ...)))))))

(define-syntax mbegin
  ;; Bind MEXP and the following monadic expressions in sequence, returning the last one's value.
  (syntax-rules (%current-monad)
    ((_ %current-monad mexp) mexp)
    ((_ %current-monad mexp rest ...)
     (>>= mexp (lambda (unused) (mbegin %current-monad rest ...))))
    ((_ monad mexp)
     (with-monad monad mexp))
    ((_ monad mexp rest ...)
     (with-monad monad
       (>>= mexp (lambda (unused) (mbegin monad rest ...)))))))

(define-syntax mwhen
  ;; When CONDITION is true, evaluate the monadic expressions as in `mbegin'; else return *unspecified*.
  (syntax-rules ()
    ((_ condition mexp rest ...)
     (if condition
         (mbegin %current-monad mexp rest ...)
         (return *unspecified*)))))

(define-syntax munless
  (syntax-rules ()
    ((_ condition mexp rest ...)
     (mwhen (not condition) mexp rest ...))))

(define-syntax mparameterize
  ;; Evaluate BODY, which returns a monadic value of MONAD, in a context where each PARAMETER is VALUE.
  (syntax-rules ()
    ((_ monad ((parameter value) ...) body ...)
     (with-monad monad
       (let ((mvalue (parameterize ((parameter value) ...) body ...)))
         (if (procedure? mvalue)
             (lambda state
               (parameterize ((parameter value) ...)
                 (apply mvalue state)))
             mvalue))))))

(define-syntax define-lift
  (syntax-rules ()
    ((_ name (arg ...))
     (define (name proc monad)
       "Lift PROC, a procedure of a fixed number of arguments, to MONAD: return its result as a monadic value."
       (with-monad monad
         (lambda (arg ...)
           (return (proc arg ...))))))))

(define-lift lift0 ())
(define-lift lift1 (a))
(define-lift lift2 (a b))
(define-lift lift3 (a b c))
(define-lift lift4 (a b c d))
(define-lift lift5 (a b c d e))
(define-lift lift6 (a b c d e f))
(define-lift lift7 (a b c d e f g))

(define (lift proc monad)
  "Lift PROC, a procedure of any number of arguments, to MONAD."
  (with-monad monad
    (lambda args
      (return (apply proc args)))))

(define (foldm monad mproc init lst)
  "Fold MPROC over LST, starting from INIT; return a monadic value seeded by INIT.  MPROC takes an element and
the previous result and returns a monadic value."
  (with-monad monad
    (let loop ((lst lst) (result init))
      (match lst
        (() (return result))
        ((head . tail)
         (>>= (mproc head result)
              (lambda (result) (loop tail result))))))))

(define (mapm monad mproc lst)
  "Map MPROC over LST and return a monadic list."
  (mlet monad ((result (foldm monad
                              (lambda (item result)
                                (mlet monad ((item (mproc item)))
                                  (return (cons item result))))
                              '()
                              lst)))
    (return (reverse result))))

(define (sequence monad lst)
  "Turn LST, a list of monadic values, into a monadic list of values."
  (mapm monad (lambda (mvalue) mvalue) lst))

(define (anym monad mproc lst)
  "Return the first monadic value of MPROC over LST that is true."
  (with-monad monad
    (let loop ((lst lst))
      (match lst
        (() (return #f))
        ((head . tail)
         (>>= (mproc head)
              (lambda (result)
                (if result (return result) (loop tail)))))))))

(define-syntax listm
  ;; Return a monadic list of the values of the monadic expressions.
  (syntax-rules ()
    ((_ monad mvalue ...)
     (sequence monad (list mvalue ...)))))

(define-monad %identity-monad
  (bind (lambda (mvalue mproc) (mproc mvalue)))
  (return (lambda (value) value)))

(define (state-return value)
  (lambda (state)
    (values value state)))

(define (state-bind mvalue mproc)
  "Run MVALUE, and MPROC on its result, with the state that MVALUE leaves."
  (lambda (state)
    (call-with-values (lambda () (mvalue state))
      (lambda (value state)
        ((mproc value) state)))))

(define-monad %state-monad
  (bind state-bind)
  (return state-return))

(define* (run-with-state mval #:optional (state '()))
  "Run MVAL starting with STATE as the initial state.  Return two values: the result and the last state."
  (mval state))

(define (current-state)
  "A monadic value whose result is the state."
  (lambda (state)
    (values state state)))

(define (set-current-state value)
  "Set the current state to VALUE and return the previous state as a monadic value."
  (lambda (state)
    (values state value)))

(define (state-pop)
  "Pop a value from the state, a list, and return it as a monadic value."
  (lambda (state)
    (match state
      ((head . tail) (values head tail)))))

(define (state-push value)
  "Push VALUE onto the state, a list, and return the previous state as a monadic value."
  (lambda (state)
    (values state (cons value state))))
