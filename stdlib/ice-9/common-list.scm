;;; Commentary:
;;;
;;; Operations on lists after Common Lisp.
;;;
;;; Code:

(define-module (ice-9 common-list)
  #:export (adjoin union intersection set-difference reduce-init reduce some every notany notevery
            count-if find-if member-if remove-if remove-if-not delete-if! delete-if-not! butlast and? or?
            has-duplicates? pick pick-mappings uniq))

(define (adjoin x list) "Return LIST with X in front, unless it is there." (if (memv x list) list (cons x list)))
(define (union a b) "Return the elements of A and B." (fold-left* adjoin b a))
(define (fold-left* add initial list)
  (let loop ((list list) (result initial))
    (if (null? list) result (loop (cdr list) (add (car list) result)))))
(define (intersection a b) "Return the elements of A that are in B." (filter (lambda (x) (memv x b)) a))
(define (set-difference a b) "Return the elements of A that are not in B." (filter (lambda (x) (not (memv x b))) a))
(define (reduce-init combine initial list)
  "Fold LIST from the left, beginning with INITIAL."
  (if (null? list) initial (reduce-init combine (combine initial (car list)) (cdr list))))
(define (reduce combine list)
  "Fold LIST from the left, beginning with its first element."
  (if (null? list) '() (reduce-init combine (car list) (cdr list))))
(define (some pred list . rest)
  "Return the first true value of PRED on the elements, or #f."
  (let loop ((lists (cons list rest)))
    (and (and-map pair? lists)
         (or (apply pred (map car lists)) (loop (map cdr lists))))))
(define (every pred list . rest)
  "Return #f when PRED is false of some elements, else its last value."
  (let loop ((lists (cons list rest)) (result #t))
    (if (and-map pair? lists)
        (let ((value (apply pred (map car lists))))
          (and value (loop (map cdr lists) value)))
        result)))
(define (notany pred . lists) "Return #t when PRED is false of all elements." (not (apply some pred lists)))
(define (notevery pred . lists) "Return #t when PRED is false of some element." (not (apply every pred lists)))
(define (count-if pred list) "Return how many elements of LIST satisfy PRED." (length (filter pred list)))
(define (find-if pred list) "Return the first element of LIST that satisfies PRED, or #f." (let ((tail (member-if pred list))) (and tail (car tail))))
(define (member-if pred list)
  "Return the first tail of LIST whose car satisfies PRED, or #f."
  (cond ((null? list) #f) ((pred (car list)) list) (else (member-if pred (cdr list)))))
(define (remove-if pred list) "Return LIST without what satisfies PRED." (filter (lambda (x) (not (pred x))) list))
(define (remove-if-not pred list) "Return what in LIST satisfies PRED." (filter pred list))
(define (delete-if! pred list) "Return LIST without what satisfies PRED." (remove-if pred list))
(define (delete-if-not! pred list) "Return what in LIST satisfies PRED." (filter pred list))
(define (butlast list n) "Return LIST without its last N elements." (list-head list (max 0 (- (length list) n))))
(define (and? . xs) "Return #t when no argument is #f." (and-map (lambda (x) x) xs))
(define (or? . xs) "Return the first argument that is not #f, or #f." (or-map (lambda (x) x) xs))
(define (has-duplicates? list)
  "Return #t when an element of LIST comes twice."
  (and (pair? list) (or (and (member (car list) (cdr list)) #t) (has-duplicates? (cdr list)))))
(define (pick pred list) "Return what in LIST satisfies PRED." (filter pred list))
(define (pick-mappings proc list) "Return the true values of PROC on LIST." (filter (lambda (x) x) (map proc list)))
(define (uniq list)
  "Return LIST with each element once."
  (let loop ((list list) (result '()))
    (cond ((null? list) (reverse result))
          ((memq (car list) result) (loop (cdr list) result))
          (else (loop (cdr list) (cons (car list) result))))))
