;;; Commentary:
;;;
;;; Fetching the Git repositories that the manifest of an Android repository lists, inside of a build.  Interface: (guix build android-repo) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build android-repo)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-34)
  #:export (android-repo-fetch))

(define* (android-repo-fetch manifest-url manifest-revision directory
                             #:key (git-repo-command "git-repo"))
  "Fetch what the manifest at MANIFEST-URL lists at MANIFEST-REVISION, a revision or a branch, into DIRECTORY.  Return #t on
success, #f otherwise."
  ;; The hash of what is fetched is known.
  (setenv "GIT_SSL_NO_VERIFY" "true")
  (mkdir-p directory)
  (guard (c ((invoke-error? c)
             (report-invoke-error c)
             (delete-file-recursively directory)
             #f))
    (with-directory-excursion directory
      (invoke git-repo-command "init" "-u" manifest-url "-b" manifest-revision "--depth=1")
      (invoke git-repo-command "sync" "-c" "--fail-fast" "-v"
              "-j" (number->string (parallel-job-count)))
      ;; What Git and repo keep has time stamps: in the repositories, and in repo's own directory.
      (for-each delete-file-recursively (find-files "." "^\\.git$" #:directories? #t))
      (for-each delete-file-recursively (find-files ".repo" "^.*\\.git$" #:directories? #t))
      (delete-file ".repo/.repo_fetchtimes.json")
      #t)))
