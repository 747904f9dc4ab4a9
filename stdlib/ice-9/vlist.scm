;;; Commentary:
;;;
;;; Vlists, lists with fast access by position, and vhashes, persistent hash lists.
;;; A vlist here is a chain of records that know their length. The links of a vhash share a
;;; mutable index from hashes to associations; a link sees the ones of its own position and
;;; below, and a vhash that is extended a second time begins an index of its own on top.
;;;
;;; Code:

(define-module (ice-9 vlist)
  #:use-module (srfi srfi-1)
  #:export (vlist? vlist-cons vlist-head vlist-tail vlist-null? vlist-null list->vlist
            vlist-ref vlist-drop vlist-take vlist-length vlist-fold vlist-fold-right
            vlist-map vlist-unfold vlist-unfold-right vlist-append vlist-reverse
            vlist-filter vlist-delete vlist->list vlist-for-each
            vhash? vhash-cons vhash-consq vhash-consv vhash-assoc vhash-assq vhash-assv
            vhash-delete vhash-delq vhash-delv vhash-fold vhash-fold-right
            vhash-fold* vhash-foldq* vhash-foldv* alist->vhash block-growth-factor))

;; Of Guile's vlists, which are chains of blocks; here it has no effect.
(define block-growth-factor (make-fluid 2))

