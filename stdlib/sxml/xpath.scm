;;; Commentary:
;;;
;;; Paths in SXML: converters of a node or nodeset to a nodeset, and their abbreviated form.
;;;
;;; Code:

(define-module (sxml xpath)
  #:use-module (ice-9 pretty-print)
  #:export (nodeset? node-typeof? node-eq? node-equal? node-pos take-until take-after map-union
            node-reverse node-trace select-kids node-self node-join node-reduce node-or node-closure node-parent
            sxpath)
  #:replace (filter))

(define (nodeset? x)
  "Return #t when X is a list of nodes, and no node."
  (or (and (pair? x) (not (symbol? (car x))))
      (null? x)))

(define (node-typeof? criterion)
  "Return a predicate of nodes of the kind CRITERION: a tag, or *, @, *text*, *any*, *PI*, *COMMENT*, ...."
  (lambda (node)
    (case criterion
      ((*) (and (pair? node) (not (memq (car node) '(@ *PI*)))))
      ((*any*) #t)
      ((*text*) (string? node))
      (else (and (pair? node) (eq? criterion (car node)))))))
(define (node-eq? other) "Return a predicate of nodes that are OTHER." (lambda (node) (eq? other node)))
(define (node-equal? other) "Return a predicate of nodes equal to OTHER." (lambda (node) (equal? other node)))

(define (node-pos n)
  "Return a converter to the node at position N, from 1, or from the end when N is negative."
  (lambda (nodeset)
    (cond ((not (nodeset? nodeset)) '())
          ((null? nodeset) nodeset)
          ((eqv? n 1) (list (car nodeset)))
          ((negative? n) ((node-pos (+ n 1 (length nodeset))) nodeset))
          ((zero? n) '())
          (else ((node-pos (- n 1)) (cdr nodeset))))))

(define (as-nodeset x) (if (nodeset? x) x (list x)))

(define (filter pred?)
  "Return a converter to the nodes for which PRED? returns neither #f nor an empty list."
  (lambda (nodes)
    (let loop ((nodes (as-nodeset nodes)) (result '()))
      (if (null? nodes)
          (reverse result)
          (let ((kept (pred? (car nodes))))
            (loop (cdr nodes) (if (and kept (not (null? kept))) (cons (car nodes) result) result)))))))
(define (take-until pred?)
  "Return a converter to the nodes before the first for which PRED? holds."
  (lambda (nodes)
    (let loop ((nodes (as-nodeset nodes)))
      (if (null? nodes)
          '()
          (let ((stop (pred? (car nodes))))
            (if (and stop (not (null? stop)))
                '()
                (cons (car nodes) (loop (cdr nodes)))))))))
(define (take-after pred?)
  "Return a converter to the nodes after the first for which PRED? holds."
  (lambda (nodes)
    (let loop ((nodes (as-nodeset nodes)))
      (if (null? nodes)
          '()
          (let ((stop (pred? (car nodes))))
            (if (and stop (not (null? stop)))
                (cdr nodes)
                (loop (cdr nodes))))))))
(define (map-union proc nodes)
  "Return the results of PROC on NODES, nodesets joined."
  (if (null? nodes)
      '()
      (let ((result (proc (car nodes))))
        (if (nodeset? result)
            (append result (map-union proc (cdr nodes)))
            (cons result (map-union proc (cdr nodes)))))))
(define (node-reverse nodes)
  "Return NODES in reverse."
  (if (nodeset? nodes) (reverse nodes) (list nodes)))
(define (node-trace title)
  "Return a converter that changes nothing and prints the nodes after TITLE."
  (lambda (nodes)
    (display "\n-->")
    (display title)
    (display " :")
    (pretty-print nodes)
    nodes))

(define (select-kids pred?)
  "Return a converter to the children for which PRED? holds."
  (define (kids node)
    (cond ((null? node) node)
          ((not (pair? node)) '())
          ((symbol? (car node)) ((filter pred?) (cdr node)))
          (else (map-union kids node))))
  kids)
(define (node-self pred?)
  "Return a converter to the nodes themselves for which PRED? holds."
  (filter pred?))
(define (node-join . selectors)
  "Return a converter that applies SELECTORS one after the other, each to every node."
  (lambda (nodes)
    (let loop ((nodes nodes) (selectors selectors))
      (cond ((null? selectors) nodes)
            (else
             (loop (if (nodeset? nodes)
                       (map-union (car selectors) nodes)
                       ((car selectors) nodes))
                   (cdr selectors)))))))
(define (node-reduce . converters)
  "Return a converter that applies CONVERTERS one after the other to whole nodesets."
  (lambda (nodes)
    (let loop ((nodes nodes) (converters converters))
      (if (null? converters)
          nodes
          (loop ((car converters) nodes) (cdr converters))))))
(define (node-or . converters)
  "Return a converter to what any of CONVERTERS finds."
  (lambda (nodes)
    (let loop ((result '()) (converters converters))
      (if (null? converters)
          result
          (loop (append result (let ((found ((car converters) nodes))) (or found '())))
                (cdr converters))))))
(define (node-closure pred?)
  "Return a converter to the descendants for which PRED? holds."
  (lambda (node)
    (let loop ((parents node) (result '()))
      (if (null? parents)
          result
          (loop ((select-kids (node-typeof? '*)) parents)
                (append result ((select-kids pred?) parents)))))))
(define (node-parent root)
  "Return a converter to the parents, below ROOT, of nodes."
  (lambda (nodes)
    (define (parent-of node)
      (let loop ((candidates (as-nodeset root)))
        (if (null? candidates)
            '()
            (let ((candidate (car candidates)))
              (cond ((memq node ((node-or (select-kids (node-typeof? '*any*))
                                          (node-reduce (select-kids (node-typeof? '@))
                                                       (select-kids (node-typeof? '*any*))))
                                 candidate))
                     (list candidate))
                    (else
                     (loop (append ((node-or (select-kids (node-typeof? '*))
                                             (select-kids (node-typeof? '@)))
                                    candidate)
                                   (cdr candidates)))))))))
    (if (nodeset? nodes) (map-union parent-of nodes) (parent-of nodes))))

(define (sxpath path)
  "Return the converter that the abbreviated PATH stands for."
  (lambda (nodeset)
    (let loop ((nodeset nodeset) (path path))
      (cond ((null? path) nodeset)
            ((nodeset? nodeset)
             ;; As SXPath has it: each node on its own.
             (map-union (sxpath path) nodeset))
            ((procedure? (car path)) (loop ((car path) nodeset) (cdr path)))
            ((eq? '// (car path))
             (loop ((if (nodeset? nodeset) append list)
                    nodeset ((node-closure (node-typeof? '*)) nodeset))
                   (cdr path)))
            ((symbol? (car path))
             (loop ((select-kids (node-typeof? (car path))) nodeset) (cdr path)))
            ((and (pair? (car path)) (eq? 'equal? (caar path)))
             (loop ((select-kids (apply node-equal? (cdar path))) nodeset) (cdr path)))
            ((and (pair? (car path)) (eq? 'eq? (caar path)))
             (loop ((select-kids (apply node-eq? (cdar path))) nodeset) (cdr path)))
            ((pair? (car path))
             ;; A step and its conditions.
             (let reduce ((nodes (if (symbol? (caar path))
                                     ((select-kids (node-typeof? (caar path))) nodeset)
                                     (loop nodeset (caar path))))
                          (conditions (cdar path)))
               (cond ((null? conditions) (loop nodes (cdr path)))
                     ((number? (car conditions))
                      (reduce ((node-pos (car conditions)) nodes) (cdr conditions)))
                     (else
                      (reduce ((filter (sxpath (car conditions))) nodes) (cdr conditions))))))
            (else (error "Invalid path step: " (car path)))))))
