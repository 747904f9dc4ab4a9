;;; Commentary:
;;;
;;; Fetching a module of a CVS repository, inside of a build.  Interface: (guix build cvs) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build cvs)
  #:use-module (guix build utils)
  #:use-module (ice-9 regex)
  #:export (cvs-fetch))

(define (date? revision)
  "Return true if REVISION is a date as in ISO 8601 rather than a tag."
  (string-match "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" revision))

(define* (cvs-fetch cvs-root-directory module revision directory #:key (cvs-command "cvs"))
  "Fetch MODULE of the repository at CVS-ROOT-DIRECTORY into DIRECTORY, as it was at REVISION, a tag or a date as in ISO
8601.  Return #t; raise an error when that fails."
  ;; Some servers hang when compression is asked for.
  (invoke cvs-command "-z0" "-d" cvs-root-directory
          "checkout" (if (date? revision) "-D" "-r") revision module)
  (copy-recursively module directory)
  ;; What CVS keeps in each directory has nothing to do with the module.
  (for-each (lambda (directory)
              (when (file-exists? directory)
                (delete-file-recursively directory)))
            (find-files directory
                        (lambda (file stat)
                          (and (string=? (basename file) "CVS")
                               (eq? (stat:type stat) 'directory)))
                        #:directories? #t))
  #t)
