;;; Commentary:
;;;
;;; Parsing expression grammars: patterns as S-expressions or as strings.
;;;
;;; Code:

(define-module (ice-9 peg)
  #:use-module (ice-9 peg codegen)
  #:use-module (ice-9 peg string-peg)
  #:use-module (ice-9 peg simplify-tree)
  #:use-module (ice-9 peg using-parsers)
  #:re-export (define-peg-pattern define-peg-string-patterns match-pattern search-for-pattern
               compile-peg-pattern keyword-flatten context-flatten
               peg:start peg:end peg:string peg:tree peg:substring peg-record?))
