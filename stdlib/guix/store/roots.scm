;;; Commentary:
;;;
;;; What the garbage collector keeps, and why.  Interface: (guix store roots) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix store roots)
  #:use-module (guix store)
  #:use-module (strata store)
  #:use-module (srfi srfi-1)
  #:re-export (%gc-roots-directory)
  #:export (gc-roots
            user-owned?
            busy-store-items))

(define (gc-roots)
  "Return the names of the links that are roots of the garbage collector: those below %GC-ROOTS-DIRECTORY and those
of profiles, and in place of an indirect root the link elsewhere that it stands for."
  (delete-duplicates (%linked-roots)))

(define (user-owned? root)
  "Return true if ROOT, a link, belongs to the current user."
  (let ((status (false-if-exception (lstat root))))
    (and status (= (stat:uid status) (getuid)))))

(define (busy-store-items)
  "Return the store items that running processes use, as far as the current user may see them."
  (%busy-items))
