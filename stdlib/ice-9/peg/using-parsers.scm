;;; Commentary:
;;;
;;; Defining PEG patterns, matching strings with them, and what a match is.
;;;
;;; Code:

(define-module (ice-9 peg using-parsers)
  #:use-module (ice-9 peg simplify-tree)
  #:use-module (ice-9 peg codegen)
  #:use-module (ice-9 peg cache)
  #:use-module (srfi srfi-9)
  #:export (match-pattern define-peg-pattern search-for-pattern prec make-prec peg:start peg:end peg:string
            peg:tree peg:substring peg-record?))

(define-record-type prec
  (make-prec start end string tree)
  peg-record?
  (start peg:start)
  (end peg:end)
  (string peg:string)
  (tree peg:tree))

(define (peg:substring match)
  "Return the part of the string that MATCH covers."
  (substring (peg:string match) (peg:start match) (peg:end match)))

(define-syntax-rule (define-peg-pattern name mode pattern)
  (define name
    (cg-cached-parser
     (wrap-parser-for-users (%compile-pattern (%peg-pattern pattern) (if (eq? 'mode 'none) 'none 'body))
                            'mode 'name))))

(define (match-at parser string position)
  (let ((step (parser string (string-length string) position)))
    (and step (make-prec position (car step) string (string-collapse (cadr step))))))

(define (match-pattern parser string)
  "Return what PARSER, a nonterminal, matches at the start of STRING, or #f."
  (match-at parser (string-copy string) 0))

(define (search-for-pattern parser string)
  "Return the first match of PARSER in STRING, or #f."
  (let ((string (string-copy string)))
    (let loop ((position 0))
      (and (< position (string-length string))
           (or (match-at parser string position)
               (loop (+ position 1)))))))
