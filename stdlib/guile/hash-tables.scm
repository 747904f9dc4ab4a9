;;; Hash tables: what calls procedures.

(define (hash-fold proc init table)
  "Fold PROC, called with key, value and result, over the entries of TABLE."
  (let loop ((handles (%hash-table-handles table)) (result init))
    (if (null? handles)
        result
        (loop (cdr handles) (proc (caar handles) (cdar handles) result)))))

(define (hash-for-each proc table)
  "Call PROC on the key and value of every entry of TABLE."
  (for-each (lambda (handle) (proc (car handle) (cdr handle)))
            (%hash-table-handles table)))

(define (hash-for-each-handle proc table)
  "Call PROC on every entry of TABLE, a pair."
  (for-each proc (%hash-table-handles table)))

(define (hash-map->list proc table)
  "Return the list of the results of PROC on the key and value of every entry of TABLE."
  (map (lambda (handle) (proc (car handle) (cdr handle)))
       (%hash-table-handles table)))

(define* (hash-count pred table #:optional (unused #f))
  "Return how many entries of TABLE satisfy PRED, called with key and value."
  (hash-fold (lambda (key value n) (if (pred key value) (+ n 1) n)) 0 table))

;; What hashx- operations find by a hash of their own is kept beside the table: lists of its entries by that hash.

(define hashx-entries (make-weak-key-hash-table))
(define (hashx-bucket table number)
  (let ((buckets (hashq-ref hashx-entries table #f)))
    (if buckets (hashq-ref buckets number '()) '())))
(define (set-hashx-bucket! table number entries)
  (let ((buckets (or (hashq-ref hashx-entries table #f)
                     (let ((made (make-hash-table)))
                       (hashq-set! hashx-entries table made)
                       made))))
    (hashq-set! buckets number entries)))

(define (hashx-get-handle hash assoc table key)
  "Return the entry of KEY in TABLE under HASH and ASSOC, or #f."
  (let ((handle (assoc key (hashx-bucket table (hash key 536870911)))))
    ;; It may have been removed by its key alone.
    (and handle
         (or (eq? handle (hash-get-handle table (car handle)))
             (eq? handle (hashq-get-handle table (car handle))))
         handle)))

(define* (hashx-ref hash assoc table key #:optional (default #f))
  "Return the value of KEY in TABLE under HASH and ASSOC, or DEFAULT."
  (let ((handle (hashx-get-handle hash assoc table key)))
    (if handle (cdr handle) default)))

(define (hashx-create-handle! hash assoc table key init)
  "Return the entry of KEY in TABLE under HASH and ASSOC, made with INIT when missing."
  (or (hashx-get-handle hash assoc table key)
      (let* ((handle (if (hash-get-handle table key)
                         (hashq-create-handle! table key init)
                         (hash-create-handle! table key init)))
             (number (hash key 536870911)))
        (set-hashx-bucket! table number (cons handle (hashx-bucket table number)))
        handle)))

(define (hashx-set! hash assoc table key value)
  "Bind KEY to VALUE in TABLE under HASH and ASSOC."
  (set-cdr! (hashx-create-handle! hash assoc table key value) value)
  value)

(define (hashx-remove! hash assoc table key)
  "Remove the entry of KEY from TABLE under HASH and ASSOC."
  (let ((handle (hashx-get-handle hash assoc table key))
        (number (hash key 536870911)))
    (if handle
        (begin
          (set-hashx-bucket! table number (delq handle (hashx-bucket table number)))
          (if (eq? handle (hash-get-handle table (car handle)))
              (hash-remove! table (car handle))
              (hashq-remove! table (car handle)))))
    handle))
