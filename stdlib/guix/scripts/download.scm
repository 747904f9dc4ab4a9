;;; Commentary:
;;;
;;; What `strata download' does in Scheme: adding what was downloaded to the store, this user's or a daemon's.
;;;
;;; Code:

(define-module (guix scripts download)
  #:use-module (guix store)
  #:export (file->store))

(define (file->store file name)
  "Add FILE, a regular file, to the store as NAME, and return its name there."
  (with-store store
    (add-to-store store name #f "sha256" file)))
