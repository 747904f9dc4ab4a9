;;; Commentary:
;;;
;;; Places in source files as frames and procedures tell them.  Interface: (system vm program) of Guile 3.0, without what is
;;; about Guile's virtual machine.
;;;
;;; Code:

(define-module (system vm program)
  #:autoload   (ice-9 session) (procedure-arguments)
  #:export (source:addr source:file source:line source:column source:line-for-user
            program? program-arguments-alist))

(define (source:addr source) "Return the address of SOURCE, which means nothing here." (car source))
(define (source:file source) "Return the file of SOURCE, a string." (cadr source))
(define (source:line source) "Return the line of SOURCE, counted from 0." (caddr source))
(define (source:column source) "Return the column of SOURCE, counted from 0." (cdddr source))
(define (source:line-for-user source) "Return the line of SOURCE, counted from 1." (+ 1 (source:line source)))

(define (program? x)
  "Return #t when X is a procedure written in Scheme or compiled from it: any procedure."
  (procedure? x))

(define (program-arguments-alist program . _)
  "Return the parameters of PROGRAM by kind, an alist, or #f when they are not known."
  (procedure-arguments program))
