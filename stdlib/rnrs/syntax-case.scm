;;; Commentary:
;;;
;;; (rnrs syntax-case) of R6RS: macros.
;;;
;;; Code:

(define-module (rnrs syntax-case)
  #:version (6)
  #:re-export (... make-variable-transformer syntax-case syntax identifier? bound-identifier=?
               free-identifier=? syntax->datum datum->syntax generate-temporaries with-syntax
               quasisyntax unsyntax unsyntax-splicing syntax-violation))
