;;; Commentary:
;;;
;;; (rnrs lists) of R6RS: lists.
;;;
;;; Code:

(define-module (rnrs lists)
  #:version (6)
  #:use-module (srfi srfi-1)
  #:export (for-all exists (rnrs-find . find) remp remv remq memp assp fold-left (rnrs-fold-right . fold-right))
  #:replace ((rnrs-remove . remove))
  #:re-export (filter partition memv memq assv assq cons* member assoc))

(define (for-all proc list . lists) "Return #f as soon as PROC is, else its last value." (apply every proc list lists))
(define (exists proc list . lists) "Return the first true value of PROC, or #f." (apply any proc list lists))
(define rnrs-find find)
(define rnrs-fold-right fold-right)
(define (fold-left combine nil list . lists)
  "Fold COMBINE, called with the result and the elements, from the left."
  (let loop ((lists (cons list lists)) (result nil))
    (if (any null? lists)
        result
        (loop (map cdr lists) (apply combine result (map car lists))))))
(define (remp pred list) "Return LIST without the elements that satisfy PRED." (remove pred list))
(define (rnrs-remove x list) "Return LIST without the elements equal? to X." (delete x list))
(define (remv x list) "Return LIST without the elements eqv? to X." (delete x list eqv?))
(define (remq x list) "Return LIST without the elements eq? to X." (delete x list eq?))
(define (memp pred list) "Return the first tail of LIST whose car satisfies PRED, or #f." (find-tail pred list))
(define (assp pred alist) "Return the first entry of ALIST whose key satisfies PRED, or #f." (find (lambda (entry) (pred (car entry))) alist))
