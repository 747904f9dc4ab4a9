;;; Commentary:
;;;
;;; What `strata download' does in Scheme: adding what was downloaded to the store, this user's or a daemon's.
;;;
;;; Code:

(define-module (guix scripts download)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix store)
  #:export (guix-download
            file->store))

(define (file->store file name)
  "Add FILE, a regular file, to the store as NAME, and return its name there."
  (with-store store
    (add-to-store store name #f "sha256" file)))

(define-command (guix-download . args)
  (category packaging)
  (synopsis "download a file to the store and print its hash")
  (apply run-command "download" args))
