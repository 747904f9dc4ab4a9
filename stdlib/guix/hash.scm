;;; Commentary:
;;;
;;; Hashes of files and file trees.  Interface: (guix hash) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix hash)
  #:use-module (gcrypt hash)
  #:use-module (guix serialization)
  #:use-module (srfi srfi-11)
  #:export (vcs-file? file-hash*))

(define (vcs-file? file stat)
  "Return true if FILE, described by STAT, belongs to a version control system."
  (case (stat:type stat)
    ((directory)
     (->bool (member (basename file) '(".bzr" ".git" ".hg" ".svn" "CVS"))))
    ((regular)
     ;; In a worktree of Git, `.git' is a file that names a directory elsewhere.
     (string=? (basename file) ".git"))
    (else #f)))

(define* (file-hash* file #:key
                     (algorithm (hash-algorithm sha256))
                     (recursive? 'auto)
                     (select? (if (eq? recursive? 'auto)
                                  (lambda (file stat) (not (vcs-file? file stat)))
                                  (const #t))))
  "Return the hash of FILE by ALGORITHM.  When RECURSIVE? is true it is that of its archive, of which SELECT? decides
the files, and symbolic links stay what they are; when it is `auto', so it is for directories only."
  (if (or (eq? recursive? #t)
          (and (eq? recursive? 'auto) (file-is-directory? file)))
      (let-values (((port get-hash) (open-hash-port algorithm)))
        (write-file file port #:select? select?)
        (force-output port)
        (get-hash))
      (file-hash algorithm file)))
