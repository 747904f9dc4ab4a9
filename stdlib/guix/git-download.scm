;;; Commentary:
;;;
;;; Origins that are a commit of a Git repository.  A fixed-output build runs the collection's `git'; without one in the
;;; collection the error says so.  Interface: (guix git-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix git-download)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (git-reference git-reference? git-reference-url git-reference-commit git-reference-recursive?
            git-fetch
            git-version
            git-file-name))

(define-record-type* <git-reference>
  git-reference make-git-reference
  git-reference?
  (url git-reference-url)                ;string
  (commit git-reference-commit)          ;string: a commit or a tag
  (recursive? git-reference-recursive?   ;whether to fetch sub-modules
              (default #f)))

(define (git-package)
  "Return the package that fetches, or raise an error that says there is none."
  (or (any (lambda (name)
             (let ((module (false-if-exception (resolve-interface '(gnu packages version-control)))))
               (and module (module-variable module name)
                    (module-ref module name))))
           '(git-minimal git))
      (raise (condition
              (&message (message "cannot fetch from Git: the package collection has no `git' in \
(gnu packages version-control)"))))))

(define* (git-fetch ref hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) guile (git (git-package)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <git-reference>.  The output is expected to
have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define build
    (with-imported-modules '((guix build utils))
      #~(begin
          (use-modules (guix build utils))
          (define git (string-append #+git "/bin/git"))
          (define commit #$(git-reference-commit ref))
          ;; There is no user's configuration, and no terminal to ask for a password.
          (setenv "HOME" (getcwd))
          (setenv "GIT_TERMINAL_PROMPT" "0")
          (mkdir-p #$output)
          (with-directory-excursion #$output
            (invoke git "init" "--quiet" "--initial-branch=main")
            (invoke git "remote" "add" "origin" #$(git-reference-url ref))
            ;; Just the commit where the server allows it, else everything.
            (if (zero? (system* git "fetch" "--depth" "1" "origin" commit))
                (invoke git "checkout" "--quiet" "FETCH_HEAD")
                (begin
                  (invoke git "fetch" "--tags" "origin")
                  (invoke git "checkout" "--quiet" commit)))
            (when #$(git-reference-recursive? ref)
              (invoke git "submodule" "update" "--init" "--recursive" "--depth=1")
              (for-each delete-file-recursively
                        (find-files "." "^\\.git$" #:directories? #t)))
            ;; The history is not the same for all who fetch.
            (when (file-exists? ".git")
              (delete-file-recursively ".git"))))))

  (mlet %store-monad ((guile (if guile
                                 (lower-object guile system)
                                 (default-guile-derivation system))))
    (gexp->derivation (or name "git-checkout") build
                      #:system system
                      #:hash-algo hash-algo
                      #:hash hash
                      #:recursive? #t
                      #:leaked-env-vars '("http_proxy" "https_proxy" "LC_ALL" "LC_MESSAGES" "LANG" "COLUMNS")
                      #:local-build? #t
                      #:guile-for-build guile)))

(define (git-version version revision commit)
  "Return the version string for packages using git-download: VERSION, REVISION and the start of COMMIT."
  (string-append version "-" revision "." (string-take commit (min 7 (string-length commit)))))

(define (git-file-name name version)
  "Return the file-name for packages using git-download."
  (string-append name "-" version "-checkout"))
