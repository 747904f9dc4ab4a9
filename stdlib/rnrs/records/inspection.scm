;;; Commentary:
;;;
;;; (rnrs records inspection) of R6RS: what a record is made of.
;;;
;;; Code:

(define-module (rnrs records inspection)
  #:version (6)
  #:use-module ((rnrs records procedural) #:select (record-type-descriptor?))
  #:export ((rnrs:record? . record?) record-rtd record-type-generative? record-type-sealed?
            record-type-field-names record-field-mutable?)
  #:re-export (record-type-name record-type-parent record-type-uid record-type-opaque?))

(define (rnrs:record? x)
  "Return #t when X is a record whose type is not opaque."
  (and (record? x) (not (record-type-opaque? (record-type-descriptor x)))))
(define (record-rtd record)
  "Return the type of RECORD, which may not be opaque."
  (if (rnrs:record? record)
      (record-type-descriptor record)
      (scm-error 'wrong-type-arg "record-rtd" "Wrong type argument: ~S" (list record) (list record))))
(define (record-type-generative? type) "Return #t when every definition makes another TYPE." (not (record-type-uid type)))
(define (record-type-sealed? type) "Return #t when TYPE has no subtypes." (not (record-type-extensible? type)))
(define (inherited type)
  (let ((parent (record-type-parent type)))
    (if parent (length (record-type-fields parent)) 0)))
(define (record-type-field-names type)
  "Return the names of the fields TYPE itself defines, as a vector."
  (list->vector (list-tail (record-type-fields type) (inherited type))))
(define (record-field-mutable? type k)
  "Return #t when field number K that TYPE itself defines may be set."
  (record-type-field-mutable? type (+ k (inherited type))))
