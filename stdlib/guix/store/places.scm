;;; Commentary:
;;;
;;; Where store items are: the store need not be where their names say (STRATA_ROOT, an ordinary user's store).
;;; For programs outside of the interpreter, which see only files.
;;;
;;; Code:

(define-module (guix store places)
  #:use-module ((strata channels) #:select (%place-of-item))
  #:export (place-of-item))

(define (place-of-item item)
  "Return the file name under which ITEM, a store item or a file below one, is on this machine."
  (%place-of-item item))
