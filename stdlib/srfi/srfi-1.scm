;;; Commentary:
;;;
;;; SRFI 1, the list library.
;;;
;;; Code:

(define-module (srfi srfi-1)
  #:export (xcons list-tabulate circular-list
            proper-list? circular-list? dotted-list? not-pair? null-list? list=
            first second third fourth fifth sixth seventh eighth ninth tenth
            car+cdr take drop take-right drop-right take! drop-right!
            split-at split-at! last
            length+ concatenate concatenate! append-reverse!
            zip unzip1 unzip2 unzip3 unzip4 unzip5
            count fold fold-right pair-fold pair-fold-right reduce reduce-right
            unfold unfold-right append-map append-map! map! filter-map pair-for-each
            partition partition! remove remove!
            find find-tail take-while take-while! drop-while span span! break break!
            any every
            delete-duplicates delete-duplicates!
            alist-cons alist-copy alist-delete alist-delete!
            lset<= lset= lset-adjoin lset-union lset-intersection lset-difference lset-xor
            lset-diff+intersection lset-union! lset-intersection! lset-difference!
            lset-xor! lset-diff+intersection!)
  #:re-export (cons list cons* make-list list-copy pair? null? car cdr
               caar cadr cdar cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr
               caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
               cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr
               list-ref last-pair length append append! reverse reverse! append-reverse
               map for-each map-in-order iota
               filter filter! memq memv assq assv set-car! set-cdr!)
  #:replace (list-index member assoc delete delete!))

;; Constructors

(define (xcons d a)
  "Return (A . D)."
  (cons a d))