(define <vlist> (make-record-type 'vlist '(length head tail index)))
(define make-vlist (record-constructor <vlist>))
(define vlist? (record-predicate <vlist>))
(define vlist-length (record-accessor <vlist> 'length))
(define %head (record-accessor <vlist> 'head))
(define %tail (record-accessor <vlist> 'tail))
;; #f for a plain vlist, an index for a vhash.
(define %index (record-accessor <vlist> 'index))

(define vlist-null (make-vlist 0 #f #f #f))

(define (vlist-null? vlist)
  "Return #t when VLIST is empty."
  (eqv? 0 (vlist-length vlist)))

(define (vlist-cons item vlist)
  "Return VLIST with ITEM in front."
  (make-vlist (+ 1 (vlist-length vlist)) item vlist #f))

(define (vlist-head vlist)
  "Return the first element of VLIST."
  (if (vlist-null? vlist)
      (scm-error 'wrong-type-arg "vlist-head" "Wrong type argument in position ~A: ~S" (list 1 vlist) (list vlist))
      (%head vlist)))

(define (vlist-tail vlist)
  "Return VLIST without its first element."
  (if (vlist-null? vlist)
      (scm-error 'wrong-type-arg "vlist-tail" "Wrong type argument in position ~A: ~S" (list 1 vlist) (list vlist))
      (%tail vlist)))

(define (list->vlist list)
  "Return a vlist of the elements of LIST."
  (fold-right vlist-cons vlist-null list))

(define (vlist-ref vlist index)
  "Return element INDEX of VLIST."
  (if (and (exact-integer? index) (< -1 index (vlist-length vlist)))
      (%head (vlist-drop vlist index))
      (scm-error 'out-of-range "vlist-ref" "Argument ~A out of range: ~S" (list 2 index) (list index))))

(define (vlist-drop vlist count)
  "Return VLIST without its first COUNT elements."
  (let loop ((vlist vlist) (count count))
    (if (zero? count) vlist (loop (vlist-tail vlist) (- count 1)))))

(define (vlist-take vlist count)
  "Return the first COUNT elements of VLIST."
  (let loop ((vlist vlist) (count count) (taken '()))
    (if (zero? count)
        (fold vlist-cons vlist-null taken)
        (loop (vlist-tail vlist) (- count 1) (cons (vlist-head vlist) taken)))))

(define (vlist-fold proc init vlist)
  "Fold PROC over the elements of VLIST from the left."
  (let loop ((vlist vlist) (result init))
    (if (vlist-null? vlist)
        result
        (loop (%tail vlist) (proc (%head vlist) result)))))

(define (vlist-fold-right proc init vlist)
  "Fold PROC over the elements of VLIST from the right."
  (fold proc init (vlist-fold cons '() vlist)))

(define (vlist->list vlist)
  "Return the elements of VLIST as a list."
  (reverse! (vlist-fold cons '() vlist)))

(define (vlist-reverse vlist)
  "Return VLIST backwards."
  (vlist-fold vlist-cons vlist-null vlist))

(define (vlist-map proc vlist)
  "Return the vlist of the results of PROC on the elements of VLIST."
  (list->vlist (map proc (vlist->list vlist))))

(define (vlist-for-each proc vlist)
  "Call PROC on the elements of VLIST."
  (vlist-fold (lambda (item result) (proc item) result) *unspecified* vlist))

(define (vlist-append . vlists)
  "Return the concatenation of VLISTS."
  (if (null? vlists)
      vlist-null
      (fold-right (lambda (vlist result) (vlist-fold-right vlist-cons result vlist)) vlist-null vlists)))

(define (vlist-filter pred vlist)
  "Return the elements of VLIST that satisfy PRED."
  (vlist-fold-right (lambda (item result) (if (pred item) (vlist-cons item result) result)) vlist-null vlist))

(define* (vlist-delete x vlist #:optional (equal? equal?))
  "Return VLIST without the elements EQUAL? to X."
  (vlist-filter (lambda (item) (not (equal? item x))) vlist))

(define* (vlist-unfold p f g seed #:optional (tail-gen (lambda (x) vlist-null)))
  "Return the vlist of (F SEED) for the seeds until P."
  (list->vlist (unfold p f g seed (lambda (x) (vlist->list (tail-gen x))))))

(define* (vlist-unfold-right p f g seed #:optional (tail vlist-null))
  "Return the vlist of (F SEED) for the seeds until P, the last first."
  (let loop ((seed seed) (result tail))
    (if (p seed) result (loop (g seed) (vlist-cons (f seed) result)))))

;; An index: the length of the newest vhash that it serves, a table from hashes to lists of
;; (position . association), the newest first, and the vhash that it was begun on.
(define <index> (make-record-type 'vhash-index '(top table base)))
(define make-index (record-constructor <index>))
(define index-top (record-accessor <index> 'top))
(define set-index-top! (record-modifier <index> 'top))
(define index-table (record-accessor <index> 'table))
(define index-base (record-accessor <index> 'base))

(define (index-add! index code position entry)
  (set-index-top! index position)
  (let ((handle (hashv-create-handle! (index-table index) code '())))
    (set-cdr! handle (cons (cons position entry) (cdr handle)))))

;; The first association of KEY that VHASH sees, or #f.
(define (index-find key equal? code vhash)
  (let base-loop ((vhash vhash))
    (let ((index (index-of vhash)))
      (and index
           (let ((position (vlist-length vhash)))
             (let loop ((items (hashv-ref (index-table index) code '())))
               (if (pair? items)
                   (let ((item (car items)))
                     (if (and (<= (car item) position) (equal? key (cadr item)))
                         (cdr item)
                         (loop (cdr items))))
                   (base-loop (index-base index)))))))))

(define hash-size 268435399)

(define (vhash? x)
  "Return #t when X is a vhash."
  (and (vlist? x) (or (vlist-null? x) (and (%index x) #t))))

(define (index-of vhash)
  (and (not (vlist-null? vhash)) (%index vhash)))

(define* (vhash-cons key value vhash #:optional (hash hash))
  "Return VHASH with KEY associated with VALUE."
  (let* ((entry (cons key value))
         (code (hash key hash-size))
         (length (vlist-length vhash))
         (own (index-of vhash))
         (index (if (and own (eqv? (index-top own) length))
                    own
                    (make-index length (make-hash-table) vhash))))
    (index-add! index code (+ 1 length) entry)
    (make-vlist (+ 1 length) entry vhash index)))
(define (vhash-consq key value vhash)
  "Return VHASH with KEY associated with VALUE by eq?."
  (vhash-cons key value vhash hashq))
(define (vhash-consv key value vhash)
  "Return VHASH with KEY associated with VALUE by eqv?."
  (vhash-cons key value vhash hashv))

(define* (vhash-assoc key vhash #:optional (equal? equal?) (hash hash))
  "Return the first association of KEY in VHASH, or #f."
  (index-find key equal? (hash key hash-size) vhash))
(define (vhash-assq key vhash)
  "Return the first association of KEY in VHASH by eq?, or #f."
  (vhash-assoc key vhash eq? hashq))
(define (vhash-assv key vhash)
  "Return the first association of KEY in VHASH by eqv?, or #f."
  (vhash-assoc key vhash eqv? hashv))

(define* (vhash-delete key vhash #:optional (equal? equal?) (hash hash))
  "Return VHASH without the associations of KEY."
  (if (vhash-assoc key vhash equal? hash)
      (vlist-fold (lambda (entry result)
                    (if (equal? (car entry) key)
                        result
                        (vhash-cons (car entry) (cdr entry) result hash)))
                  vlist-null
                  (vlist-reverse vhash))
      vhash))
(define (vhash-delq key vhash)
  "Return VHASH without the associations of KEY by eq?."
  (vhash-delete key vhash eq? hashq))
(define (vhash-delv key vhash)
  "Return VHASH without the associations of KEY by eqv?."
  (vhash-delete key vhash eqv? hashv))

(define (vhash-fold proc init vhash)
  "Fold PROC, called with key, value and result, over VHASH from the newest."
  (vlist-fold (lambda (entry result) (proc (car entry) (cdr entry) result)) init vhash))
(define (vhash-fold-right proc init vhash)
  "Fold PROC, called with key, value and result, over VHASH from the oldest."
  (vlist-fold-right (lambda (entry result) (proc (car entry) (cdr entry) result)) init vhash))

(define* (vhash-fold* proc init key vhash #:optional (equal? equal?) (hash hash))
  "Fold PROC, called with value and result, over the associations of KEY in VHASH."
  (let ((code (hash key hash-size)))
    (let base-loop ((vhash vhash) (result init))
      (let ((index (index-of vhash)))
        (if index
            (let ((position (vlist-length vhash)))
              (let loop ((items (hashv-ref (index-table index) code '())) (result result))
                (if (pair? items)
                    (let ((item (car items)))
                      (loop (cdr items)
                            (if (and (<= (car item) position) (equal? key (cadr item)))
                                (proc (cddr item) result)
                                result)))
                    (base-loop (index-base index) result))))
            result)))))
(define (vhash-foldq* proc init key vhash)
  "Fold PROC over the associations of KEY in VHASH by eq?."
  (vhash-fold* proc init key vhash eq? hashq))
(define (vhash-foldv* proc init key vhash)
  "Fold PROC over the associations of KEY in VHASH by eqv?."
  (vhash-fold* proc init key vhash eqv? hashv))

(define* (alist->vhash alist #:optional (hash hash))
  "Return a vhash of the entries of ALIST."
  (fold-right (lambda (entry result) (vhash-cons (car entry) (cdr entry) result hash)) vlist-null alist))
