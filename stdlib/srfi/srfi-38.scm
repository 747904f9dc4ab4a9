;;; Commentary:
;;;
;;; SRFI 38: data with shared structure.
;;;
;;; Code:

(define-module (srfi srfi-38)
  #:use-module ((scheme write) #:select (write-shared))
  #:export (write-with-shared-structure read-with-shared-structure))

(define* (write-with-shared-structure object #:optional (port (current-output-port)) extra)
  "Write OBJECT to PORT with labels for what is shared."
  (write-shared object port))
(define* (read-with-shared-structure #:optional (port (current-input-port)))
  "Read a datum with labels from PORT."
  (read port))
