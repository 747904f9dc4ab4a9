;;; Commentary:
;;;
;;; (scheme process-context) of R7RS: the process.
;;;
;;; Code:

(define-module (scheme process-context)
  #:re-export (command-line)
  #:replace (exit)
  #:export (emergency-exit get-environment-variable get-environment-variables))

(define get-environment-variable (@ (srfi srfi-98) get-environment-variable))
(define get-environment-variables (@ (srfi srfi-98) get-environment-variables))
(define* (exit #:optional (status #t))
  "End the program with STATUS, running what dynamic-wind has pending."
  ((@ (guile) exit) status))
(define* (emergency-exit #:optional (status #t))
  "End the program with STATUS at once."
  (primitive-exit status))
