;;; Commentary:
;;;
;;; Packages that the library needs from whichever package collection is in use, looked up when they are needed.
;;;
;;; Code:

(define-module (guix collection)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (collection-variable))

(define* (collection-variable module name #:key default purpose)
  "Return a thunk that returns the value of NAME in MODULE, a module of the package collection.  The module is loaded
when the thunk is called and not before, for it uses this library in turn.  When there is no such variable, the thunk
returns what the thunk DEFAULT returns, or else raises an error which says what cannot be done, PURPOSE."
  (lambda ()
    (let* ((interface (resolve-module module #t #f #:ensure #f))
           (variable (and interface (module-variable interface name))))
      (cond (variable (variable-ref variable))
            (default (default))
            (else
             (raise (condition
                     (&message (message (format #f "~athe package collection has no `~a' in ~a"
                                                (if purpose (string-append "cannot " purpose ": ") "")
                                                name module))))))))))
