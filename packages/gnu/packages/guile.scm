;;; Commentary:
;;;
;;; The Scheme that build scripts and generated programs run in.
;;;
;;; Code:

(define-module (gnu packages guile)
  #:use-module (gnu packages bootstrap))

(define-public guile-3.0 %bootstrap-guile)
(define-public guile-3.0-latest %bootstrap-guile)
(define-public guile-2.2 %bootstrap-guile)
(define-public guile-2.0 %bootstrap-guile)
