;;; Commentary:
;;;
;;; (rnrs r5rs) of R6RS: what R5RS had and R6RS dropped.
;;;
;;; Code:

(define-module (rnrs r5rs)
  #:version (6)
  #:export (scheme-report-environment null-environment)
  #:re-export (exact->inexact inexact->exact quotient remainder modulo delay force))

(define (check who version)
  (if (not (eqv? version 5))
      (scm-error 'misc-error who "~A is not a supported version" (list version) #f)))
(define (scheme-report-environment version)
  "Return the environment of R5RS, for VERSION 5."
  (check "scheme-report-environment" version)
  (resolve-interface '(ice-9 safe-r5rs)))
(define (null-environment version)
  "Return the syntax of R5RS, for VERSION 5."
  (check "null-environment" version)
  (resolve-interface '(ice-9 null)))
