;;; Commentary:
;;;
;;; What `strata shell' adds to (guix scripts environment): packages themselves by default, files that are found in the
;;; current directory, profiles that were made before, manifests for what was asked.
;;;
;;; Code:

(define-module (guix scripts shell)
  #:use-module (guix base32)
  #:use-module (guix build utils)
  #:use-module (guix cache)
  #:use-module (guix describe)
  #:use-module ((guix channels) #:select (channel-commit))
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix scripts)
  #:use-module (guix scripts build options)
  #:use-module (guix scripts command-process)
  #:use-module (guix scripts environment)
  #:use-module (guix scripts option-tables)
  #:use-module (guix transformations)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (%current-system cache-directory config-directory))
  #:use-module (gnu packages)
  #:use-module (gcrypt hash)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:use-module (ice-9 rdelim)
  #:export (guix-shell
            plan))


;;;
;;; Options.
;;;

(define (packages-themselves opts)
  "Return OPTS, in which what follows means packages themselves, not what they are made with."
  (if (assoc-ref opts 'ad-hoc?)
      opts
      (acons 'ad-hoc? #t opts)))

(define own-table
  (list
   (documented '(#\D "development") #f (G_ "have what the next package is made with")
               (lambda (argument result)
                 (alist-delete 'ad-hoc? result eq?)))
   (documented '(#\f "file") "FILE" (G_ "have the package that FILE evaluates to")
               (lambda (argument result)
                 (acons 'load (tag-package-arg result argument) (packages-themselves result))))
   (documented '(#\q) #f (G_ "do not look for guix.scm and manifest.scm") (setting 'explicit-loading? #t))
   (documented '("rebuild-cache") #f (G_ "make the profile anew although it was made before")
               (setting 'rebuild-cache? #t))
   (documented '("export-manifest") #f (G_ "print a manifest of what the options ask for")
               (setting 'export-manifest? #t))
   (documented '(#\F "emulate-fhs") #f
               (G_ "let the container follow the Filesystem Hierarchy Standard") (setting 'emulate-fhs? #t))))

(define (show-help)
  (display (G_ "Usage: strata shell [OPTION] PACKAGES... [-- COMMAND...]
Make an environment with PACKAGES, and run COMMAND or an interactive shell in it.\n"))
  (show-table own-table)
  (show-environment-options-help)
  (show-common-help "strata shell" show-help))

(define %options
  (let ((own (table->options (append (help-options "strata shell" show-help) own-table))))
    (define (own? name)
      (any (lambda (option) (member name (option-names option))) own))

    (append own
            (filter-map (lambda (opt)
                          (and (not (any (lambda (name)
                                           (or (own? name) (member name '(#\l "load" "ad-hoc" "inherit"))))
                                         (option-names opt)))
                               ;; What -D says is about one thing.
                               (option (option-names opt)
                                       (option-required-arg? opt)
                                       (option-optional-arg? opt)
                                       (compose packages-themselves (option-processor opt)))))
                        %environment-options))))

(define (parse-args args)
  (define opts
    (parse-with-command args %options `((ad-hoc? . #t) ,@%environment-default-options)
                        (lambda (argument result)
                          (acons 'package (tag-package-arg result argument)
                                 (packages-themselves result)))))

  (with-cached-profile
   (with-found-file
    (if (assoc-ref opts 'emulate-fhs?)
        ;; The first of the packages, before other C libraries.
        (acons 'expression '(ad-hoc-package "(@@ (gnu packages base) glibc-for-fhs)") opts)
        opts))))


;;;
;;; Files of the current directory.
;;;

(define (find-upwards names)
  "Return a file with one of NAMES in the current directory or one above, as far as they are the user's and on the same device,
or #f."
  (define device (stat:dev (stat (getcwd))))

  (let loop ((directory (getcwd)))
    (let ((status (stat directory)))
      (and (= (getuid) (stat:uid status))
           (= device (stat:dev status))
           (or (find file-exists?
                     (map (cut string-append (if (string=? directory "/") "" directory) "/" <>) names))
               (and (not (string=? directory "/"))
                    (loop (dirname directory))))))))

