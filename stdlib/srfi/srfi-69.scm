;;; Commentary:
;;;
;;; SRFI 69: hash tables. The usual equivalences use the core's tables under the matching operations;
;;; others keep association lists by hash.
;;;
;;; Code:

(define-module (srfi srfi-69)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (alist->hash-table
            hash-table-equivalence-function hash-table-hash-function
            hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete!
            hash-table-exists? hash-table-update! hash-table-update!/default
            hash-table-size hash-table-keys hash-table-values hash-table-walk hash-table-fold
            hash-table->alist hash-table-copy hash-table-merge!
            string-ci-hash hash-by-identity)
  #:replace (make-hash-table hash-table? hash)
  #:re-export (string-hash))

(define-record-type hash-table
  (%make-table table equivalence hash get-handle create-handle! remove!)
  hash-table?
  (table inner)
  (equivalence hash-table-equivalence-function)
  (hash hash-table-hash-function)
  (get-handle get-handle-of)
  (create-handle! create-handle-of)
  (remove! remove-of))

(define (handle-of table key) ((get-handle-of table) (inner table) key))

(define (hash object . bound) "Return a hash of OBJECT." (apply (@ (guile) hash) object bound))
(define (hash-by-identity object . bound) "Return a hash of OBJECT for eq?." (apply hashq object bound))
(define (string-ci-hash string . bound) "Return a hash of STRING, case aside." (apply string-hash-ci string bound))

(define* (make-hash-table #:optional (equal? equal?) hash-proc #:rest ignored)
  "Return a hash table whose keys compare by EQUAL? and hash by HASH-PROC."
  (let ((table ((@ (guile) make-hash-table))))
    (cond ((eq? equal? eq?)
           (%make-table table equal? (or hash-proc hash-by-identity) hashq-get-handle hashq-create-handle! hashq-remove!))
          ((eq? equal? eqv?)
           (%make-table table equal? (or hash-proc hashv) hashv-get-handle hashv-create-handle! hashv-remove!))
          ((or (eq? equal? (@ (guile) equal?)) (eq? equal? string=?))
           (%make-table table equal? (or hash-proc hash) hash-get-handle hash-create-handle! hash-remove!))
          (else
           (let ((hash-proc (or hash-proc (if (eq? equal? string-ci=?) string-hash-ci hash)))
                 (assoc* (lambda (key alist) (find (lambda (entry) (equal? (car entry) key)) alist))))
             (%make-table table equal? hash-proc
                          (lambda (table key) (hashx-get-handle hash-proc assoc* table key))
                          (lambda (table key init) (hashx-create-handle! hash-proc assoc* table key init))
                          (lambda (table key) (hashx-remove! hash-proc assoc* table key))))))))

(define (handles table)
  (hash-map->list cons (inner table)))

(define* (alist->hash-table alist #:optional (equal? equal?) hash-proc #:rest args)
  "Return a hash table with the entries of ALIST."
  (let ((table (make-hash-table equal? hash-proc)))
    (for-each (lambda (entry)
                (hash-table-set! table (car entry) (cdr entry)))
              (reverse alist))
    table))

(define* (hash-table-ref table key #:optional thunk)
  "Return the value of KEY in TABLE, or what THUNK gives."
  (let ((handle (handle-of table key)))
    (cond (handle (cdr handle))
          (thunk (thunk))
          (else (error "hash-table-ref: no value for key" key)))))

(define (hash-table-ref/default table key default)
  "Return the value of KEY in TABLE, or DEFAULT."
  (let ((handle (handle-of table key)))
    (if handle (cdr handle) default)))

(define (hash-table-set! table key value)
  "Bind KEY to VALUE in TABLE."
  (set-cdr! ((create-handle-of table) (inner table) key value) value))

(define (hash-table-delete! table key)
  "Remove KEY from TABLE."
  ((remove-of table) (inner table) key))

(define (hash-table-exists? table key)
  "Return #t when TABLE has KEY."
  (and (handle-of table key) #t))

(define* (hash-table-update! table key modifier #:optional thunk)
  "Replace the value of KEY in TABLE, or what THUNK gives, by the result of MODIFIER on it."
  (hash-table-set! table key (modifier (hash-table-ref table key thunk))))

(define (hash-table-update!/default table key modifier default)
  "Replace the value of KEY in TABLE, or DEFAULT, by the result of MODIFIER on it."
  (hash-table-update! table key modifier (lambda () default)))

(define (hash-table-size table) "Return the number of entries of TABLE." (length (handles table)))
(define (hash-table-keys table) "Return the keys of TABLE." (map car (handles table)))
(define (hash-table-values table) "Return the values of TABLE." (map cdr (handles table)))
(define (hash-table-walk table proc)
  "Call PROC on the key and value of every entry of TABLE."
  (for-each (lambda (entry) (proc (car entry) (cdr entry))) (handles table)))
(define (hash-table-fold table proc init)
  "Fold PROC, called with key, value and result, over the entries of TABLE."
  (fold (lambda (entry result) (proc (car entry) (cdr entry) result)) init (handles table)))
(define (hash-table->alist table)
  "Return the entries of TABLE as an association list."
  (map (lambda (entry) (cons (car entry) (cdr entry))) (handles table)))
(define* (hash-table-copy table #:rest args)
  "Return a copy of TABLE."
  (alist->hash-table (hash-table->alist table)
                     (hash-table-equivalence-function table)
                     (hash-table-hash-function table)))
(define (hash-table-merge! table other)
  "Add the entries of OTHER whose keys TABLE lacks to it."
  (hash-table-walk other (lambda (key value)
                           (if (not (hash-table-exists? table key))
                               (hash-table-set! table key value))))
  table)
