;;; Commentary:
;;;
;;; Folds over trees.
;;;
;;; Code:

(define-module (sxml fold)
  #:use-module (srfi srfi-1)
  #:export (foldt foldts foldts* fold-values foldts*-values fold-layout))

(define (atom? x) (not (pair? x)))

(define (foldt fup fhere tree)
  "Fold over TREE from its leaves: FHERE at each, FUP on the list of the results below a node."
  (if (atom? tree)
      (fhere tree)
      (fup (map (lambda (kid) (foldt fup fhere kid)) tree))))

(define (foldts fdown fup fhere seed tree)
  "Fold over TREE: FDOWN before the elements of a list, FUP after them, FHERE at atoms."
  (if (atom? tree)
      (fhere seed tree)
      (fup seed
           (fold (lambda (kid kid-seed) (foldts fdown fup fhere kid-seed kid))
                 (fdown seed tree)
                 tree)
           tree)))

(define (foldts* fdown fup fhere seed tree)
  "Like foldts; FDOWN returns the seed for the children and the tree to go on with."
  (if (atom? tree)
      (fhere seed tree)
      (call-with-values (lambda () (fdown seed tree))
        (lambda (kid-seed tree)
          (let loop ((kid-seed kid-seed) (kids tree))
            (if (null? kids)
                (fup seed kid-seed tree)
                (loop (foldts* fdown fup fhere kid-seed (car kids)) (cdr kids))))))))

(define (fold-values proc list . seeds)
  "Fold PROC, which returns as many values as there are SEEDS, over LIST."
  (if (null? list)
      (apply values seeds)
      (call-with-values (lambda () (apply proc (car list) seeds))
        (lambda seeds (apply fold-values proc (cdr list) seeds)))))

(define (foldts*-values fdown fup fhere tree . seeds)
  "Like foldts* with several seeds."
  (if (atom? tree)
      (apply fhere tree seeds)
      (call-with-values (lambda () (apply fdown tree seeds))
        (lambda (tree . kid-seeds)
          (call-with-values
              (lambda ()
                (apply fold-values
                       (lambda (kid . seeds) (apply foldts*-values fdown fup fhere kid seeds))
                       tree kid-seeds))
            (lambda kid-seeds
              (apply fup tree (append seeds kid-seeds))))))))

(define (assq-ref/list alist key)
  (let ((entry (assq key alist))) (and entry (cdr entry))))

(define (fold-layout tree handlers params layout stylesheet)
  "Transform TREE by HANDLERS while computing a LAYOUT; return both."
  (define (lookup tag)
    (or (assq-ref/list handlers tag)
        (assq-ref/list handlers '*default*)
        (error "fold-layout: no handler for" tag)))
  (define (walk tree params layout)
    (cond ((string? tree)
           ((lookup '*text*) tree params layout))
          (else
           (let* ((tag (car tree))
                  (own (assq-ref/list stylesheet tag))
                  (params (if own (cons own params) params))
                  (attributes? (and (pair? (cdr tree)) (pair? (cadr tree)) (eq? (caadr tree) '@)))
                  (params (if attributes? (cons (cdadr tree) params) params))
                  (binding (lookup tag))
                  (pre (assq-ref/list binding 'pre-layout))
                  (post (assq-ref/list binding 'post))
                  (layout (if pre ((car pre) tree params layout) layout)))
             (call-with-values
                 (lambda ()
                   (let loop ((kids (if attributes? (cddr tree) (cdr tree))) (results '()) (layout layout))
                     (if (null? kids)
                         (values (reverse results) layout)
                         (call-with-values (lambda () (walk (car kids) params layout))
                           (lambda (result layout) (loop (cdr kids) (cons result results) layout))))))
               (lambda (kids kid-layout)
                 ((if (pair? post) (car post) post) tag params layout kid-layout kids)))))))
  (walk tree (list params) layout))
