;;; Commentary:
;;;
;;; (scheme lazy) of R7RS: promises.
;;;
;;; Code:

(define-module (scheme lazy)
  #:re-export (make-promise promise?)
  #:replace (force))

(define force %force-promise-chain)
