;;; Commentary:
;;;
;;; Origins that are a commit of a Git repository.  A fixed-output build runs the collection's `git'; for a collection
;;; without one the daemon fetches with the host's, by `builtin:git-download' as in later versions of Guix.  The result has
;;; the same store file name either way.  Interface: (guix git-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix git-download)
  #:autoload   (guix build-system gnu) (standard-packages)
  #:use-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:select (default-guile package-properties))
  #:use-module (guix records)
  #:use-module (guix derivations)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:export (git-reference git-reference? git-reference-url git-reference-commit git-reference-recursive?
            git-fetch
            git-version
            git-file-name
            git-predicate))

(define-record-type* <git-reference>
  git-reference make-git-reference
  git-reference?
  (url git-reference-url)                ;string
  (commit git-reference-commit)          ;string: a commit or a tag
  (recursive? git-reference-recursive?   ;whether to fetch sub-modules
              (default #f)))

(define collection-git
  (collection-variable '(gnu packages version-control) 'git-minimal
                       #:default (collection-variable '(gnu packages version-control) 'git #:default (const #f))))

(define (git-package)
  "Return the Git that fetches, or #f when the store does: in a collection without Git, or whose Git says that nobody needs
to wait for it to be built."
  (let ((git (collection-git)))
    (and git
         (not (assq-ref (package-properties git) 'store-fetches?))
         git)))

(define locales
  ;; File names are UTF-8.
  (collection-variable '(gnu packages commencement) 'glibc-utf8-locales-final #:default (const #f)))

(define* (git-fetch ref hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) guile (git (git-package)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <git-reference>.  The output is expected to
have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f.  Without GIT
the daemon fetches."
  (unless (git-reference? ref)
    (raise (condition
            (&message (message (format #f "invalid uri of an origin: ~s; git-fetch expects a git-reference" ref)))
            (&fix-hint
             (hint "for example: (uri (git-reference (url \"https://example.org/x\") (commit \"v1.0\")))")))))
  (if git
      (git-fetch/build ref hash-algo hash name #:system system #:guile (or guile (default-guile)) #:git git)
      (git-fetch/builtin ref hash-algo hash name #:system system)))

(define* (git-fetch/builtin ref hash-algo hash name #:key system)
  "Fetch REF with the store's own facility: strata has it, and so have daemons of Guix after 1.4."
  (raw-derivation (or name "git-checkout") "builtin:git-download" '()
                  #:system system
                  #:hash-algo hash-algo
                  #:hash hash
                  #:recursive? #t
                  #:env-vars `(("url" . ,(object->string (git-reference-url ref)))
                               ("commit" . ,(git-reference-commit ref))
                               ("recursive?" . ,(object->string (git-reference-recursive? ref))))
                  #:leaked-env-vars '("http_proxy" "https_proxy" "LC_ALL" "LC_MESSAGES" "LANG" "COLUMNS")
                  ;; A checkout is not worth offloading.
                  #:local-build? #t))

(define* (git-fetch/build ref hash-algo hash name #:key system guile git)
  "Fetch REF with GIT, a package."
  (define inputs
    ;; `git submodule' is a shell script.
    (if (git-reference-recursive? ref)
        (standard-packages)
        (archive-unpackers)))

  (define modules
    (fetching-modules '((guix build git)
                        (guix build utils)
                        (guix build download-nar)
                        (guix swh))))

  (define locale-statements
    (match (locales)
      (#f '())
      (locales
       (list #~(setenv "GUIX_LOCPATH" #+(file-append locales "/lib/locale"))
             #~(setlocale LC_ALL "en_US.utf8")))))

  (define builder
    (with-imported-modules modules
      (with-extensions (download-extensions)
        #~(begin
            (use-modules (guix build git)
                         (guix build utils)
                         (guix build download-nar)
                         (guix swh)
                         (ice-9 match))

            (define recursive?
              (call-with-input-string (getenv "git recursive?") read))

            #$@locale-statements

            (set-path-environment-variable "PATH" '("bin")
                                           (match '#+inputs
                                             (((names dirs outputs ...) ...)
                                              dirs)))

            (setvbuf (current-output-port) 'line)
            (setvbuf (current-error-port) 'line)

            (or (git-fetch (getenv "git url") (getenv "git commit")
                           #$output
                           #:recursive? recursive?
                           #:git-command (string-append #+git "/bin/git"))
                (download-nar #$output)
                (and (not recursive?)
                     (parameterize ((%verify-swh-certificate? #f))
                       (format (current-error-port)
                               "Trying to download from Software Heritage...~%")
                       (swh-download (getenv "git url") (getenv "git commit")
                                     #$output))))))))

  (checkout-derivation (or name "git-checkout") builder
                       `(("git url" . ,(git-reference-url ref))
                         ("git commit" . ,(git-reference-commit ref))
                         ("git recursive?" . ,(object->string (git-reference-recursive? ref))))
                       hash-algo hash
                       #:system system #:guile guile #:script-name "git-download"))

(define (git-version version revision commit)
  "Return the version string of a package at COMMIT: VERSION, REVISION and the start of COMMIT."
  (checkout-version version revision commit "git-version: commit ID unexpectedly short"))

(define (git-file-name name version)
  "Return the file name of the checkout of the package NAME at VERSION."
  (checkout-file-name name version))


;;;
;;; Files under version control.
;;;

(define (git-lines directory . arguments)
  "Return the names, separated by zero bytes, that Git run in DIRECTORY with ARGUMENTS prints, or #f when it fails."
  (let* ((port (apply open-pipe* OPEN_READ "git" "-C" directory arguments))
         (text (read-string port)))
    (and (eqv? 0 (status:exit-val (close-pipe port)))
         (remove string-null? (string-split text #\nul)))))

(define (with-parents files)
  "Return FILES, relative file names, and the directories that they are in."
  (define seen (make-hash-table))

  (define (note! file)
    (unless (or (string=? file ".") (hash-ref seen file))
      (hash-set! seen file #t)
      (note! (dirname file))))

  (for-each note! files)
  (hash-map->list (lambda (file _) file) seen))

(define* (git-predicate directory #:key (recursive? #t))
  "Return a predicate, of a file name and what `lstat' returned, that is true for the files of the checkout at DIRECTORY
that Git tracks, and those of its sub-modules when RECURSIVE? is true; return #f when DIRECTORY is in no checkout."
  (define files
    (false-if-exception
     (apply git-lines directory "ls-files" "-z"
            (if recursive? '("--recurse-submodules") '()))))

  ;; Names of a file may differ, its inode does not.
  (define inodes (make-hash-table))

  (and files
       (begin
         (for-each (lambda (file)
                     (match (false-if-exception (lstat (string-append directory "/" file)))
                       ;; A file that was deleted is not there to be asked for.
                       (#f #f)
                       (stat (hash-set! inodes (cons (stat:dev stat) (stat:ino stat)) #t))))
                   (with-parents files))
         (lambda (file stat)
           (hash-ref inodes (cons (stat:dev stat) (stat:ino stat)))))))