(define (authorized-directories-file)
  (string-append (config-directory #:ensure? #f) "/shell-authorized-directories"))

(define (authorized-directories)
  "Return the directories whose files the user lets `strata shell' load."
  (define file (authorized-directories-file))

  (define (line->directory line number)
    (let ((line (string-trim-both line)))
      (cond ((or (string-null? line) (string-prefix? "#" line)) #f)
            ((string-prefix? "/" line) line)
            (else
             (warning (location file number 0) (G_ "ignoring invalid file name: '~a'~%") line)
             #f))))

  (if (file-exists? file)
      (let ((lines (string-split (call-with-input-file file read-string) #\newline)))
        (filter-map line->directory lines (iota (length lines) 1)))
      '()))

(define (with-found-file opts)
  "Return OPTS, an interactive shell's without packages, with what the user's guix.scm or manifest.scm asks for."
  (define (asks-for-something? option)
    (memq (first option) '(package load manifest profile expression)))

  (define (refuse file)
    (report-error (G_ "not loading '~a' because not authorized to do so~%") file)
    (display-hint (format #f (G_ "To allow @command{strata shell} to load @file{~a} of its own accord, add its directory to
those that you trust:

@example
echo ~a >> ~a
@end example\n")
                          file (dirname file) (authorized-directories-file)))
    (exit 1))

  (if (or (assoc-ref opts 'exec)
          (assoc-ref opts 'explicit-loading?)
          (any asks-for-something? (filter pair? opts)))
      opts
      (match (find-upwards '("manifest.scm" "guix.scm"))
        (#f opts)
        (file
         (unless (member (dirname file) (authorized-directories))
           (refuse file))
         (info (G_ "loading environment from '~a'...~%") file)
         (if (string=? (basename file) "guix.scm")
             (acons 'load (list 'package file) opts)
             (acons 'manifest file opts))))))


;;;
;;; Profiles made before.
;;;

(define %profile-cache-directory
  ;; Where profiles are kept, unless #f, which means in the user's cache.
  (make-parameter #f))

(define (profile-cache-directory)
  (or (%profile-cache-directory)
      (string-append (cache-directory #:ensure? #f) "/profiles")))

(define week (* 7 24 3600))

(define (collection-key)
  "Return what tells the package collection in use from others, or #f if nothing does."
  (and (cache-is-authoritative?)
       (match (current-channels)
         (() #f)
         (channels (string-join (map (lambda (channel) (or (channel-commit channel) "")) channels))))))

(define (cached-profile opts)
  "Return the name of the link to the profile for OPTS, and the time that it must have been made after; #f for both when it
cannot be told from OPTS what the profile is."
  (define (key . parts)
    (match (collection-key)
      (#f #f)
      (collection
       (string-append (profile-cache-directory) "/"
                      (bytevector->base32-string
                       (sha256 (string->utf8 (object->string (cons collection parts)))))))))

  (define system (or (assoc-ref opts 'system) (%current-system)))

  (define (varies? option)
    ;; Expressions and transformations may mean something else each time.
    (match option
      ((name . value)
       (or (memq name '(expression profile export-manifest? load-path))
           (transformation-option-key? name)))
      (_ #f)))

  (define (of name)
    (filter (lambda (option) (eq? name (first option))) opts))

  (if (any varies? opts)
      (values #f #f)
      (match (list (of 'package) (append (of 'load) (of 'manifest)))
        ((specifications ())
         (values (key system (map cdr specifications)) 0))
        ((() ((or ('load 'package file) ('manifest . file))))
         (let ((status (stat file)))
           (values (key system (stat:dev status) (stat:ino status))
                   (stat:mtime status))))
        (_ (values #f #f)))))

(define (with-cached-profile opts)
  "Return OPTS, which use the profile that was made for them before, or keep the one that will be made."
  (call-with-values (lambda () (cached-profile opts))
    (lambda (root oldest)
      (define status (and root (false-if-exception (lstat root))))

      (cond ((not root) opts)
            ((and status
                  (not (assoc-ref opts 'rebuild-cache?))
                  (<= oldest (stat:mtime status))
                  (file-exists? root))
             (let ((now (current-time)))
               (utime root now (stat:mtime status) 0 (stat:mtimensec status) AT_SYMLINK_NOFOLLOW))
             (acons 'profile root
                    (remove (lambda (option) (memq (first option) '(load manifest package)))
                            opts)))
            ((assq 'gc-root opts) opts)
            (else
             (if status
                 (delete-file root)
                 (mkdir-p (dirname root)))
             (acons 'gc-root root opts))))))

(define (remove-old-profiles)
  "Delete the links to profiles that were not used for a week."
  (maybe-remove-expired-cache-entries
   (profile-cache-directory)
   (lambda (directory)
     (map (cut string-append directory "/" <>)
          (or (scandir directory (negate (cut member <> '("." "..")))) '())))
   #:entry-expiration (lambda (file)
                        (match (false-if-exception (lstat file))
                          (#f 0)
                          (status (+ week (stat:atime status)))))))


;;;
;;; Manifests.
;;;

(define (entry-version-prefix entry)
  (package-unique-version-prefix (manifest-entry-name entry) (manifest-entry-version entry)))

(define (export-manifest opts)
  "Write a manifest of what OPTS ask for."
  (define transform (options->transformation opts))

  (define (transformed entry)
    (match (manifest-entry-item entry)
      ((? package? package)
       (manifest-entry
         (inherit (package->manifest-entry (transform package)))
         (output (manifest-entry-output entry))))
      (_ entry)))

  (define (specifications mode)
    (reverse (filter-map (match-lambda
                           (('package (? (cut eq? mode <>)) specification)
                            ;; There must be such a package.
                            (specification->package+output specification)
                            specification)
                           (_ #f))
                         opts)))

  (define direct (specifications->manifest (specifications 'ad-hoc-package)))

  (define development
    (map (lambda (specification)
           `(package->development-manifest (specification->package ,specification)))
         (specifications 'package)))

  (define manifest
    (concatenate-manifests
     (cons (map-manifest-entries transformed direct)
           (filter-map (match-lambda
                         (('manifest . file) (load-manifest file))
                         (('profile . file) (profile-manifest file))
                         (_ #f))
                       opts))))

  (define code
    (match (and (pair? (manifest-entries manifest))
                (manifest->code manifest #:entry-package-version entry-version-prefix))
      (#f
       (match development
         ((one) (list one))
         (_ (list `(concatenate-manifests (list ,@development))))))
      (('begin forms ... last)
       (append forms
               (list (if (null? development)
                         last
                         `(concatenate-manifests (list ,last ,@development))))))))

  (display (G_ "\
;; A manifest of what the command line asked for: keep it in a file, for the option '--manifest' ('-m') of any command that
;; has it.\n"))
  (for-each (lambda (form)
              (newline)
              (pretty-print form))
            code))


;;;
;;; The command.
;;;

(define (hint-file name)
  (string-append (cache-directory #:ensure? #f) "/hints/" name))

(define (give-hint-once opts)
  "The first time a shell is started, tell that it can be checked."
  (define file (hint-file "shell-check"))

  (cond ((assoc-ref opts 'check?)
         (mkdir-p (dirname file))
         (close-port (open-output-file file)))
        ((or (file-exists? file)
             (assoc-ref opts 'exec)
             (assoc-ref opts 'container?)
             (assoc-ref opts 'search-paths))
         #t)
        (else
         (display-hint (G_ "With the option @option{--check}, once, you see whether your shell leaves the environment's
variables as they are.")))))

(define (plan . args)
  "Do what ARGS, the command line of `shell', ask for; return what to run, as `plan-environment' does."
  (with-error-handling
    (let ((opts (parse-args args)))
      (cond ((assoc-ref opts 'export-manifest?)
             (export-manifest opts)
             #f)
            (else
             (give-hint-once opts)
             (let ((plan (guix-environment* opts)))
               (remove-old-profiles)
               plan))))))

(define-command (guix-shell . args)
  (category development)
  (synopsis "spawn one-off software environments")
  (apply run-command "shell" args))
