;;; Commentary:
;;;
;;; (rnrs hashtables) of R6RS: hash tables.
;;;
;;; Code:

(define-module (rnrs hashtables)
  #:version (6)
  #:use-module ((srfi srfi-69) #:prefix srfi-69:)
  #:export (make-eq-hashtable make-eqv-hashtable make-hashtable hashtable? hashtable-size hashtable-ref
            hashtable-set! hashtable-delete! hashtable-contains? hashtable-update! hashtable-copy
            hashtable-clear! hashtable-keys hashtable-entries hashtable-equivalence-function
            hashtable-hash-function hashtable-mutable? equal-hash string-ci-hash)
  #:re-export (string-hash symbol-hash))

(define* (make-eq-hashtable #:optional k) "Return a hash table for eq?." (srfi-69:make-hash-table eq?))
(define* (make-eqv-hashtable #:optional k) "Return a hash table for eqv?." (srfi-69:make-hash-table eqv?))
(define* (make-hashtable hash-function equivalence #:optional k)
  "Return a hash table for EQUIVALENCE."
  (srfi-69:make-hash-table equivalence (lambda (key bound) (modulo (hash-function key) bound))))
(define hashtable? srfi-69:hash-table?)
(define hashtable-size srfi-69:hash-table-size)
(define hashtable-ref srfi-69:hash-table-ref/default)
(define (hashtable-set! table key value) "Bind KEY to VALUE." (srfi-69:hash-table-set! table key value))
(define (hashtable-delete! table key) "Remove KEY." (srfi-69:hash-table-delete! table key) *unspecified*)
(define hashtable-contains? srfi-69:hash-table-exists?)
(define (hashtable-update! table key proc default)
  "Replace the value of KEY, or DEFAULT, by the result of PROC on it."
  (srfi-69:hash-table-update!/default table key proc default))
(define* (hashtable-copy table #:optional mutable?) "Return a copy of TABLE." (srfi-69:hash-table-copy table))
(define* (hashtable-clear! table #:optional k)
  "Remove all entries."
  (for-each (lambda (key) (srfi-69:hash-table-delete! table key)) (srfi-69:hash-table-keys table)))
(define (hashtable-keys table) "Return a vector of the keys." (list->vector (srfi-69:hash-table-keys table)))
(define (hashtable-entries table)
  "Return vectors of the keys and of the values."
  (let ((entries (srfi-69:hash-table->alist table)))
    (values (list->vector (map car entries)) (list->vector (map cdr entries)))))
(define hashtable-equivalence-function srfi-69:hash-table-equivalence-function)
(define hashtable-hash-function srfi-69:hash-table-hash-function)
(define (hashtable-mutable? table) "Return #t." #t)
(define (equal-hash x) "Return a hash for equal?." (hash x 268435399))
(define (string-ci-hash s) "Return a hash for string-ci=?." (string-hash-ci s))
