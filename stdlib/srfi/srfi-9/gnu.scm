;;; Commentary:
;;;
;;; Guile's extensions of SRFI 9: printers of record types.
;;;
;;; Code:

(define-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-9)
  #:re-export (set-record-type-printer!))
