;;; Commentary:
;;;
;;; What `strata shell' does in Scheme: the derivations of the packages, and the search paths they want set.
;;;
;;; Code:

(define-module (guix scripts shell)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (search-paths-of))

(define (search-paths-of specs)
  "Return the search paths to set in an environment with the packages of SPECS, a list of specifications: a list of
(VARIABLE FILES SEPARATOR TYPE PATTERN)."
  (map search-path-specification->sexp
       (delete-duplicates
        (cons $PATH
              (append-map (lambda (spec)
                            (package-transitive-native-search-paths (specification->package spec)))
                          specs)))))
