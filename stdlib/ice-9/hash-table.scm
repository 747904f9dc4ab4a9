;;; Commentary:
;;;
;;; Association lists to hash tables.
;;;
;;; Code:

(define-module (ice-9 hash-table)
  #:export (alist->hash-table alist->hashq-table alist->hashv-table alist->hashx-table))

(define (alist->hashx-table hash assoc alist)
  "Return a hash table under HASH and ASSOC with the entries of ALIST, the first of each key."
  (let ((table (make-hash-table)))
    (for-each (lambda (entry)
                (hashx-set! hash assoc table (car entry) (cdr entry)))
              (reverse alist))
    table))
