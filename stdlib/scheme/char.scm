;;; Commentary:
;;;
;;; (scheme char) of R7RS: characters.
;;;
;;; Code:

(define-module (scheme char)
  #:re-export (char-alphabetic? char-ci<=? char-ci<? char-ci=? char-ci>=? char-ci>? char-downcase
               char-foldcase char-lower-case? char-numeric? char-upcase char-upper-case?
               char-whitespace? string-ci<=? string-ci<? string-ci=? string-ci>=? string-ci>?
               string-foldcase)
  #:export (digit-value)
  #:replace (string-upcase string-downcase))

(define (string-upcase string)
  "Return STRING in upper case, which may have more characters."
  (%full-case string #t))
(define (string-downcase string)
  "Return STRING in lower case, with a sigma at the end of a word being a final one."
  (%full-case string #f))
