;;; Commentary:
;;;
;;; Fetching a changeset of a Mercurial repository, inside of a build.  Interface: (guix build hg) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build hg)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-34)
  #:export (hg-fetch))

(define* (hg-fetch url changeset directory #:key (hg-command "hg"))
  "Fetch CHANGESET, the identifier of a changeset, from URL into DIRECTORY.  Return #t on success, #f otherwise."
  (mkdir-p directory)
  (guard (c ((invoke-error? c)
             (report-invoke-error c)
             (delete-file-recursively directory)
             #f))
    (with-directory-excursion directory
      ;; The hash of what is fetched is known: no certificate is needed.
      (invoke hg-command "clone" url "--rev" changeset "--insecure" directory)
      ;; What Mercurial keeps there, in sub-repositories too, is not the same for all who fetch.
      (for-each delete-file-recursively
                (find-files directory "^\\.hg$" #:directories? #t))
      #t)))
