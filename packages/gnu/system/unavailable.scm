;;; Commentary:
;;;
;;; How the system's modules say that something is not there yet, and what it waits for.
;;;
;;; Code:

(define-module (gnu system unavailable)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-34)
  #:export (unavailable))

(define (unavailable procedure missing)
  "Raise an error that says that PROCEDURE, a symbol, needs MISSING, a string, which this version of strata does not have."
  (raise (formatted-message (G_ "~a: not available: it needs ~a, which this version of strata does not have")
                            procedure missing)))
