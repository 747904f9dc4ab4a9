;;; Commentary:
;;;
;;; What `strata environment' and `strata shell' do: options, the packages that they ask for, the profile that holds these.
;;; The program is started by runtime/cli/commands/shell.ts, which is told how by `plan-environment'; containers are
;;; described by (guix scripts environment container).
;;; Interface: (guix scripts environment) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts environment)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix scripts)
  #:use-module (guix scripts build options)
  #:use-module (guix scripts command-process)
  #:use-module (guix scripts environment checking)
  #:use-module (guix scripts environment container)
  #:use-module (guix scripts option-tables)
  #:use-module (guix scripts user-code)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix transformations)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (%current-system readlink*))
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:re-export (assert-container-features
               load-manifest)
  #:export (guix-environment
            guix-environment*
            plan-environment
            tag-package-arg
            show-environment-options-help
            show-common-help
            environment-table
            (%options . %environment-options)
            (%default-options . %environment-default-options)))


;;;
;;; Options.
;;;

(define (tag-package-arg opts argument)
  "Return ARGUMENT, what stands for packages, with whether it is they that are wanted or what they are made with, which OPTS
tell."
  (list (if (assoc-ref opts 'ad-hoc?) 'ad-hoc-package 'package) argument))

(define (for-packages key)
  (lambda (argument result)
    (acons key (tag-package-arg result argument) result)))

(define (mapping-option writable?)
  (adding 'file-system-mapping (cut specification->mapping <> writable?)))

(define environment-table
  (list
   (documented '(#\e "expression") "EXPR" (G_ "have the package that EXPR evaluates to, or what it is made with")
               (for-packages 'expression))
   (documented '(#\m "manifest") "FILE" (G_ "have the packages of the manifest in FILE") (adding 'manifest))
   (documented '(#\p "profile") "PATH" (G_ "use the profile at PATH") (replacing 'profile))
   (documented '("check") #f (G_ "check if the shell overrides the variables of the environment")
               (setting 'check? #t))
   (documented '("pure") #f (G_ "unset the variables that there are, but for a few") (setting 'pure #t))
   (documented '(#\E "preserve") "REGEXP" (G_ "keep the variables whose names match REGEXP")
               (adding 'inherit-regexp make-regexp*))
   (documented '("inherit") "REGEXP" #f
               (lambda (argument result)
                 (warning (G_ "'--inherit' is deprecated, use '--preserve' instead~%"))
                 (acons 'inherit-regexp (make-regexp* argument) result)))
   (documented '("search-paths") #f (G_ "print the definitions of variables, and run nothing")
               (setting 'search-paths #t))
   (documented '(#\r "root") "FILE" (G_ "make FILE a link to the profile, and a root of the garbage collector")
               (adding 'gc-root))
   (documented '(#\C "container") #f (G_ "run the command in a container") (setting 'container? #t))
   (documented '(#\N "network") #f (G_ "let the container use the network") (setting 'network? #t))
   (documented '(#\P "link-profile") #f (G_ "have the profile at ~/.guix-profile in the container")
               (setting 'link-profile? #t))
   (documented '(#\u "user") "USER"
               (G_ "be called USER in the container, with /home/USER, instead of\nhaving the name and home of the caller")
               (replacing 'user))
   (documented '("no-cwd") #f (G_ "do not share the current directory with the container") (setting 'no-cwd? #t))
   (documented '("share") "SPEC" (G_ "share a file, SOURCE or SOURCE=TARGET, with the container, writable")
               (mapping-option #t))
   (documented '("expose") "SPEC" (G_ "the same, read-only") (mapping-option #f))
   (documented '(#\S "symlink") "SPEC"
               (G_ "have a link to a file of the profile in the container,\nfor example \"/usr/bin/env=bin/env\"")
               (lambda (argument result)
                 (acons 'symlinks
                        (append (assoc-ref result 'symlinks) (list (specification->link argument)))
                        (alist-delete 'symlinks result eq?))))
   (documented '(#\v "verbosity") "LEVEL" (G_ "how much to tell of builds") (replacing 'verbosity string->number*))
   (documented '("bootstrap") #f (G_ "make the profile without hooks") (setting 'bootstrap? #t))
   (documented '(#\n "dry-run") #f #f (setting 'dry-run? #t))))

(define (show-environment-options-help)
  "Write what the options that `environment' and `shell' have in common are for."
  (show-table environment-table))

