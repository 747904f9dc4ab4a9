;;; Commentary:
;;;
;;; (scheme complex) of R7RS: complex numbers.
;;;
;;; Code:

(define-module (scheme complex)
  #:re-export (angle imag-part magnitude make-polar make-rectangular real-part))
