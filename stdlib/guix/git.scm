;;; Commentary:
;;;
;;; Repositories kept in a cache, checkouts of them as values that lower to store items, and how commits are related.
;;; Git is the host's program, see (git).  Interface: (guix git) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix git)
  #:use-module (git)
  #:use-module (gcrypt hash)
  #:use-module (guix base32)
  #:use-module (guix cache)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module ((guix build utils) #:select (mkdir-p delete-file-recursively))
  #:autoload   (guix git-download) (git-reference-url git-reference-commit git-reference-recursive?)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (%repository-cache-directory
            honor-system-x509-certificates!
            with-repository
            with-git-error-handling
            false-if-git-not-found
            update-cached-checkout
            url-cache-directory
            url+commit->name
            latest-repository-commit
            commit-difference
            commit-relation
            commit-descendant?
            commit-id?
            remote-refs
            git-checkout git-checkout?
            git-checkout-url git-checkout-branch git-checkout-commit git-checkout-recursive?
            git-reference->git-checkout))

(define %repository-cache-directory
  (make-parameter (string-append (cache-directory #:ensure? #f) "/checkouts")))

(define (honor-system-x509-certificates!)
  "Let Git use the certificates of the system; return true if there are any."
  (let* ((directory (or (getenv "SSL_CERT_DIR") "/etc/ssl/certs"))
         (file      (find (lambda (file) (and file (file-exists? file)))
                          (list (getenv "SSL_CERT_FILE")
                                "/etc/ssl/certs/ca-certificates.crt"
                                "/etc/ssl/certs/ca-bundle.crt"))))
    (and (or file (file-exists? directory))
         (begin (set-tls-certificate-locations! directory file) #t))))

(define* (url-cache-directory url #:optional (cache-directory (%repository-cache-directory))
                              #:key recursive?)
  "Return the directory below CACHE-DIRECTORY that the repository at URL is kept in."
  (let ((name (if recursive? (string-append "R:" url) url)))
    (string-append cache-directory "/" (bytevector->base32-string (sha256 (string->utf8 name))))))

(define (url+commit->name url commit)
  "Return a name for COMMIT of the repository at URL: that of the repository and the first seven digits."
  (string-append (string-replace-substring (last (string-split url #\/)) ".git" "")
                 "-" (string-take commit (min 7 (string-length commit)))))

(define (commit-id? text)
  "Return true if TEXT looks like a whole commit identifier."
  (and (= 40 (string-length text)) (string-every char-set:hex-digit text)))

(define (call-with-repository directory proc)
  (let ((repository (repository-open directory)))
    (dynamic-wind
      (const #t)
      (lambda () (proc repository))
      (lambda () (repository-close! repository)))))

(define-syntax-rule (with-repository directory repository exp ...)
  ;; Evaluate EXP with REPOSITORY bound to the repository at DIRECTORY.
  (call-with-repository directory (lambda (repository) exp ...)))

(define-syntax-rule (with-git-error-handling body ...)
  ;; Evaluate BODY; print errors of Git and exit.
  (catch 'git-error
    (lambda () body ...)
    (lambda (key error . rest)
      (leave "Git error: ~a~%" (git-error-message error)))))

(define-syntax-rule (false-if-git-not-found exp)
  ;; Evaluate EXP; return #f when Git does not find something.
  (catch 'git-error
    (lambda () exp)
    (lambda (key error . rest)
      (if (= GIT_ENOTFOUND (git-error-code error))
          #f
          (apply throw key error rest)))))


;;;
;;; The cache.
;;;

(define (git-at directory . arguments)
  (apply git-output "-C" directory arguments))

(define (resolve-commit directory revision description)
  "Return the commit that REVISION stands for in the repository at DIRECTORY; DESCRIPTION says what was looked for."
  (catch 'git-error
    (lambda ()
      (git-at directory "rev-parse" "--quiet" "--verify" "--end-of-options" (string-append revision "^{commit}")))
    (lambda _
      (throw-git-error (string-append description " not found") #:code GIT_ENOTFOUND))))

(define (described-commit text)
  "Return the commit in TEXT, what `git describe' prints, or #f when it is nothing of the kind."
  (match (string-split text #\-)
    ((_ ... (? (lambda (count) (and (not (string-null? count)) (string-every char-set:digit count))))
        (? (lambda (commit)
             (and (> (string-length commit) 4)
                  (string-prefix? "g" commit)
                  (string-every char-set:hex-digit (string-drop commit 1))))
           commit))
     (string-drop commit 1))
    (_ #f)))

(define (resolve-reference directory ref)
  "Return the commit of the cached repository at DIRECTORY that REF stands for."
  (match ref
    (() (catch 'git-error
          (lambda () (resolve-commit directory "refs/remotes/origin/HEAD" "HEAD"))
          (lambda _ (resolve-commit directory "HEAD" "HEAD of the repository"))))
    (('symref . name) (resolve-commit directory name (string-append "reference '" name "'")))
    (('branch . branch)
     (let ((name (if (string-prefix? "origin/" branch) branch (string-append "origin/" branch))))
       (resolve-commit directory (string-append "refs/remotes/" name) (string-append "branch '" branch "'"))))
    (('tag . tag)
     (resolve-commit directory (string-append "refs/tags/" tag) (string-append "tag '" tag "'")))
    (('commit . commit)
     (unless (string-every char-set:hex-digit commit)
       (throw-git-error (string-append "'" commit "' is no commit identifier") #:code GIT_ENOTFOUND))
     (resolve-commit directory commit (string-append "commit " commit)))
    (('tag-or-commit . text)
     (cond ((described-commit text)
            => (lambda (commit) (resolve-reference directory `(commit . ,commit))))
           ((or (> (string-length text) 40)
                (not (string-every char-set:hex-digit text)))
            (resolve-reference directory `(tag . ,text)))
           (else
            (catch 'git-error
              (lambda () (resolve-reference directory `(tag . ,text)))
              (lambda _ (resolve-reference directory `(commit . ,text)))))))))

(define (available? directory ref)
  "Return true if REF is a commit that the cached repository at DIRECTORY has: what it means does not change."
  (match ref
    ((or ('commit . commit) ('tag-or-commit . (? commit-id? commit)))
     (false-if-git-not-found (->bool (resolve-reference directory `(commit . ,commit)))))
    (_ #f)))

(define (clone url directory)
  "Clone the repository at URL into DIRECTORY, which appears when that is done."
  (let ((partial (string-append directory ".part-" (number->string (getpid)))))
    (mkdir-p (dirname directory))
    (with-throw-handler #t
      (lambda ()
        (run-git get-string-all "clone" "--quiet" "--no-checkout" "--" url partial)
        (rename-file partial directory))
      (lambda _
        (when (file-exists? partial)
          (delete-file-recursively partial))))))

(define (delete-checkout directory)
  "Delete DIRECTORY such that nobody sees part of it."
  (let ((trash (string-append directory ".trashed")))
    (rename-file directory trash)
    (delete-file-recursively trash)))

(define (expire-checkouts directory)
  (maybe-remove-expired-cache-entries
   directory
   (lambda (directory)
     (map (lambda (file) (string-append directory "/" file))
          (or (scandir directory (lambda (file) (not (member file '("." ".."))))) '())))
   #:entry-expiration (file-expiration-time (* 90 24 3600) stat:mtime)
   #:delete-entry delete-checkout
   #:cleanup-period (* 5 24 3600)))

(define* (update-cached-checkout url
                                 #:key
                                 (ref '())
                                 recursive?
                                 (check-out? #t)
                                 starting-commit
                                 (log-port (%make-void-port "w"))
                                 (cache-directory
                                  (url-cache-directory url (%repository-cache-directory)
                                                       #:recursive? recursive?)))
  "Bring the cached repository of URL to REF, () for the remote HEAD or a pair of `branch', `commit', `tag' or
`tag-or-commit' and a string.  Return three values: CACHE-DIRECTORY, the commit, and how it is related to STARTING-COMMIT if
that is given, as `commit-relation' says.  With RECURSIVE? sub-modules are checked out too; without CHECK-OUT? the
working tree is left as it is."
  (if (openable-repository? cache-directory)
      (unless (available? cache-directory ref)
        (git-at cache-directory "fetch" "--quiet" "--prune" "--force" "--tags" "origin"
                "+refs/heads/*:refs/remotes/origin/*")
        (when (null? ref)
          (false-if-exception (git-at cache-directory "remote" "set-head" "origin" "--auto"))))
      (clone url cache-directory))
  (let ((commit (resolve-reference cache-directory ref)))
    (when check-out?
      (git-at cache-directory "-c" "advice.detachedHead=false" "reset" "--quiet" "--hard" commit))
    (when recursive?
      (for-each (lambda (name) (format log-port "updating submodule '~a'...~%" name))
                (submodule-names cache-directory))
      (git-at cache-directory "-c" "protocol.file.allow=always" "submodule" "--quiet" "update" "--init" "--recursive"))
    (let ((relation (and starting-commit
                         (with-repository cache-directory repository
                           (let ((old (false-if-git-not-found
                                       (commit-lookup repository (string->oid starting-commit)))))
                             (if old
                                 (commit-relation old (commit-lookup repository (string->oid commit)))
                                 'unrelated))))))
      ;; The time tells that the cache was used.
      (let ((now (current-time)))
        (utime cache-directory now now))
      (when (string=? (dirname cache-directory) (%repository-cache-directory))
        (expire-checkouts (dirname cache-directory)))
      (values cache-directory commit relation))))

(define (submodule-names directory)
  (if (file-exists? (string-append directory "/.gitmodules"))
      (map (lambda (line) (last (string-split line #\space)))
           (git-lines "-C" directory "config" "--file" ".gitmodules" "--get-regexp" "\\.path$"))
      '()))

(define* (latest-repository-commit store url
                                   #:key
                                   recursive?
                                   (log-port (%make-void-port "w"))
                                   (cache-directory (%repository-cache-directory))
                                   (ref '()))
  "Return two values: the item of STORE with the files of the repository at URL at REF, and the commit."
  (define (wanted? file stat)
    ;; In sub-modules `.git' is a file.
    (not (and (string=? ".git" (basename file))
              (or recursive? (eq? 'directory (stat:type stat))))))

  (format log-port "updating checkout of '~a'...~%" url)
  (call-with-values
      (lambda ()
        (update-cached-checkout url #:recursive? recursive? #:ref ref #:log-port log-port
                                #:cache-directory (url-cache-directory url cache-directory
                                                                       #:recursive? recursive?)))
    (lambda (checkout commit _)
      (format log-port "retrieved commit ~a~%" commit)
      (values (add-to-store store (url+commit->name url commit) #t "sha256" checkout #:select? wanted?)
              commit))))

(define* (remote-refs url #:key tags?)
  "Return the names of the references of the repository at URL, only those of tags when TAGS? is true."
  (filter-map (lambda (line)
                (match (string-split line #\tab)
                  ((_ name)
                   (and (string-prefix? (if tags? "refs/tags/" "refs/") name) name))
                  (_ #f)))
              (git-lines "ls-remote" "--refs" "--quiet" "--" url)))


;;;
;;; Histories.
;;;

(define* (reachable commits #:optional (seen (make-hash-table)))
  "Note COMMITS and all that they come from in SEEN, a hash table, and return it."
  (let loop ((pending commits))
    (match pending
      (() seen)
      ((commit . rest)
       (if (hashq-ref seen commit)
           (loop rest)
           (begin
             (hashq-set! seen commit #t)
             (loop (append (commit-parents commit) rest))))))))

(define* (commit-difference new old #:optional (excluded '()))
  "Return the commits that NEW comes from and OLD does not, NEW first, without EXCLUDED and what these come from."
  (let ((seen (reachable (cons old excluded))))
    (let loop ((pending (list new))
               (result '()))
      (match pending
        (() (reverse result))
        ((commit . rest)
         (if (hashq-ref seen commit)
             (loop rest result)
             (begin
               (hashq-set! seen commit #t)
               (loop (append (commit-parents commit) rest) (cons commit result)))))))))

(define (commit-relation old new)
  "Return what OLD is to NEW: `self', `ancestor', `descendant' or `unrelated'."
  (cond ((eq? old new) 'self)
        ((commit-descendant? new (list old)) 'ancestor)
        ((commit-descendant? old (list new)) 'descendant)
        (else 'unrelated)))

(define (commit-descendant? new old)
  "Return true if NEW is one of OLD or comes from one of them."
  (define seen (make-hash-table))

  ;; Generation by generation: what is looked for is near as a rule.
  (let loop ((commits (list new)))
    (let ((commits (remove (lambda (commit) (hashq-ref seen commit)) commits)))
      (cond ((null? commits) #f)
            ((any (lambda (commit) (memq commit old)) commits) #t)
            (else
             (for-each (lambda (commit) (hashq-set! seen commit #t)) commits)
             (loop (delete-duplicates (append-map commit-parents commits) eq?)))))))


;;;
;;; Checkouts.
;;;

(define-record-type* <git-checkout>
  git-checkout make-git-checkout
  git-checkout?
  (url git-checkout-url)
  (branch git-checkout-branch (default #f))
  (commit git-checkout-commit (default #f))       ;a tag, a commit, or #f
  (recursive? git-checkout-recursive? (default #f)))

(define (git-reference->git-checkout reference)
  "Return the <git-checkout> of what REFERENCE, a <git-reference>, names."
  (git-checkout
   (url (git-reference-url reference))
   (commit (git-reference-commit reference))
   (recursive? (git-reference-recursive? reference))))

(define (failure-to-fetch url ref reason)
  (raise (condition
          (&message
           (message (match ref
                      (('branch . branch) (format #f "cannot fetch branch '~a' from ~a: ~a" branch url reason))
                      ((_ . commit) (format #f "cannot fetch commit ~a from ~a: ~a" commit url reason))
                      (() (format #f "cannot fetch ~a: ~a" url reason))))))))

(define-gexp-compiler (git-checkout-compiler (checkout <git-checkout>) system target)
  ;; The item with the files, fetched now.
  (match checkout
    (($ <git-checkout> url branch commit recursive?)
     (let ((ref (cond (commit `(tag-or-commit . ,commit))
                      (branch `(branch . ,branch))
                      (else '()))))
       (lambda (store)
         (values (catch 'git-error
                   (lambda ()
                     (call-with-values
                         (lambda ()
                           (latest-repository-commit store url #:ref ref #:recursive? recursive?
                                                     #:log-port (current-error-port)))
                       (lambda (item commit) item)))
                   (lambda (key error . _)
                     (failure-to-fetch url ref (git-error-message error))))
                 store))))))
