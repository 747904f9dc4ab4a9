;;; Commentary:
;;;
;;; Making what PEG parsers return simpler: joining strings, flattening lists.
;;;
;;; Code:

(define-module (ice-9 peg simplify-tree)
  #:export (keyword-flatten context-flatten string-collapse))

(define (string-collapse tree)
  "Return TREE with neighbouring strings joined, and lists of one string replaced by it."
  (cond ((not (pair? tree)) tree)
        ((not (list? tree)) tree)
        (else
         (let loop ((rest (map string-collapse tree)) (result '()))
           (cond ((null? rest)
                  (let ((items (reverse result)))
                    (if (and (pair? items) (null? (cdr items)) (string? (car items)))
                        (car items)
                        items)))
                 ((and (string? (car rest)) (pair? result) (string? (car result)))
                  (loop (cdr rest) (cons (string-append (car result) (car rest)) (cdr result))))
                 (else (loop (cdr rest) (cons (car rest) result))))))))

(define (context-flatten stop? tree)
  "Return the list of the parts of TREE, nested in lists without limit, on which STOP? is true."
  (cond ((or (not (pair? tree)) (stop? tree)) (list tree))
        (else (apply append (map (lambda (part) (context-flatten stop? part)) tree)))))

(define (keyword-flatten keywords tree)
  "Return TREE with its first element, and as a flat list the parts that begin with one of KEYWORDS."
  (cons (car tree)
        (apply append
               (map (lambda (part)
                      (context-flatten (lambda (x) (or (not (pair? x)) (memq (car x) keywords))) part))
                    (cdr tree)))))
