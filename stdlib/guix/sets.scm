;;; Commentary:
;;;
;;; Immutable sets, compared with `equal?' or `eq?'.  Interface: (guix sets) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix sets)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 vlist)
  #:export (set setq set?
            set-insert set-insert* set-union set-contains?
            set->list list->set list->setq))

(define-record-type <set>
  (make-set table insert ref)
  set?
  (table set-table)                     ;vhash whose keys are the elements
  (insert set-inserter)                 ;procedure like `vhash-cons'
  (ref set-lookup))                     ;procedure like `vhash-assoc'

(define %empty-set (make-set vlist-null vhash-cons vhash-assoc))
(define %empty-setq (make-set vlist-null vhash-consq vhash-assq))

(define (set . elements)
  "Return a set containing the ELEMENTS, compared with `equal?'."
  (list->set elements))

(define (setq . elements)
  "Return a set containing the ELEMENTS, compared with `eq?'."
  (list->setq elements))

(define (list->set elements)
  "Return a set with the ELEMENTS, a list, compared with `equal?'."
  (fold set-insert %empty-set elements))

(define (list->setq elements)
  "Return a set with the ELEMENTS, a list, compared with `eq?'."
  (fold set-insert %empty-setq elements))

(define (set-contains? set value)
  "Return true if VALUE is a member of SET."
  (->bool ((set-lookup set) value (set-table set))))

(define (set-insert value set)
  "Insert VALUE into SET."
  (if (set-contains? set value)
      set
      (make-set ((set-inserter set) value #t (set-table set))
                (set-inserter set)
                (set-lookup set))))

(define (set-insert* values set)
  "Insert each of the list VALUES into SET."
  (fold set-insert set values))

(define (set-size set)
  (vlist-length (set-table set)))

(define (set-union set1 set2)
  "Return the union of SET1 and SET2, in time linear in the size of the smaller.  The sets must compare elements in the
same way."
  (unless (eq? (set-inserter set1) (set-inserter set2))
    (error "set-union: incompatible sets"))
  (if (> (set-size set1) (set-size set2))
      (fold set-insert set1 (set->list set2))
      (fold set-insert set2 (set->list set1))))

(define (set->list set)
  "Return the list of elements of SET, the last inserted first."
  ;; The order decides that of inputs in some recipes.
  (vhash-fold-right (lambda (element _ result) (cons element result)) '() (set-table set)))
