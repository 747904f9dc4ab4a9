;;; Commentary:
;;;
;;; (rnrs sorting) of R6RS: sorting.
;;;
;;; Code:

(define-module (rnrs sorting)
  #:version (6)
  #:export (list-sort vector-sort vector-sort!))

(define (list-sort less? list) "Return the elements of LIST in the order LESS?." (sort list less?))
(define (vector-sort less? vector) "Return the elements of VECTOR in the order LESS?." (sort vector less?))
(define (vector-sort! less? vector) "Sort VECTOR in place." (sort! vector less?))
