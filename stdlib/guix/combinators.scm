;;; Commentary:
;;;
;;; Folds over trees and with two results.  They are defined in (guix utils); here is the name recipes import.
;;; Interface: (guix combinators) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix combinators)
  #:use-module (guix utils)
  #:re-export (fold2
               fold-tree
               fold-tree-leaves
               compile-time-value))
