;;; R6RS: define-record-type with fields, parents and protocols.

(use-modules (rnrs records syntactic))
(define-record-type point (fields x (mutable y) (immutable z pz)))
(let ((p (make-point 1 2 3))) (point-y-set! p 9) (list (point? p) (point-x p) (point-y p) (pz p)))
(define-record-type (cpoint mkc c?) (parent point) (fields rgb) (protocol (lambda (n) (lambda (x c) ((n x 0 0) c)))))
(let ((c (mkc 7 'red))) (list (point-x c) (cpoint-rgb c) (c? c) (point? c)))
(define-record-type sealed-thing (sealed #t) (nongenerative thing-1) (fields a))
(sealed-thing-a (make-sealed-thing 4))
(let () (define-record-type a (fields x)) (let ((v (struct-vtable (make-a 1)))) (list (struct-vtable? v) (struct-ref v vtable-offset-user) (struct-ref v vtable-index-layout) (begin (struct-set! v vtable-offset-user 'b) (struct-ref v vtable-offset-user)))))