(define (list-tabulate n proc)
  "Return the list of (PROC 0) ... (PROC (- N 1))."
  (if (negative? n)
      (scm-error 'wrong-type-arg "list-tabulate" "Wrong type argument: ~S" (list n) '()))
  (let loop ((i (- n 1)) (result '()))
    (if (< i 0)
        result
        (loop (- i 1) (cons (proc i) result)))))

(define (circular-list . elements)
  "Return a circular list of ELEMENTS."
  (set-cdr! (last-pair elements) elements)
  elements)

;; Predicates

(define proper-list? list?)

(define (circular-list? x)
  "Return #t when X is a circular list."
  (let loop ((slow x) (fast x))
    (and (pair? fast)
         (let ((fast (cdr fast)))
           (and (pair? fast)
                (let ((fast (cdr fast)) (slow (cdr slow)))
                  (or (eq? fast slow) (loop slow fast))))))))

(define (dotted-list? x)
  "Return #t when X ends in something else than the empty list."
  (let loop ((slow x) (fast x))
    (if (pair? fast)
        (let ((fast (cdr fast)))
          (if (pair? fast)
              (let ((fast (cdr fast)) (slow (cdr slow)))
                (and (not (eq? fast slow)) (loop slow fast)))
              (not (null? fast))))
        (not (null? fast)))))

(define (not-pair? x)
  "Return #t when X is no pair."
  (not (pair? x)))

(define (null-list? l)
  "Return #t when the list L is empty."
  (cond ((null? l) #t)
        ((pair? l) #f)
        (else (scm-error 'wrong-type-arg "null-list?" "Wrong type argument in position ~A: ~S"
                         (list 1 l) (list l)))))

(define (list= elt= . lists)
  "Return #t when the LISTS have the same elements by ELT=."
  (define (same? a b)
    (cond ((eq? a b) #t)
          ((null? a) (null? b))
          ((null? b) #f)
          (else (and (elt= (car a) (car b)) (same? (cdr a) (cdr b))))))
  (or (null? lists)
      (let loop ((a (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (and (same? a (car rest))
                 (loop (car rest) (cdr rest)))))))

;; Selectors

(define first car)
(define (second x) "Return the second element of X." (cadr x))
(define (third x) "Return the third element of X." (caddr x))
(define (fourth x) "Return the fourth element of X." (cadddr x))
(define (fifth x) "Return the fifth element of X." (car (cddddr x)))
(define (sixth x) "Return the sixth element of X." (cadr (cddddr x)))
(define (seventh x) "Return the seventh element of X." (caddr (cddddr x)))
(define (eighth x) "Return the eighth element of X." (cadddr (cddddr x)))
(define (ninth x) "Return the ninth element of X." (car (cddddr (cddddr x))))
(define (tenth x) "Return the tenth element of X." (cadr (cddddr (cddddr x))))

(define (car+cdr pair)
  "Return the two parts of PAIR."
  (values (car pair) (cdr pair)))

(define (take list n)
  "Return the first N elements of LIST."
  (list-head list n))

(define (drop list n)
  "Return LIST without its first N elements."
  (list-tail list n))

(define (take-right list n)
  "Return the last N elements of LIST."
  (let loop ((lag list) (lead (drop list n)))
    (if (pair? lead)
        (loop (cdr lag) (cdr lead))
        lag)))

(define (drop-right list n)
  "Return LIST without its last N elements."
  (let loop ((lag list) (lead (drop list n)) (kept '()))
    (if (pair? lead)
        (loop (cdr lag) (cdr lead) (cons (car lag) kept))
        (reverse! kept))))

(define take! take)
(define drop-right! drop-right)

(define (split-at list n)
  "Return the first N elements of LIST, and the others."
  (values (take list n) (drop list n)))
(define split-at! split-at)

(define (last list)
  "Return the last element of LIST."
  (car (last-pair list)))

;; Miscellany

(define (length+ x)
  "Return the length of X, or #f when it is circular."
  (if (circular-list? x)
      #f
      (let loop ((x x) (n 0))
        (cond ((pair? x) (loop (cdr x) (+ n 1)))
              ((null? x) n)
              (else (scm-error 'wrong-type-arg "length+" "Wrong type argument in position ~A (expecting ~A): ~S"
                               (list 1 "proper or circular list" x) (list x)))))))

(define (concatenate lists)
  "Return the concatenation of LISTS."
  (apply append lists))
(define (concatenate! lists)
  "Return the concatenation of LISTS."
  (apply append! lists))

(define (append-reverse! head tail)
  "Return the reverse of HEAD followed by TAIL."
  (reverse! head tail))

(define (zip . lists)
  "Return the list of the lists of the first, second, ... elements of LISTS."
  (apply map list lists))
(define (unzip1 lists) "Return the first elements of LISTS." (map first lists))
(define (unzip2 lists)
  "Return the first and the second elements of LISTS."
  (values (map first lists) (map second lists)))
(define (unzip3 lists)
  "Return the first, second and third elements of LISTS."
  (values (map first lists) (map second lists) (map third lists)))
(define (unzip4 lists)
  "Return the first to fourth elements of LISTS."
  (values (map first lists) (map second lists) (map third lists) (map fourth lists)))
(define (unzip5 lists)
  "Return the first to fifth elements of LISTS."
  (values (map first lists) (map second lists) (map third lists) (map fourth lists) (map fifth lists)))

;; Several lists at once

(define (refuse-list who position x)
  (scm-error 'wrong-type-arg who "Wrong type argument in position ~A (expecting ~A): ~S"
             (list position "list" x) (list x)))
(define-syntax-rule (check-end who position rest)
  ;; Where a list has been followed until REST, which is no pair.
  (if (not (null? rest)) (refuse-list who position rest)))

(define (cars+cdrs lists)
  ;; The heads and the tails, or #f twice when some list has ended.
  (let loop ((rest lists) (cars '()) (cdrs '()))
    (cond ((null? rest) (values (reverse! cars) (reverse! cdrs)))
          ((pair? (car rest))
           (loop (cdr rest) (cons (caar rest) cars) (cons (cdar rest) cdrs)))
          ((null? (car rest)) (values #f #f))
          (else (refuse-list "list" (- (length lists) (length rest) -1) (car rest))))))

(define (count pred l1 . lists)
  "Return for how many elements PRED is true."
  (if (null? lists)
      (let loop ((rest l1) (n 0))
        (if (pair? rest)
            (loop (cdr rest) (if (pred (car rest)) (+ n 1) n))
            (begin (check-end "count" 2 rest) n)))
      (let loop ((ls (cons l1 lists)) (n 0))
        (call-with-values (lambda () (cars+cdrs ls))
          (lambda (cars cdrs)
            (if cars
                (loop cdrs (if (apply pred cars) (+ n 1) n))
                n))))))

;; Folds

(define fold
  (case-lambda
    "Fold KONS over the elements of the lists from the left."
    ((kons knil list)
     (let loop ((rest list) (result knil))
       (if (pair? rest)
           (loop (cdr rest) (kons (car rest) result))
           (begin (check-end "fold" 3 rest) result))))
    ((kons knil l1 l2)
     (let loop ((a l1) (b l2) (result knil))
       (if (and (pair? a) (pair? b))
           (loop (cdr a) (cdr b) (kons (car a) (car b) result))
           (begin
             (if (not (pair? a)) (check-end "fold" 3 a))
             (if (not (pair? b)) (check-end "fold" 4 b))
             result))))
    ((kons knil l1 . lists)
     (let loop ((ls (cons l1 lists)) (result knil))
       (call-with-values (lambda () (cars+cdrs ls))
         (lambda (cars cdrs)
           (if cars
               (loop cdrs (apply kons (append cars (list result))))
               result)))))))

(define (fold-right kons knil list . lists)
  "Fold KONS over the elements of the lists from the right."
  (if (null? lists)
      (let loop ((rest (reverse list)) (result knil))
        (if (pair? rest)
            (loop (cdr rest) (kons (car rest) result))
            result))
      ;; Only the common length counts.
      (let* ((lists (cons list lists))
             (n (apply min (filter identity (map length+ lists))))
             (rows (reverse (apply map (@ (guile) list) (map (lambda (l) (take l n)) lists)))))
        (let loop ((rows rows) (result knil))
          (if (pair? rows)
              (loop (cdr rows) (apply kons (append (car rows) ((@ (guile) list) result))))
              result)))))

(define (pair-fold kons knil list . lists)
  "Fold KONS over the pairs of the lists from the left."
  (if (null? lists)
      (let loop ((rest list) (result knil))
        (if (pair? rest)
            (let ((next (cdr rest)))
              (loop next (kons rest result)))
            result))
      (let loop ((ls (cons list lists)) (result knil))
        (if (every pair? ls)
            (let ((next (map cdr ls)))
              (loop next (apply kons (append ls ((@ (guile) list) result)))))
            result))))

(define (pair-fold-right kons knil list . lists)
  "Fold KONS over the pairs of the lists from the right."
  (if (null? lists)
      (let loop ((rest list) (pairs '()))
        (if (pair? rest)
            (loop (cdr rest) (cons rest pairs))
            (fold kons knil pairs)))
      (let loop ((ls (cons list lists)))
        (if (every pair? ls)
            (apply kons (append ls ((@ (guile) list) (loop (map cdr ls)))))
            knil))))

(define (reduce f ridentity list)
  "Fold F over the elements of LIST, from its first."
  (if (null? list)
      ridentity
      (fold f (car list) (cdr list))))

(define (reduce-right f ridentity list)
  "Fold F over the elements of LIST from the right, from its last."
  (if (null? list)
      ridentity
      (let ((reversed (reverse list)))
        (fold f (car reversed) (cdr reversed)))))

(define* (unfold stop? mapper successor seed #:optional (tail-gen (lambda (x) '())))
  "Return the list of (MAPPER SEED) for the seeds until STOP?, then (TAIL-GEN SEED)."
  (let loop ((seed seed) (result '()))
    (if (stop? seed)
        (append-reverse! result (tail-gen seed))
        (loop (successor seed) (cons (mapper seed) result)))))

(define* (unfold-right stop? mapper successor seed #:optional (tail '()))
  "Return the list of (MAPPER SEED) for the seeds until STOP?, the last first."
  (let loop ((seed seed) (result tail))
    (if (stop? seed)
        result
        (loop (successor seed) (cons (mapper seed) result)))))

;; Maps


(define (append-map f l1 . lists)
  "Return the concatenation of the results of F."
  (concatenate (apply map f l1 lists)))
(define append-map! append-map)
(define (map! f l1 . lists)
  "Return the results of F on the elements of the lists."
  (apply map f l1 lists))

(define (filter-map f l1 . lists)
  "Return the true results of F."
  (if (null? lists)
      (let loop ((rest l1) (results '()))
        (if (pair? rest)
            (let ((result (f (car rest))))
              (loop (cdr rest) (if result (cons result results) results)))
            (begin (check-end "filter-map" 2 rest) (reverse! results))))
      (let loop ((ls (cons l1 lists)) (results '()))
        (call-with-values (lambda () (cars+cdrs ls))
          (lambda (cars cdrs)
            (if cars
                (let ((result (apply f cars)))
                  (loop cdrs (if result (cons result results) results)))
                (reverse! results)))))))

(define (pair-for-each f l1 . lists)
  "Call F on the pairs of the lists in order."
  (if (null? lists)
      (let loop ((rest l1))
        (if (pair? rest)
            (let ((next (cdr rest)))
              (f rest)
              (loop next))))
      (let loop ((ls (cons l1 lists)))
        (if (every pair? ls)
            (let ((next (map cdr ls)))
              (apply f ls)
              (loop next))))))

;; Filtering

(define (partition pred list)
  "Return the elements of LIST that satisfy PRED, and the others."
  (let loop ((rest list) (in '()) (out '()))
    (if (pair? rest)
        (if (pred (car rest))
            (loop (cdr rest) (cons (car rest) in) out)
            (loop (cdr rest) in (cons (car rest) out)))
        (begin
          (check-end "partition" 2 rest)
          (values (reverse! in) (reverse! out))))))
(define partition! partition)

(define (remove pred list)
  "Return the elements of LIST that do not satisfy PRED."
  (filter (lambda (x) (not (pred x))) list))
(define remove! remove)

;; Searching

(define (find pred list)
  "Return the first element of LIST that satisfies PRED, or #f."
  (let loop ((rest list))
    (if (pair? rest)
        (if (pred (car rest))
            (car rest)
            (loop (cdr rest)))
        (begin (check-end "find" 2 rest) #f))))

(define (find-tail pred list)
  "Return the first pair of LIST whose car satisfies PRED, or #f."
  (let loop ((rest list))
    (if (pair? rest)
        (if (pred (car rest))
            rest
            (loop (cdr rest)))
        (begin (check-end "find-tail" 2 rest) #f))))

(define (take-while pred list)
  "Return the longest start of LIST whose elements satisfy PRED."
  (let loop ((rest list) (taken '()))
    (if (and (pair? rest) (pred (car rest)))
        (loop (cdr rest) (cons (car rest) taken))
        (reverse! taken))))
(define take-while! take-while)

(define (drop-while pred list)
  "Return LIST without its longest start whose elements satisfy PRED."
  (let loop ((rest list))
    (if (and (pair? rest) (pred (car rest)))
        (loop (cdr rest))
        rest)))

(define (span pred list)
  "Return the longest start of LIST whose elements satisfy PRED, and the rest."
  (let loop ((rest list) (taken '()))
    (if (and (pair? rest) (pred (car rest)))
        (loop (cdr rest) (cons (car rest) taken))
        (values (reverse! taken) rest))))
(define span! span)

(define (break pred list)
  "Return the longest start of LIST whose elements do not satisfy PRED, and the rest."
  (span (lambda (x) (not (pred x))) list))
(define break! break)

(define (any pred l1 . lists)
  "Return the first true value of PRED on the elements of the lists, or #f."
  (if (null? lists)
      (let loop ((rest l1))
        (if (pair? rest)
            (if (null? (cdr rest))
                (pred (car rest))
                (or (pred (car rest))
                    (loop (cdr rest))))
            (begin (check-end "any" 2 rest) #f)))
      (let loop ((ls (cons l1 lists)))
        (call-with-values (lambda () (cars+cdrs ls))
          (lambda (cars cdrs)
            (and cars
                 (or (apply pred cars)
                     (loop cdrs))))))))

(define (every pred l1 . lists)
  "Return #f as soon as PRED is, else its last value."
  (if (null? lists)
      (let loop ((rest l1))
        (cond ((not (pair? rest)) (check-end "every" 2 rest) #t)
              ((null? (cdr rest)) (pred (car rest)))
              (else (and (pred (car rest)) (loop (cdr rest))))))
      (let loop ((ls (cons l1 lists)) (result #t))
        (call-with-values (lambda () (cars+cdrs ls))
          (lambda (cars cdrs)
            (if cars
                (let ((result (apply pred cars)))
                  (and result (loop cdrs result)))
                result))))))

(define (list-index pred l1 . lists)
  "Return the position of the first elements that satisfy PRED, or #f."
  (if (null? lists)
      (let loop ((rest l1) (i 0))
        (if (pair? rest)
            (if (pred (car rest)) i (loop (cdr rest) (+ i 1)))
            (begin (check-end "list-index" 2 rest) #f)))
      (let loop ((ls (cons l1 lists)) (i 0))
        (call-with-values (lambda () (cars+cdrs ls))
          (lambda (cars cdrs)
            (and cars
                 (if (apply pred cars) i (loop cdrs (+ i 1)))))))))

(define* (member x list #:optional (= equal?))
  "Return the first tail of LIST that starts with an element = to X, or #f."
  (if (eq? = equal?)
      ((@ (guile) member) x list)
      (let loop ((rest list))
        (and (pair? rest)
             (if (= x (car rest)) rest (loop (cdr rest)))))))

;; Deletion and association lists

(define* (delete x list #:optional (= equal?))
  "Return LIST without the elements = to X."
  (if (eq? = equal?)
      ((@ (guile) delete) x list)
      (remove (lambda (y) (= x y)) list)))
(define delete! delete)

(define* (delete-duplicates list #:optional (= equal?))
  "Return LIST with only the first of its = elements."
  (cond ((or (eq? = equal?) (eq? = eq?) (eq? = eqv?) (eq? = string=?))
         ;; A hash table keeps this linear.
         (let ((seen (make-hash-table))
               (ref (if (eq? = eq?) hashq-ref (if (eq? = eqv?) hashv-ref hash-ref)))
               (set (if (eq? = eq?) hashq-set! (if (eq? = eqv?) hashv-set! hash-set!))))
           (let loop ((rest list) (kept '()))
             (if (pair? rest)
                 (let ((x (car rest)))
                   (if (ref seen x #f)
                       (loop (cdr rest) kept)
                       (begin
                         (set seen x #t)
                         (loop (cdr rest) (cons x kept)))))
                 (reverse! kept)))))
        (else
         (let loop ((rest list) (kept '()))
           (if (pair? rest)
               (loop (cdr rest)
                     (if (any (lambda (x) (= x (car rest))) kept)
                         kept
                         (cons (car rest) kept)))
               (reverse! kept))))))
(define delete-duplicates! delete-duplicates)

(define* (assoc key alist #:optional (= equal?))
  "Return the first entry of ALIST whose key is = to KEY, or #f."
  (if (eq? = equal?)
      ((@ (guile) assoc) key alist)
      (find (lambda (entry) (= key (car entry))) alist)))

(define (alist-cons key value alist)
  "Return ALIST with (KEY . VALUE) in front."
  (cons (cons key value) alist))

(define (alist-copy alist)
  "Return a copy of ALIST and its entries."
  (map (lambda (entry) (cons (car entry) (cdr entry))) alist))

(define* (alist-delete key alist #:optional (= equal?))
  "Return ALIST without the entries whose key is = to KEY."
  (remove (lambda (entry) (= key (car entry))) alist))
(define alist-delete! alist-delete)

;; Lists as sets

(define (lset<= = . lists)
  "Return #t when each list is a subset of the next."
  (or (null? lists)
      (let loop ((a (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (and (or (eq? a (car rest))
                     (every (lambda (x) (member x (car rest) =)) a))
                 (loop (car rest) (cdr rest)))))))

(define (lset= = . lists)
  "Return #t when all lists have the same elements."
  (or (null? lists)
      (let loop ((a (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (let ((b (car rest)))
              (and (or (eq? a b)
                       (and (every (lambda (x) (member x b =)) a)
                            (every (lambda (x) (member x a (lambda (p q) (= q p)))) b)))
                   (loop b (cdr rest))))))))

(define (lset-adjoin = list . elements)
  "Return LIST with those ELEMENTS it lacks in front."
  (fold (lambda (x result)
          (if (member x result (lambda (p q) (= q p)))
              result
              (cons x result)))
        list elements))

(define (lset-union = . lists)
  "Return the union of the lists."
  (reduce (lambda (l result)
            (cond ((null? l) result)
                  ((null? result) l)
                  ((eq? l result) result)
                  (else
                   (fold (lambda (x result)
                           (if (among? x result =)
                               result
                               (cons x result)))
                         result l))))
          '() lists))

(define (among? x list =)
  ;; The common equalities have procedures that search.
  (cond ((eq? = eq?) (memq x list))
        ((eq? = eqv?) (memv x list))
        ((eq? = equal?) (member x list))
        (else
         (let loop ((rest list))
           (and (pair? rest)
                (or (= (car rest) x) (loop (cdr rest))))))))

(define (lset-intersection = l1 . lists)
  "Return the elements of L1 that are in all lists."
  (filter (lambda (x) (every (lambda (l) (member x l =)) lists)) l1))

(define (lset-difference = l1 . lists)
  "Return the elements of L1 that are in no other list."
  (if (not (procedure? =))
      (scm-error 'wrong-type-arg "lset-difference" "Wrong type argument: ~S" (list =) '()))
  (filter (lambda (x) (every (lambda (l) (not (member x l =))) lists)) l1))

(define (lset-xor = . lists)
  "Return the elements that are in an odd number of lists."
  (reduce (lambda (b a)
            (append (filter (lambda (x) (not (member x a =))) b)
                    (filter (lambda (x) (not (member x b =))) a)))
          '() lists))

(define (lset-diff+intersection = l1 . lists)
  "Return the elements of L1 in no other list, and those in some."
  (partition (lambda (x) (every (lambda (l) (not (member x l =))) lists)) l1))

(define lset-union! lset-union)
(define lset-intersection! lset-intersection)
(define lset-difference! lset-difference)
(define lset-xor! lset-xor)
(define lset-diff+intersection! lset-diff+intersection)
