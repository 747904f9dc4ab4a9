;;; Commentary:
;;;
;;; (scheme cxr) of R7RS: compositions of car and cdr.
;;;
;;; Code:

(define-module (scheme cxr)
  #:re-export (caaar caaaar caaadr caadr caadar caaddr cadar cadaar cadadr caddr caddar cadddr cdaar cdaaar cdaadr cdadr cdadar cdaddr cddar cddaar cddadr cdddr cdddar cddddr))
