;;; Commentary:
;;;
;;; Parsers that remember what they found where: a pattern tried again at the same place of the same string costs
;;; one look.
;;;
;;; Code:

(define-module (ice-9 peg cache)
  #:export (cg-cached-parser))

(define (cg-cached-parser parser)
  "Return PARSER with a memory of its results for the string it was called on last."
  (let ((last #f) (results (make-hash-table)))
    (lambda (string length position)
      (if (not (eq? string last))
          (begin
            (set! last string)
            (hash-clear! results)))
      (let ((known (hashv-ref results position 'none)))
        (if (eq? known 'none)
            (let ((found (parser string length position)))
              (if (eq? string last) (hashv-set! results position found))
              found)
            known)))))
