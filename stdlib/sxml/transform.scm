;;; Commentary:
;;;
;;; Transforming trees by stylesheets of handlers, one a tag.
;;;
;;; Code:

(define-module (sxml transform)
  #:export (SRV:send-reply foldts post-order pre-post-order replace-range))

(define (SRV:send-reply . fragments)
  "Write FRAGMENTS, lists of strings, characters, numbers and thunks; return whether there was anything."
  (let loop ((fragments fragments) (any? #f))
    (if (null? fragments)
        any?
        (let ((fragment (car fragments)))
          (cond ((not fragment) (loop (cdr fragments) any?))
                ((null? fragment) (loop (cdr fragments) any?))
                ((eq? fragment #t) (loop (cdr fragments) any?))
                ((pair? fragment)
                 (let ((inner? (apply SRV:send-reply fragment)))
                   (loop (cdr fragments) (or inner? any?))))
                ((procedure? fragment)
                 (fragment)
                 (loop (cdr fragments) #t))
                (else
                 (display fragment)
                 (loop (cdr fragments) #t)))))))

(define (pre-post-order tree bindings)
  "Return what the handlers of BINDINGS, an alist by tag, make of TREE."
  (let* ((default (assq '*default* bindings))
         (text (or (assq '*text* bindings) default))
         (text (and text (cdr text))))
    (let loop ((tree tree))
      (cond ((null? tree) '())
            ((not (pair? tree))
             (if text (text '*text* tree) tree))
            ((not (symbol? (car tree))) (map loop tree))
            (else
             (let ((binding (or (assq (car tree) bindings) default)))
               (cond ((not binding)
                      (error "Unknown binding for " (car tree) " and no default"))
                     ((not (pair? (cdr binding)))
                      (apply (cdr binding) (car tree) (map loop (cdr tree))))
                     ((eq? '*preorder* (cadr binding))
                      (apply (cddr binding) tree))
                     ((eq? '*macro* (cadr binding))
                      (loop (apply (cddr binding) tree)))
                     (else
                      ;; Handlers of its own for what is inside.
                      (apply (cddr binding) (car tree)
                             (map (lambda (kid) (pre-post-order kid (append (cadr binding) bindings)))
                                  (cdr tree)))))))))))
(define post-order pre-post-order)

(define (foldts fdown fup fhere seed tree)
  "Fold over TREE: FDOWN before the children of a node, FUP after them, FHERE at leaves."
  (cond ((null? tree) seed)
        ((not (pair? tree)) (fhere seed tree))
        (else
         (let loop ((kid-seed (fdown seed tree)) (kids (cdr tree)))
           (if (null? kids)
               (fup seed kid-seed tree)
               (loop (foldts fdown fup fhere kid-seed (car kids)) (cdr kids)))))))

(define (replace-range begin? end? forest)
  "Replace the nodes of FOREST from one for which BEGIN? returns a list up to one for which END? does."
  (define (copy forest keep?)
    ;; The new forest; KEEP? is #f inside a range.
    (cond ((null? forest) (values '() keep?))
          (else
           (let ((node (car forest)))
             (cond (keep?
                    (let ((replacement (begin? node)))
                      (if replacement
                          (call-with-values (lambda () (copy (cdr forest) #f))
                            (lambda (rest keep?) (values (append replacement rest) keep?)))
                          (if (pair? node)
                              (call-with-values (lambda () (copy (cdr node) #t))
                                (lambda (kids keep?)
                                  (call-with-values (lambda () (copy (cdr forest) keep?))
                                    (lambda (rest keep?) (values (cons (cons (car node) kids) rest) keep?)))))
                              (call-with-values (lambda () (copy (cdr forest) #t))
                                (lambda (rest keep?) (values (cons node rest) keep?)))))))
                   (else
                    (let ((replacement (end? node)))
                      (if replacement
                          (call-with-values (lambda () (copy (append replacement (cdr forest)) #t))
                            values)
                          (if (pair? node)
                              (call-with-values (lambda () (copy (cdr node) #f))
                                (lambda (kids keep?)
                                  (call-with-values (lambda () (copy (cdr forest) keep?))
                                    (lambda (rest keep?)
                                      (values (if (null? kids) rest (cons (cons (car node) kids) rest)) keep?)))))
                              (copy (cdr forest) #f)))))))))) 
  (call-with-values (lambda () (copy forest #t))
    (lambda (forest keep?) forest)))
