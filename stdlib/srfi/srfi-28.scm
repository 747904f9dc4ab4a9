;;; Commentary:
;;;
;;; SRFI 28: basic format strings.
;;;
;;; Code:

(define-module (srfi srfi-28)
  #:replace (format))

(define (format message . arguments)
  "Return MESSAGE with ~a, ~s, ~% and ~~ replaced."
  (apply simple-format #f message arguments))
