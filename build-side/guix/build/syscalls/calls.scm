;;; Commentary:
;;;
;;; Calling functions of the C library: their values, their errors as `system-error', strings for them, and `ioctl'.
;;; The other modules of system calls are made with it.
;;;
;;; Code:

(define-module (guix build syscalls calls)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module ((srfi srfi-1) #:select (take-while))
  #:use-module (system foreign)
  #:export (restart-on-EINTR
            c-function
            call
            call/check
            string->pointer/null
            utf8-bytes->string
            c-ioctl))

(define (call-with-restart-on-EINTR thunk)
  (catch 'system-error
    thunk
    (lambda args
      (if (= EINTR (system-error-errno args))
          (call-with-restart-on-EINTR thunk)
          (apply throw args)))))

(define-syntax-rule (restart-on-EINTR expr)
  "Evaluate EXPR, again when a signal has interrupted it."
  (call-with-restart-on-EINTR (lambda () expr)))

(define* (c-function return-type name argument-types #:key library)
  "Return a procedure that calls the function NAME of the C library and returns its value and the error number.  The
function is looked up when it is first called; LIBRARY names where older C libraries have it."
  (define (lookup)
    (if library
        (or (false-if-exception (dynamic-func name (dynamic-link)))
            (dynamic-func name (dynamic-link library)))
        (dynamic-func name (dynamic-link))))

  (define proc
    (delay (pointer->procedure return-type (lookup) argument-types #:return-errno? #t)))

  (lambda arguments
    (apply (force proc) arguments)))

(define (call/check function what arguments failed?)
  "Return the value of FUNCTION applied to ARGUMENTS; throw `system-error' with WHAT if FAILED? says that the value means an
error.  WHAT is a list of a name and of objects to show, with #:message and the format of them in between if need be."
  (define (throw-error errno name message objects)
    (throw 'system-error name
           (if (string-null? message) "~A" (string-append message ": ~A"))
           (append objects (list (strerror errno)))
           (list errno)))

  (call-with-values (lambda () (apply function arguments))
    (lambda (value errno)
      (when (failed? value)
        (match what
          ((name #:message message . objects) (throw-error errno name message objects))
          ((name . objects) (throw-error errno name (string-join (map (const "~S") objects)) objects))))
      value)))

(define-syntax-rule (call what function argument ...)
  "Return the value of FUNCTION applied to the ARGUMENTs; one below zero means an error, shown with WHAT."
  (call/check function what (list argument ...) negative?))

(define (string->pointer/null str)
  "Return a pointer to the bytes of STR in UTF-8; nowhere when STR is #f."
  (if str (string->pointer str "UTF-8") %null-pointer))

(define (utf8-bytes->string bytes)
  "Return the text of BYTES, a list, up to a zero; #f when there is none."
  (let ((text (take-while positive? bytes)))
    (and (pair? text)
         (utf8->string (u8-list->bytevector text)))))

(define c-ioctl (c-function int "ioctl" `(,int ,unsigned-long *)))
