;;; Commentary:
;;;
;;; SRFI 88: keyword objects, written name:.
;;;
;;; Code:

(define-module (srfi srfi-88)
  #:re-export (keyword?)
  #:export (keyword->string string->keyword))

(read-set! keywords 'postfix)
(define (keyword->string keyword) "Return the name of KEYWORD." (symbol->string (keyword->symbol keyword)))
(define (string->keyword string) "Return the keyword called STRING." (symbol->keyword (string->symbol string)))
