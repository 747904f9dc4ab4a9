;;; Commentary:
;;;
;;; Fetching a commit of a Git repository, inside of a build.  Interface: (guix build git) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build git)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-34)
  #:export (git-fetch))

(define* (fetch-commit git url commit)
  "Make the current directory, an empty one, a checkout of COMMIT of the repository at URL: just that commit where the
server gives it, else everything."
  (invoke git "init")
  (invoke git "remote" "add" "origin" url)
  (if (zero? (system* git "fetch" "--depth" "1" "origin" commit))
      (invoke git "checkout" "FETCH_HEAD")
      (begin
        (setvbuf (current-output-port) 'line)
        (format #t "Failed to do a shallow fetch; retrying a full fetch...~%")
        (invoke git "fetch" "origin")
        (invoke git "checkout" commit))))

(define* (git-fetch url commit directory
                    #:key (git-command "git") recursive?)
  "Fetch COMMIT, the identifier of a commit or a tag, from URL into DIRECTORY, with its sub-modules when RECURSIVE? is
true.  Return #t on success, #f otherwise."
  ;; The hash of what is fetched is known.
  (setenv "GIT_SSL_NO_VERIFY" "true")
  (mkdir-p directory)
  (guard (c ((invoke-error? c)
             (report-invoke-error c)
             (delete-file-recursively directory)
             #f))
    (with-directory-excursion directory
      (fetch-commit git-command url commit)
      (when recursive?
        (invoke git-command "submodule" "update" "--init" "--recursive")
        ;; In a sub-module it is a file.
        (for-each delete-file (find-files "." "^\\.git$")))
      ;; What Git keeps there is not the same for all who fetch.
      (delete-file-recursively ".git")
      #t)))
