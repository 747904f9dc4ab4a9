;;; Commentary:
;;;
;;; Repositories for tests, made from descriptions of their histories.  Interface: (guix tests git) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix tests git)
  #:use-module (git)
  #:use-module (guix git)
  #:use-module (guix utils)
  #:use-module ((guix build utils) #:select (mkdir-p invoke))
  #:use-module (ice-9 control)
  #:use-module (ice-9 match)
  #:export (git-command
            with-temporary-git-repository
            with-git-repository
            find-commit))

(define git-command
  (make-parameter "git"))

(define (test-git home directory . arguments)
  "Run Git in DIRECTORY with nothing of the user's settings; HOME has those to use."
  (with-environment-variables
      `(("GIT_CONFIG_NOSYSTEM" "1")
        ("GIT_ATTR_NOSYSTEM" "1")
        ("GIT_CONFIG_GLOBAL" ,(string-append home "/.gitconfig"))
        ("HOME" ,home))
    (apply invoke (git-command) "-C" directory arguments)))

(define (signature fingerprint)
  (string-append "--gpg-sign=" fingerprint))

(define (write-contents file contents directory)
  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port)
      (set-port-encoding! port "UTF-8")
      (display (if (string? contents)
                   contents
                   (with-repository directory repository (contents repository)))
               port))))

(define (populate-git-repository directory directives)
  "Apply DIRECTIVES to the repository in DIRECTORY, made when there is none: `add', `remove', `commit', `tag', `branch',
`checkout', `merge' and `reset', each with its arguments.  Return DIRECTORY."
  (call-with-temporary-directory
   (lambda (home)
     (define (git . arguments)
       (apply test-git home directory arguments))

     (call-with-output-file (string-append home "/.gitconfig")
       (lambda (port)
         (display "[user]\n  name = Charlie Guix\n  email = charlie@example.org\n[init]\n  defaultBranch = master\n" port)))
     (unless (file-exists? (string-append directory "/.git"))
       (mkdir-p directory)
       (git "init" "--quiet"))
     (for-each
      (match-lambda
        (('add file) (write-contents (string-append directory "/" file) file directory)
                     (git "add" file))
        (('add file contents) (write-contents (string-append directory "/" file) contents directory)
                              (git "add" file))
        (('remove file) (git "rm" "--quiet" "-f" file))
        (('commit text) (git "commit" "--quiet" "-m" text))
        (('commit text ('signer fingerprint)) (git "commit" "--quiet" "-m" text (signature fingerprint)))
        (('tag name) (git "tag" name))
        (('tag name text) (git "tag" "-m" text name))
        (('branch name) (git "branch" "--quiet" name))
        (('checkout branch) (git "checkout" "--quiet" branch))
        (('checkout branch 'orphan) (git "checkout" "--quiet" "--orphan" branch))
        (('merge branch message) (git "merge" "--quiet" branch "-m" message))
        (('merge branch message ('signer fingerprint))
         (git "merge" "--quiet" branch "-m" message (signature fingerprint)))
        (('reset to) (git "reset" "--quiet" "--hard" to)))
      directives)))
  directory)

(define-syntax-rule (with-temporary-git-repository directory directives exp ...)
  ;; Evaluate EXP with DIRECTORY bound to a new repository with the history DIRECTIVES.
  (call-with-temporary-directory
   (lambda (directory)
     (populate-git-repository directory directives)
     exp ...)))

(define-syntax-rule (with-git-repository directory directives exp ...)
  ;; Evaluate EXP after DIRECTIVES were applied to the repository in DIRECTORY.
  (begin
    (populate-git-repository directory directives)
    exp ...))

(define (find-commit repository message)
  "Return the commit of REPOSITORY whose message has MESSAGE in it."
  (or (let/ec return
        (fold-commits (lambda (commit _)
                        (and (string-contains (commit-message commit) message)
                             (return commit)))
                      #f
                      repository))
      (error "commit not found" message)))
