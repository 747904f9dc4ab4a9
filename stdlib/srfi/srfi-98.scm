;;; Commentary:
;;;
;;; SRFI 98: environment variables.
;;;
;;; Code:

(define-module (srfi srfi-98)
  #:export (get-environment-variable get-environment-variables))

(define (get-environment-variable name)
  "Return the value of the environment variable NAME, or #f."
  (getenv name))

(define (get-environment-variables)
  "Return the environment as an association list."
  (map (lambda (assignment)
         (let ((equals (string-index assignment #\=)))
           (cons (substring assignment 0 equals)
                 (substring assignment (+ equals 1)))))
       (environ)))
