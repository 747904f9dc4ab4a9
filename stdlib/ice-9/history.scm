;;; Commentary:
;;;
;;; The values the prompt has printed, as $1, $2, …
;;;
;;; Code:

(define-module (ice-9 history)
  #:export (value-history-enabled? enable-value-history! disable-value-history! clear-value-history!))

(define enabled? #t)
(define (value-history-enabled?) "Return #t when values are kept." enabled?)
(define (enable-value-history!) "Keep values from now on." (set! enabled? #t))
(define (disable-value-history!) "Keep no more values." (set! enabled? #f))
(define (clear-value-history!)
  "Forget the values kept."
  (let ((history (resolve-module '(value-history))))
    (for-each (lambda (name) (module-remove! history name))
              (module-map (lambda (name variable) name) history))))
