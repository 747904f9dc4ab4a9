;;; Where R7RS, or hygiene, asks for more than Guile 3.0.8 gives: not compared with it.
;;; Guile lets the two hidden variables of this macro be one, since it names them after their definition's text.
(define-syntax def-getter-setter
  (lambda (x)
    (syntax-case x ()
      ((_ name)
       (with-syntax ((get (datum->syntax #'name (symbol-append 'get- (syntax->datum #'name))))
                     (set (datum->syntax #'name (symbol-append 'set- (syntax->datum #'name) '!))))
         #'(begin (define store 0) (define (get) store) (define (set v) (set! store v))))))))
(def-getter-setter alpha)
(def-getter-setter beta)
(begin (set-alpha! 1) (set-beta! 2) (list (get-alpha) (get-beta)))
(define-syntax lit-dots (syntax-rules (...) ((_ ...) 'dots) ((_ x) 'other)))
(list (lit-dots ...) (lit-dots 1))
(cond-expand ((library (srfi srfi-1)) 'yes) (else 'no))
(cond-expand ((library (no such)) 'yes) (else 'no))
(begin (def-getter-setter gamma) (def-getter-setter delta))
(begin (set-gamma! 1) (set-delta! 2) (list (get-gamma) (get-delta)))
