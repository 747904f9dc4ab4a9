;;; Commentary:
;;;
;;; (rnrs unicode) of R6RS: Unicode.
;;;
;;; Code:

(define-module (rnrs unicode)
  #:version (6)
  #:re-export (char-upcase char-downcase char-titlecase char-foldcase char-ci=? char-ci<? char-ci>? char-ci<=?
               char-ci>=? char-alphabetic? char-numeric? char-whitespace? char-upper-case? char-lower-case?
               char-general-category string-upcase string-downcase string-titlecase
               string-foldcase string-ci=? string-ci<? string-ci>? string-ci<=? string-ci>=?
               string-normalize-nfd string-normalize-nfkd string-normalize-nfc string-normalize-nfkc)
  #:export (char-title-case?))

(define (char-title-case? c) "Return #t when C is a title case letter." (eq? (char-general-category c) 'Lt))
