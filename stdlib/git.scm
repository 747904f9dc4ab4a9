;;; Commentary:
;;;
;;; Git repositories as Guile-Git shows them: objects, references, histories.  Everything is asked of the `git' program of
;;; the host; objects are read through one `git cat-file' for each open repository.
;;; Interface: the part of Guile-Git 0.5 that Guix and its channels use; there is no binding of libgit2.
;;;
;;; Code:

(define-module (git)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:use-module ((guix build utils) #:select (which))
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (%git-program run-git git-output git-lines git-succeeds?

            throw-git-error git-error? git-error-code git-error-class git-error-message
            GIT_ENOTFOUND GIT_ERROR GIT_EAMBIGUOUS GITERR_NET GITERR_HTTP

            libgit2-init! libgit2-shutdown! set-tls-certificate-locations!

            oid? oid->string string->oid oid=?

            repository? repository-open repository-close! openable-repository? repository-discover
            repository-directory repository-working-directory repository-head repository-init

            reference? reference-name reference-target reference-shorthand
            reference-lookup reference-name->oid
            branch-lookup BRANCH-LOCAL BRANCH-REMOTE BRANCH-ALL

            OBJ-COMMIT OBJ-TREE OBJ-BLOB OBJ-TAG
            object-lookup object-lookup-prefix object-id object-type

            commit? commit-lookup commit-lookup-prefix commit-id commit-message commit-summary
            commit-parents commit-parentcount commit-tree commit-extract-signature fold-commits
            tag? tag-lookup tag-target-id tag-name tag-message

            tree? tree-lookup tree-entry-bypath tree-entry-id
            blob? blob-lookup blob-content))


;;;
;;; The program.
;;;

(define %git-program
  ;; The program that is run.
  (make-parameter "git"))

(define-record-type <git-error>
  (make-git-error code class message)
  git-error?
  (code git-error-code)
  (class git-error-class)
  (message git-error-message))

;; Numbers of libgit2.
(define GIT_ERROR -1)
(define GIT_ENOTFOUND -3)
(define GIT_EAMBIGUOUS -5)
(define GITERR_NET 12)
(define GITERR_HTTP 34)

(define* (throw-git-error message #:key (code GIT_ERROR) (class 0))
  "Throw `git-error' with MESSAGE."
  (throw 'git-error (make-git-error code class message)))

(set-exception-printer! 'git-error
  (lambda (port key arguments default-printer)
    (match arguments
      (((? git-error? error) . _)
       (format port "Git error: ~a~%" (git-error-message error)))
      (_ (default-printer)))))

(define (complaint text)
  "Return what matters of TEXT, written to the standard error of Git."
  (let* ((lines (remove string-null? (map string-trim-both (string-split text #\newline))))
         (fatal (filter (lambda (line)
                          (or (string-prefix? "fatal: " line) (string-prefix? "error: " line)))
                        lines)))
    (match fatal
      ((first . _) (substring first 7))
      (() (string-join lines "; ")))))

(define (network-complaint? message)
  (any (lambda (part) (string-contains message part))
       '("Could not resolve host" "unable to access" "Failed to connect" "Could not read from remote")))

(define (run-git read . arguments)
  "Run Git with ARGUMENTS; return what (READ PORT) returns for its output.  Raise `git-error' when it fails."
  (unless (or (string-prefix? "/" (%git-program)) (which (%git-program)))
    (raise (condition
            (&message (message (string-append "cannot find the program `" (%git-program)
                                              "', which fetches repositories; install Git, or add its directory to PATH"))))))
  (let* ((log    (mkstemp! (string-append (or (getenv "TMPDIR") "/tmp") "/git-errors.XXXXXX")))
         (name   (port-filename log)))
    (dynamic-wind
      (const #t)
      (lambda ()
        (let* ((port   (apply open-pipe* OPEN_READ "sh" "-c" "exec \"$@\" 2> \"$0\"" name
                              (%git-program) arguments))
               (result (read port))
               (status (close-pipe port)))
          (if (eqv? 0 (status:exit-val status))
              result
              (let ((message (complaint (call-with-input-file name get-string-all))))
                (throw-git-error (if (string-null? message)
                                     (format #f "git ~a failed" (string-join arguments))
                                     message)
                                 #:class (if (network-complaint? message) GITERR_NET 0))))))
      (lambda ()
        (close-port log)
        (delete-file name)))))

(define (git-output . arguments)
  "Return the output of Git run with ARGUMENTS, without the end of its last line."
  (string-trim-right (apply run-git get-string-all arguments) #\newline))

(define (git-lines . arguments)
  "Return the lines of the output of Git run with ARGUMENTS."
  (remove string-null? (string-split (apply git-output arguments) #\newline)))

(define (git-succeeds? . arguments)
  "Return true if Git run with ARGUMENTS succeeds."
  (catch 'git-error
    (lambda () (apply run-git get-string-all arguments) #t)
    (const #f)))

(define (libgit2-init!) "Do nothing: there is no library to start." #t)
(define (libgit2-shutdown!) "Do nothing: there is no library to stop." #t)

(define (set-tls-certificate-locations! directory file)
  "Let Git check servers with the certificates in DIRECTORY and FILE; either may be #f."
  (when directory (setenv "GIT_SSL_CAPATH" directory))
  (when file (setenv "GIT_SSL_CAINFO" file)))


;;;
;;; Identifiers.
;;;

(define-record-type <oid>
  (make-oid hex)
  oid?
  (hex oid->string))

(set-record-type-printer! <oid>
  (lambda (oid port) (format port "#<oid ~a>" (oid->string oid))))

(define (string->oid text)
  "Return the object identifier that TEXT, hexadecimal digits, stands for."
  (unless (and (<= 1 (string-length text) 64) (string-every char-set:hex-digit text))
    (throw-git-error (format #f "~s is no object identifier" text)))
  (make-oid (string-downcase text)))

(define (oid=? a b)
  "Return true if A and B are the same identifier."
  (string=? (oid->string a) (oid->string b)))


;;;
;;; Repositories.
;;;

(define-record-type <repository>
  (make-repository directory working-directory reader objects)
  repository?
  (directory repository-directory)                 ;of Git's files
  (working-directory repository-working-directory) ;#f for a bare one
  (reader repository-reader set-repository-reader!) ;pipe to `git cat-file', or #f
  (objects repository-objects))                    ;hexadecimal name to object

(set-record-type-printer! <repository>
  (lambda (repository port) (format port "#<git-repository ~a>" (repository-directory repository))))

(define (with-slash directory)
  (if (string-suffix? "/" directory) directory (string-append directory "/")))

(define (git-directory directory)
  "Return Git's directory of the repository whose top is DIRECTORY, or #f."
  (let ((nested (string-append directory "/.git")))
    (cond ((file-exists? nested) nested)
          ((and (file-exists? (string-append directory "/HEAD"))
                (file-exists? (string-append directory "/objects")))
           directory)
          (else #f))))

(define (repository-open directory)
  "Return the repository at DIRECTORY, a working tree or Git's own directory."
  (let ((git (git-directory directory)))
    (unless git
      (throw-git-error (format #f "could not find repository from '~a'" directory) #:code GIT_ENOTFOUND))
    (make-repository (with-slash git) (and (not (string=? git directory)) (with-slash directory))
                     #f (make-hash-table))))

(define (repository-init directory)
  "Make an empty repository in DIRECTORY and return it."
  (run-git get-string-all "init" "--quiet" directory)
  (repository-open directory))

(define (openable-repository? directory)
  "Return true if there is a repository at DIRECTORY."
  (->bool (and (file-exists? directory) (git-directory directory))))

(define (repository-discover directory)
  "Return Git's directory of the repository that DIRECTORY is part of."
  (let loop ((current (canonicalize-path directory)))
    (cond ((git-directory current) => with-slash)
          ((string=? current "/")
           (throw-git-error (format #f "could not find repository from '~a'" directory) #:code GIT_ENOTFOUND))
          (else (loop (dirname current))))))

(define (repository-close! repository)
  "End the process that reads objects of REPOSITORY."
  (let ((reader (repository-reader repository)))
    (when reader
      (set-repository-reader! repository #f)
      (close-pipe reader))))

(define (git-in repository . arguments)
  (apply git-output (string-append "--git-dir=" (repository-directory repository)) arguments))

(define (not-found format-string . arguments)
  (throw-git-error (apply format #f format-string arguments) #:code GIT_ENOTFOUND))


;;;
;;; References.
;;;

(define-record-type <reference>
  (make-reference name target)
  reference?
  (name reference-name)
  (target reference-target))

(define BRANCH-LOCAL 1)
(define BRANCH-REMOTE 2)
(define BRANCH-ALL 3)

(define (reference-name->oid repository name)
  "Return the identifier that the reference NAME of REPOSITORY leads to."
  (catch 'git-error
    (lambda ()
      (make-oid (git-in repository "rev-parse" "--quiet" "--verify" "--end-of-options" name)))
    (lambda _
      (not-found "reference '~a' not found" name))))

(define (reference-lookup repository name)
  "Return the reference NAME of REPOSITORY, such as `refs/tags/v1.0'."
  (make-reference name (reference-name->oid repository name)))

(define (repository-head repository)
  "Return the reference that HEAD of REPOSITORY stands for."
  (make-reference (catch 'git-error
                    (lambda () (git-in repository "symbolic-ref" "--quiet" "HEAD"))
                    (const "HEAD"))
                  (reference-name->oid repository "HEAD")))

(define (reference-shorthand reference)
  "Return the name of REFERENCE as people write it."
  (let ((name (reference-name reference)))
    (or (any (lambda (prefix)
               (and (string-prefix? prefix name) (string-drop name (string-length prefix))))
             '("refs/heads/" "refs/tags/" "refs/remotes/" "refs/"))
        name)))

(define* (branch-lookup repository name #:optional (kind BRANCH-LOCAL))
  "Return the branch NAME, a local one or one of a remote repository as KIND says."
  (catch 'git-error
    (lambda ()
      (reference-lookup repository
                        (string-append (if (= kind BRANCH-REMOTE) "refs/remotes/" "refs/heads/") name)))
    (lambda _
      (not-found "cannot locate ~a branch '~a'" (if (= kind BRANCH-REMOTE) "remote-tracking" "local") name))))


;;;
;;; Objects.
;;;

(define OBJ-COMMIT 1)
(define OBJ-TREE 2)
(define OBJ-BLOB 3)
(define OBJ-TAG 4)

(define-record-type <commit>
  (make-commit id repository headers message)
  commit?
  (id commit-id)
  (repository commit-repository)
  (headers commit-headers)                         ;list of (NAME . VALUE)
  (message commit-message))

(define-record-type <tag>
  (make-tag id headers message)
  tag?
  (id tag-id)
  (headers tag-headers)
  (message tag-message))

(define-record-type <tree>
  (make-tree id repository)
  tree?
  (id tree-id)
  (repository tree-repository))

(define-record-type <blob>
  (make-blob id content)
  blob?
  (id blob-id)
  (content blob-content))

(define-record-type <tree-entry>
  (make-tree-entry id)
  tree-entry?
  (id tree-entry-id))

(set-record-type-printer! <commit>
  (lambda (commit port) (format port "#<git-commit ~a>" (oid->string (commit-id commit)))))

(define (open-reader repository)
  (or (repository-reader repository)
      (let ((port (open-pipe* OPEN_BOTH (%git-program)
                              (string-append "--git-dir=" (repository-directory repository))
                              "cat-file" "--batch")))
        (set-port-encoding! port "ISO-8859-1")
        (set-repository-reader! repository port)
        port)))

(define (read-object repository name)
  "Return three values: the full name of the object NAME, its type and contents; all #f when there is none."
  (let ((port (open-reader repository)))
    (put-string port (string-append name "\n"))
    (force-output port)
    (match (let ((line (read-line port))) (if (eof-object? line) '() (string-split line #\space)))
      ((id type size)
       (let* ((size    (string->number size))
              (content (if (zero? size) (make-bytevector 0) (get-bytevector-n port size))))
         (get-u8 port)
         (values id type content)))
      (_ (values #f #f #f)))))

(define (parse-headers bytes)
  "Return two values: the headers of BYTES, a commit or tag, and its message.  A value of several lines keeps them."
  (let* ((text  (utf8->string* bytes))
         (end   (or (string-contains text "\n\n") (string-length text)))
         (lines (string-split (substring text 0 (min end (string-length text))) #\newline)))
    (values (reverse
             (fold (lambda (line result)
                     (match result
                       (((name . value) . rest)
                        (if (string-prefix? " " line)
                            (cons (cons name (string-append value "\n" (string-drop line 1))) rest)
                            (cons (header line) result)))
                       (() (list (header line)))))
                   '() lines))
            (if (< (+ end 2) (string-length text)) (substring text (+ end 2)) ""))))

(define (utf8->string* bytes)
  ;; Old histories have messages in other encodings.
  (catch #t
    (lambda () (utf8->string bytes))
    (lambda _ (list->string (map integer->char (bytevector->u8-list bytes))))))

(define (header line)
  (match (string-index line #\space)
    (#f (cons line ""))
    (space (cons (substring line 0 space) (substring line (+ space 1))))))

(define (find-object repository name)
  "Return the object of REPOSITORY called NAME, the start of an identifier at least, or #f.  The same object is `eq?'."
  (or (hash-ref (repository-objects repository) name)
      (call-with-values (lambda () (read-object repository name))
        (lambda (id type content)
          (and id
               (or (hash-ref (repository-objects repository) id)
                   (let ((object (make-object repository (make-oid id) type content)))
                     (hash-set! (repository-objects repository) id object)
                     object)))))))

(define (make-object repository id type content)
  (match type
    ("commit" (call-with-values (lambda () (parse-headers content))
                (lambda (headers message) (make-commit id repository headers message))))
    ("tag" (call-with-values (lambda () (parse-headers content))
             (lambda (headers message) (make-tag id headers message))))
    ("tree" (make-tree id repository))
    ("blob" (make-blob id content))))

(define (object-type object)
  "Return the number of the type of OBJECT."
  (cond ((commit? object) OBJ-COMMIT)
        ((tree? object) OBJ-TREE)
        ((blob? object) OBJ-BLOB)
        (else OBJ-TAG)))

(define (object-id object)
  "Return the identifier of OBJECT."
  (cond ((commit? object) (commit-id object))
        ((tree? object) (tree-id object))
        ((blob? object) (blob-id object))
        (else (tag-id object))))

(define* (object-lookup repository id #:optional type)
  "Return the object ID of REPOSITORY, of TYPE if that is given."
  (object-lookup-prefix repository id 40 type))

(define* (object-lookup-prefix repository id length #:optional type)
  "Return the object of REPOSITORY whose identifier starts with LENGTH digits of ID."
  (let* ((hex    (oid->string id))
         (object (find-object repository (substring hex 0 (min length (string-length hex))))))
    (unless (and object (or (not type) (= type (object-type object))))
      (not-found "object not found - no match for id (~a)" hex))
    object))

(define (commit-lookup repository id)
  "Return the commit ID of REPOSITORY."
  (object-lookup repository id OBJ-COMMIT))

(define (commit-lookup-prefix repository id length)
  "Return the commit of REPOSITORY whose identifier starts with LENGTH digits of ID."
  (object-lookup-prefix repository id length OBJ-COMMIT))

(define (tag-lookup repository id)
  "Return the annotated tag ID of REPOSITORY."
  (object-lookup repository id OBJ-TAG))

(define (tree-lookup repository id)
  "Return the tree ID of REPOSITORY."
  (object-lookup repository id OBJ-TREE))

(define (blob-lookup repository id)
  "Return the file contents ID of REPOSITORY."
  (object-lookup repository id OBJ-BLOB))

(define (commit-summary commit)
  "Return the first line of the message of COMMIT."
  (first (string-split (commit-message commit) #\newline)))

(define (headers-named headers name)
  (filter-map (match-lambda ((key . value) (and (string=? key name) value))) headers))

(define (commit-parents commit)
  "Return the parents of COMMIT."
  (map (lambda (parent) (commit-lookup (commit-repository commit) (make-oid parent)))
       (headers-named (commit-headers commit) "parent")))

(define (commit-parentcount commit)
  "Return the number of the parents of COMMIT."
  (length (headers-named (commit-headers commit) "parent")))

(define (commit-tree commit)
  "Return the tree of COMMIT."
  (tree-lookup (commit-repository commit) (make-oid (first (headers-named (commit-headers commit) "tree")))))

(define (tree-entry-bypath tree path)
  "Return the entry at PATH below TREE; throw `git-error' when there is none."
  (let ((object (find-object (tree-repository tree) (string-append (oid->string (tree-id tree)) ":" path))))
    (unless object (not-found "the path '~a' does not exist in the given tree" path))
    (make-tree-entry (object-id object))))

(define (commit-extract-signature repository id)
  "Return two values: the signature of the commit ID of REPOSITORY as ASCII armor, and the bytes that were signed, as a
string of bytes; throw `git-error' when it has none."
  (call-with-values (lambda () (read-object repository (oid->string id)))
    (lambda (name type content)
      (let* ((text  (and content (list->string (map integer->char (bytevector->u8-list content)))))
             (head  (and text (or (string-contains text "\n\n") (string-length text))))
             (start (and text
                         (let ((at (string-contains text "\ngpgsig ")))
                           (and at (< at head) (+ at 1))))))
        (unless start
          (not-found "no signature found"))
        (let loop ((end (string-index text #\newline start)))
          (if (char=? #\space (string-ref text (+ end 1)))
              (loop (string-index text #\newline (+ end 1)))
              (values (string-join (map (lambda (line)
                                          (if (string-prefix? " " line) (string-drop line 1) line))
                                        (string-split (substring text (+ start 7) end) #\newline))
                                   "\n")
                      (string-append (substring text 0 start) (substring text (+ end 1))))))))))

(define* (fold-commits proc seed repository #:key start end)
  "Call (PROC COMMIT RESULT) for the commits of REPOSITORY that START, an identifier or HEAD, leads to and END does not, the
newest first."
  (fold (lambda (id result)
          (proc (commit-lookup repository (make-oid id)) result))
        seed
        (string-tokenize (apply git-in repository "rev-list" "--topo-order"
                                (if start (oid->string start) "HEAD")
                                (if end (list (string-append "^" (oid->string end))) '())))))

(define (tag-target-id tag)
  "Return the identifier of what TAG names."
  (make-oid (first (headers-named (tag-headers tag) "object"))))

(define (tag-name tag)
  "Return the name of TAG."
  (first (headers-named (tag-headers tag) "tag")))
