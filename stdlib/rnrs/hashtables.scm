;;; Commentary:
;;;
;;; (rnrs hashtables) of R6RS: hash tables.
;;;
;;; Code:

(define-module (rnrs hashtables)
  #:version (6)
  #:use-module (srfi srfi-9)
  #:use-module ((srfi srfi-69) #:prefix srfi-69:)
  #:use-module ((rnrs base) #:select (assertion-violation))
  #:export (make-eq-hashtable make-eqv-hashtable make-hashtable hashtable? hashtable-size hashtable-ref
            hashtable-set! hashtable-delete! hashtable-contains? hashtable-update! hashtable-copy
            hashtable-clear! hashtable-keys hashtable-entries hashtable-equivalence-function
            hashtable-hash-function hashtable-mutable? equal-hash string-ci-hash)
  #:re-export (string-hash symbol-hash))

(define-record-type r6rs:hashtable
  (%make-hashtable table hash mutable?)
  hashtable?
  (table inner)
  (hash hashtable-hash-function)
  (mutable? hashtable-mutable?))

(define (changeable table)
  (if (hashtable-mutable? table)
      (inner table)
      (assertion-violation #f "hash table is immutable" table)))

(define* (make-eq-hashtable #:optional k)
  "Return a hash table for eq?."
  (%make-hashtable (srfi-69:make-hash-table eq?) #f #t))
(define* (make-eqv-hashtable #:optional k)
  "Return a hash table for eqv?."
  (%make-hashtable (srfi-69:make-hash-table eqv?) #f #t))
(define* (make-hashtable hash-function equivalence #:optional k)
  "Return a hash table for EQUIVALENCE, whose keys hash by HASH-FUNCTION."
  (%make-hashtable (srfi-69:make-hash-table equivalence (lambda (key bound) (modulo (hash-function key) bound)))
                   hash-function #t))
(define (hashtable-size table) "Return the number of entries." (srfi-69:hash-table-size (inner table)))
(define (hashtable-ref table key default)
  "Return the value of KEY, or DEFAULT."
  (srfi-69:hash-table-ref/default (inner table) key default))
(define (hashtable-set! table key value)
  "Bind KEY to VALUE."
  (srfi-69:hash-table-set! (changeable table) key value))
(define (hashtable-delete! table key)
  "Remove KEY."
  (srfi-69:hash-table-delete! (changeable table) key)
  *unspecified*)
(define (hashtable-contains? table key)
  "Return #t when KEY is bound."
  (srfi-69:hash-table-exists? (inner table) key))
(define (hashtable-update! table key proc default)
  "Replace the value of KEY, or DEFAULT, by the result of PROC on it."
  (srfi-69:hash-table-update!/default (changeable table) key proc default))
(define* (hashtable-copy table #:optional mutable?)
  "Return a copy of TABLE, which can be changed if MUTABLE?."
  (%make-hashtable (srfi-69:hash-table-copy (inner table)) (hashtable-hash-function table) mutable?))
(define* (hashtable-clear! table #:optional k)
  "Remove all entries."
  (let ((table (changeable table)))
    (for-each (lambda (key) (srfi-69:hash-table-delete! table key)) (srfi-69:hash-table-keys table))))
(define (hashtable-keys table)
  "Return a vector of the keys."
  (list->vector (srfi-69:hash-table-keys (inner table))))
(define (hashtable-entries table)
  "Return vectors of the keys and of the values."
  (let ((entries (srfi-69:hash-table->alist (inner table))))
    (values (list->vector (map car entries)) (list->vector (map cdr entries)))))
(define (hashtable-equivalence-function table)
  "Return the procedure that compares keys."
  (srfi-69:hash-table-equivalence-function (inner table)))
(define (equal-hash x) "Return a hash for equal?." (hash x 268435399))
(define (string-ci-hash s) "Return a hash for string-ci=?." (string-hash-ci s))