(define %default-options
  `((system . ,(%current-system))
    (symlinks . ())
    (offload? . #t)
    (graft? . #t)
    (substitutes? . #t)
    (print-build-trace? . #t)
    (print-extended-build-trace? . #t)
    (multiplexed-build-output? . #t)
    (debug . 0)
    (verbosity . 1)))

(define own-table
  (list
   (documented '(#\l "load") "FILE" (G_ "have what the package is made with that FILE evaluates to")
               (for-packages 'load))
   (documented '("ad-hoc") #f (G_ "have the packages named from here on themselves") (setting 'ad-hoc? #t))))

(define (show-common-help command show-help)
  "Print the help on what COMMAND, whose own is printed by SHOW-HELP, shares with the others that make environments."
  (newline)
  (show-build-options-help)
  (newline)
  (show-native-build-options-help)
  (newline)
  (show-transformation-options-help)
  (newline)
  (show-table (help-options command show-help))
  (show-bug-report-information))

(define (show-help)
  (display (G_ "Usage: strata environment [OPTION]... PACKAGE... [-- COMMAND...]
Make an environment with what PACKAGEs are made with, and run COMMAND or an interactive shell in it.\n"))
  (for-each show-table (list own-table environment-table))
  (show-common-help "strata environment" show-help))

(define %options
  (append (table->options (append (help-options "strata environment" show-help) own-table environment-table))
          %transformation-options
          %standard-build-options
          %standard-native-build-options))

(define (parse-args args)
  (parse-with-command args %options %default-options
                      (lambda (argument result)
                        (acons 'package (tag-package-arg result argument) result))))


;;;
;;; What is wanted.
;;;

(define (options->manifest opts)
  "Return the manifest of what OPTS ask for."
  (define transform (options->transformation opts))

  (define (development-entries package)
    (manifest-entries (package->development-manifest package)))

  (define (value->entries value mode)
    (match value
      ((? package? package)
       (value->entries (list package "out") mode))
      (((? package? package) (? string? output))
       (if (eq? mode 'ad-hoc-package)
           (list (package->manifest-entry (transform package) output))
           (development-entries package)))
      ((values ...)
       (append-map (cut value->entries <> mode) values))
      (_ (leave (G_ "~s: not a package~%") value))))

  (define (option->entries option)
    (match option
      (('package 'ad-hoc-package specification)
       (call-with-values (lambda () (specification->package+output specification))
         (lambda (package output)
           (list (package->manifest-entry (transform package) output)))))
      (('package 'package specification)
       (development-entries (transform (specification->package specification))))
      (('expression mode text)
       (value->entries (read/eval text) mode))
      (('load mode file)
       (value->entries (load-file file (make-user-module '())) mode))
      (('manifest . file)
       (manifest-entries (load-manifest file)))
      (_ '())))

  (define (same? a b)
    (and (eq? (manifest-entry-item a) (manifest-entry-item b))
         (string=? (manifest-entry-output a) (manifest-entry-output b))))

  (manifest (delete-duplicates (append-map option->entries opts) same?)))

(define (check-options opts)
  "Report what in OPTS makes no sense, and exit."
  (unless (assoc-ref opts 'container?)
    (for-each (match-lambda
                ((key . name)
                 (match (assoc-ref opts key)
                   ((or #f ()) #t)
                   (_ (leave (G_ "'~a' cannot be used without '--container'~%") name)))))
              '((link-profile? . "--link-profile")
                (user . "--user")
                (no-cwd? . "--no-cwd")
                (emulate-fhs? . "--emulate-fhs")
                (symlinks . "--symlink")))))

(define (register-root item root)
  "Make ROOT a link to ITEM, and a root of the garbage collector, unless it is."
  (let ((root (if (absolute-file-name? root)
                  root
                  (string-append (canonicalize-path (dirname root)) "/" (basename root)))))
    (with-monad %store-monad
      (cond ((equal? (false-if-exception (readlink root)) item)
             (return #t))
            (else
             (symlink item root)
             ((store-lift add-indirect-root) root))))))

(define (show-search-paths profile manifest pure?)
  (for-each (match-lambda
              ((specification . value)
               (format #t "~a~%"
                       (search-path-definition specification value
                                               #:kind (if pure? 'exact 'prefix)))))
            (profile-search-paths profile manifest)))


;;;
;;; Making it.
;;;

(define (default-shell)
  (or (getenv "SHELL") "/bin/sh"))

(define (build-environment store opts manifest)
  "Return the profile of MANIFEST, and the shell for its container if OPTS ask for one, built; #f in a dry run."
  (define system (assoc-ref opts 'system))
  (define bootstrap? (assoc-ref opts 'bootstrap?))

  (run-with-store store
    (mlet* %store-monad ((bash (if (assoc-ref opts 'container?)
                                   (package->derivation (specification->package "bash") system)
                                   (return #f)))
                         (drv (match (assoc-ref opts 'profile)
                                (#f
                                 (profile-derivation manifest
                                                     #:system system
                                                     ;; Inputs may have files of the same name.
                                                     #:allow-collisions? #t
                                                     #:hooks (if bootstrap? '() %default-profile-hooks)
                                                     #:locales? (not bootstrap?)))
                                (_ (return #f))))
                         (profile -> (if drv
                                         (derivation->output-path drv)
                                         (readlink* (assoc-ref opts 'profile)))))
      (mbegin %store-monad
        (built-derivations (filter identity (list drv bash)))
        (match (assoc-ref opts 'gc-root)
          (#f (return #t))
          (root (register-root profile root)))
        (return (list profile
                      (and bash (string-append (derivation->output-path bash) "/bin/bash"))))))
    #:system system))

(define (closure store items)
  (requisites store items))

(define* (plan-environment opts)
  "Build the environment that OPTS ask for.  Return #f when there is nothing more to do, or what to run: a list of words and,
for a container, its description.  The variables of this process are then those that the program is to have."
  (define container? (assoc-ref opts 'container?))
  (define profile-option (assoc-ref opts 'profile))
  (define pure? (assoc-ref opts 'pure))
  (define regexps (filter-map (match-lambda
                                (('inherit-regexp . regexp) regexp)
                                (_ #f))
                              opts))

  (define (run store)
    (define asked (options->manifest opts))
    (define manifest
      (if profile-option
          (profile-manifest profile-option)
          asked))

    (when (and profile-option (pair? (manifest-entries asked)))
      (leave (G_ "'--profile' cannot be used with package options~%")))
    (when (null? (manifest-entries manifest))
      (warning (G_ "no packages specified; creating an empty environment~%")))
    (match (parameterize ((%graft? (assoc-ref opts 'graft?)))
             (build-environment store opts manifest))
      ((profile bash)
       (when (assoc-ref opts 'check?)
         (if container?
             (warning (G_ "'--check' is unnecessary when using '--container'; doing nothing~%"))
             (check-shell-environment profile manifest (default-shell) #:white-list regexps)))
       (cond ((assoc-ref opts 'search-paths)
              (show-search-paths profile manifest pure?)
              #f)
             (container?
              (container-plan profile manifest
                              #:command (or (assoc-ref opts 'exec) '("/bin/sh"))
                              #:bash bash
                              #:items (closure store (cons* profile (list (store-item-of bash))))
                              #:white-list regexps
                              #:options opts))
             (else
              (let ((command (or (assoc-ref opts 'exec) (list (default-shell)))))
                (load-profile profile manifest #:pure? pure? #:white-list-regexps regexps)
                (setenv "GUIX_ENVIRONMENT" profile)
                (require-command command profile)
                (list command)))))))

  (check-options opts)
  (when container?
    (assert-container-features))
  (with-store store
    (set-build-options-from-command-line store opts)
    (with-build-handler (build-notifier #:use-substitutes? (assoc-ref opts 'substitutes?)
                                        #:verbosity (assoc-ref opts 'verbosity)
                                        #:dry-run? (assoc-ref opts 'dry-run?))
      (match (run store)
        ((plan ...) plan)
        (_ #f)))))

(define (store-item-of file)
  (string-append (%store-prefix) "/" (basename (dirname (dirname file)))))

(define (require-command command profile)
  "Report that there is no program for COMMAND, with what in PROFILE has a similar name, and exit."
  (match command
    ((program . _)
     (unless (or (string-index program #\/)
                 (search-path (string-split (or (getenv "PATH") "") #\:) program))
       (report-error (G_ "~a: command not found~%") program)
       (suggest-command program profile)
       (exit 127)))))

(define-command (guix-environment . args)
  (category development)
  (synopsis "spawn one-off software environments (deprecated)")
  (apply run-command "environment" args))

(define (guix-environment* opts)
  "Make the environment that OPTS, a parsed command line, ask for; return what to run in it, as `plan-environment' does."
  (with-error-handling
    (plan-environment opts)))

(define (plan . args)
  "Do what ARGS, the command line of `environment', ask for; return what to run."
  (with-error-handling
    (warning (G_ "This command is deprecated in favor of 'strata shell'.~%"))
    (plan-environment (parse-args args))))
