;;; Commentary:
;;;
;;; JSON: the interface of guile-json 4.  Objects are alists with strings as keys, arrays are vectors, null is a symbol.
;;;
;;; Code:

(define-module (json)
  #:use-module (json parser)
  #:use-module (json builder)
  #:use-module (json record)
  #:re-export (json->scm json-string->scm json-seq->scm json-seq-string->scm
               scm->json scm->json-string scm->json-seq scm->json-seq-string
               define-json-mapping define-json-type <=>))
