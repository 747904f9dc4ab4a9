;;; Commentary:
;;;
;;; Expanded code as a value: what `macroexpand' returns and `compile' gives for the language tree-il.  It can be shown as
;;; Scheme and be run.  Its nodes, which in Guile are records, are strata's own and are not shown.
;;;
;;; Code:

(define-module (language tree-il)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:export (tree-il? tree-il->scheme macroexpand macroexpanded?))

(define-record-type <tree-il>
  (make-tree-il scheme)
  tree-il?
  ;; A datum of primitive forms that means the same.
  (scheme tree-il-scheme))

(set-record-type-printer! <tree-il>
  (lambda (code port)
    (display "#<tree-il " port)
    (write (tree-il-scheme code) port)
    (display ">" port)))

(define* (macroexpand form #:optional mode situations)
  "Return FORM, expanded in the current module, as code of its own type.  Macros that it defines take effect."
  (make-tree-il (%expanded-datum form)))

(define (macroexpanded? x)
  "Return whether X is expanded code."
  (tree-il? x))

(define* (tree-il->scheme code #:optional env (options '()))
  "Return the Scheme datum that means what CODE does."
  (tree-il-scheme code))
