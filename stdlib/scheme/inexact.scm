;;; Commentary:
;;;
;;; (scheme inexact) of R7RS: inexact arithmetic.
;;;
;;; Code:

(define-module (scheme inexact)
  #:use-module ((scheme base) #:select (exact inexact))
  #:re-export (exact inexact acos asin atan cos exp sin sqrt tan)
  #:replace (log finite? infinite? nan?))

(define log
  (case-lambda
    "Return the natural logarithm of Z, or the one to base BASE."
    ((z) ((@ (guile) log) z))
    ((z base) (/ ((@ (guile) log) z) ((@ (guile) log) base)))))
(define (of-parts? test? z)
  (if (real? z)
      (test? z)
      (or (test? (real-part z)) (test? (imag-part z)))))
(define (finite? z)
  "Return #t when Z is finite."
  (if (real? z)
      ((@ (guile) finite?) z)
      (and ((@ (guile) finite?) (real-part z)) ((@ (guile) finite?) (imag-part z)))))
(define (infinite? z) "Return #t when Z is infinite." (of-parts? inf? z))
(define (nan? z) "Return #t when Z is not a number." (of-parts? (@ (guile) nan?) z))
