;;; Commentary:
;;;
;;; What `strata package' does to profiles, and tells of them: installs, removes and upgrades packages, goes from one
;;; generation to another, lists what there is.  Options are parsed by runtime/cli/commands/package.ts.
;;;
;;; Code:

(define-module (guix scripts package-actions)
  #:use-module ((guix channels) #:select (channel->code))
  #:use-module (guix describe)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix scripts user-code)
  #:use-module (guix scripts package)
  #:use-module (guix store)
  #:use-module (guix transformations)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (package-name->name+version pretty-print-table))
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module ((ice-9 format) #:select (format))
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:export (change-profile
            go-back
            go-to-generation
            delete-matching-generations
            list-generations
            list-installed
            list-profiles
            show-search-paths
            export-manifest
            export-channels))

;; Users learn of errors in the words of (guix ui).
(define-syntax-rule (define-action signature documentation body ...)
  (define* signature
    documentation
    (with-error-handling body ...)))

(define (profile-file profile)
  "Return the file name of the profile that the user calls PROFILE, by default the user's own."
  (if profile
      (canonicalize-profile
       (if (absolute-file-name? profile)
           profile
           (string-append (getcwd) "/" profile)))
      %current-profile))

(define (require-profile profile)
  (unless (file-exists? profile)
    (raise (condition (&profile-not-found-error (profile profile))))))

(define (prepare-default-profile profile)
  "When PROFILE is the user's own, see to it that it has a directory and a link from the home directory."
  (when (string=? profile %current-profile)
    (ensure-profile-directory)
    (when (and %user-profile-directory
               (not (false-if-exception (lstat %user-profile-directory))))
      (symlink %current-profile %user-profile-directory))))


;;;
;;; What is to be installed.
;;;

(define (package-entry package output transform)
  "Return the manifest entry of OUTPUT of PACKAGE, transformed."
  (unless (supported-package? package)
    (leave (G_ "package ~a does not support ~a~%") (package-full-name package) (%current-system)))
  (recorded (package->manifest-entry (transform package) output)))

(define (recorded entry)
  "Return ENTRY with what it was made of: transformations and channels."
  (manifest-entry-with-provenance (manifest-entry-with-transformations entry)))

(define (item-entry item)
  "Return the manifest entry of the store item ITEM."
  (call-with-values (lambda () (package-name->name+version (store-path-package-name item) #\-))
    (lambda (name version)
      (manifest-entry
        (name name)
        (version version)
        (output "out")
        (item item)))))

(define (value-entry value transform)
  (match value
    ((? package? package) (package-entry package "out" transform))
    (((? package? package) (? string? output)) (package-entry package output transform))
    ((? manifest-entry? entry) entry)
    (_ (leave (G_ "~s: not a package~%") value))))

(define (thing->entries thing transform)
  "Return the manifest entries of THING, a pair as `things->derivations' takes them."
  (match thing
    (('package . (? store-path? item)) (list (item-entry item)))
    (('package . specification)
     (call-with-values (lambda () (specification->package+output specification))
       (lambda (package output)
         (list (package-entry package output transform)))))
    (('expression . text) (list (value-entry (evaluate-expression text) transform)))
    (('file . file) (list (value-entry (load-file file) transform)))
    (('manifest . file)
     (map (lambda (entry)
            (match (manifest-entry-item entry)
              ((? package? package)
               (recorded (manifest-entry (inherit entry) (item (transform package)))))
              (_ entry)))
          (manifest-entries (load-manifest file))))))

(define (specification->pattern specification)
  (call-with-values (lambda () (package-specification->name+version+output specification #f))
    (lambda (name version output)
      (manifest-pattern (name name) (version version) (output output)))))

(define (matches-any? regexps name)
  (any (cut regexp-exec <> name) regexps))

(define (upgrades store manifest transaction patterns kept)
  "Return TRANSACTION with the upgrades of those entries of MANIFEST that PATTERNS, regular expressions, all without one, are
about and KEPT are not."
  (let ((wanted (map (cut make-regexp* <> regexp/icase) patterns))
        (unwanted (map (cut make-regexp* <> regexp/icase) kept)))
    (fold (lambda (entry transaction)
            (let ((name (manifest-entry-name entry)))
              (if (and (or (null? wanted) (matches-any? wanted name))
                       (not (matches-any? unwanted name)))
                  (transaction-upgrade-entry store entry transaction)
                  transaction)))
          transaction
          (manifest-entries manifest))))


;;;
;;; Changes.
;;;

(define-action (change-profile profile #:key (install '()) (remove '()) (manifests '()) upgrade (keep '())
                                (transformations '()) dry-run? bootstrap? allow-collisions?
                                (graft? #t) (substitutes? #t) (verbosity 1) (options '()))
  "Make a new generation of PROFILE, a file name or #f: INSTALL lists things, MANIFESTS those that take the place of what is
there, REMOVE specifications; UPGRADE lists regular expressions of what to upgrade, or is #f, KEEP those of what not to.
TRANSFORMATIONS, lists of a
name and an argument, are applied to what is installed; OPTIONS, such lists too, are for the builds."
  (let ((profile (profile-file profile))
        (transform (options->transformation (map (match-lambda
                                                    ((name argument)
                                                     (cons (string->symbol name) argument)))
                                                  transformations))))
    (prepare-default-profile profile)
    (parameterize ((%graft? graft?))
      (with-profile-lock profile
        (with-store store
          (apply set-build-options store #:use-substitutes? substitutes? (build-options options))
          (with-build-handler (build-notifier #:dry-run? dry-run?
                                              #:use-substitutes? substitutes?
                                              #:verbosity verbosity)
            (let* ((manifest (if (null? manifests)
                                 (profile-manifest profile)
                                 (manifest (append-map (cut thing->entries <> transform) manifests))))
                   (removal (manifest-transaction (remove (map specification->pattern remove))))
                   (upgraded (if upgrade
                                 (upgrades store manifest removal upgrade keep)
                                 removal))
                   (transaction (fold manifest-transaction-install-entry upgraded
                                      (append-map (cut thing->entries <> transform) install))))
              (manifest-matching-entries manifest (manifest-transaction-remove transaction))
              (if (and (manifest-transaction-null? transaction) (null? manifests))
                  (format (current-error-port) (G_ "nothing to be done~%"))
                  (let ((changed (manifest-perform-transaction manifest transaction)))
                    (show-manifest-transaction store manifest transaction #:dry-run? dry-run?)
                    (build-and-use-profile store profile changed
                                           #:dry-run? dry-run?
                                           #:allow-collisions? allow-collisions?
                                           #:bootstrap? bootstrap?))))))))))

(define (build-options options)
  "Return OPTIONS, a list of names and values, as keyword arguments."
  (append-map (match-lambda
                ((name value) (list (symbol->keyword (string->symbol name)) value)))
              options))

(define-action (go-back profile)
  "Switch PROFILE to the generation before its current one."
  (with-store store
    (roll-back* store (profile-file profile))))

(define-action (go-to-generation profile specification)
  "Switch PROFILE to the generation that SPECIFICATION, such as \"3\" or \"-1\", means."
  (let ((profile (profile-file profile)))
    (match (relative-generation-spec->number profile specification)
      (#f (leave (G_ "cannot switch to generation '~a'~%") specification))
      (number (switch-to-generation* profile number)))))

(define (delete-matching-generations profile pattern)
  "Delete the generations of PROFILE that PATTERN chooses, all without one, but never the current one."
  (define file (profile-file profile))
  (define current (generation-number file))

  (define (delete numbers)
    (with-store store
      (for-each (cut delete-generation* store file <>) (delv current numbers))))

  (with-error-handling
    (require-profile file)
    (cond ((not pattern)
           (delete (profile-generations file)))
          ((eqv? 0 (string->number pattern))              ;the empty one costs nothing
           #t)
          (else
           (let ((numbers (matching-generations pattern file #:duration-relation >)))
             (when (memv current numbers)
               (warning (G_ "not removing generation ~a, which is current~%") current))
             (when (null? (delv current numbers))
               (leave (G_ "no matching generation~%")))
             (delete numbers))))))


;;;
;;; Lists.
;;;

(define-action (list-generations profile pattern)
  "Write what the generations of PROFILE that PATTERN chooses, all without one, consist of: the first one entirely, the
others as what has changed."
  (let* ((profile (profile-file profile))
         (numbers (begin
                    (require-profile profile)
                    (if pattern
                        (matching-generations pattern profile)
                        (profile-generations profile)))))
    (match (delv 0 numbers)
      (()
       (when pattern
         (exit 1)))
      ((and (first . others) shown)
       (display-generation profile first)
       (display-profile-content profile first)
       (newline)
       (for-each (cut display-profile-content-diff profile <> <>) shown others)))))

(define (installed profiles)
  (append-map (compose manifest-entries profile-manifest profile-file)
              (if (null? profiles) '(#f) profiles)))

(define-action (list-installed profiles pattern)
  "Write a table of what is in PROFILES and has a name that matches PATTERN, what was installed last at the end."
  (let ((regexp (make-regexp* (or pattern "") regexp/icase)))
    (pretty-print-table
     (reverse
      (filter-map (lambda (entry)
                    (and (regexp-exec regexp (manifest-entry-name entry))
                         (list (manifest-entry-name entry)
                               (or (manifest-entry-version entry) "?")
                               (manifest-entry-output entry)
                               (manifest-entry-item entry))))
                  (installed profiles))))))

(define (list-profiles)
  "Write the names of the user's profiles, one a line."
  (define (own? file)
    (eqv? (getuid) (and=> (false-if-exception (lstat file)) stat:uid)))

  (define roots
    (with-store store
      (map first (find-roots store))))

  (for-each (lambda (profile)
              (format #t "~a~%" (user-friendly-profile profile)))
            (sort (delete-duplicates
                   (filter-map (lambda (file)
                                 (and (own? file) (generation-profile file)))
                               (append (map (cut generation-file-name %current-profile <>)
                                            (profile-generations %current-profile))
                                       roots)))
                  string<?)))

(define-action (show-search-paths profiles kind)
  "Write the definitions of the environment variables that PROFILES need; KIND is `exact', `prefix' or `suffix'."
  (let ((files (map profile-file (if (null? profiles) '(#f) profiles))))
    (format #t "~{~a~%~}"
            (search-path-environment-variables (installed profiles) files (const #f)
                                               #:kind (string->symbol kind)))))


;;;
;;; What a profile is made of, for others.
;;;

(define-action (export-manifest profiles)
  "Write a manifest of what is in PROFILES."
  (match (manifest->code (manifest (installed profiles))
                         #:entry-package-version manifest-entry-version-prefix)
    (('begin forms ...)
     (display (G_ "\
;; A manifest of what was in the profile, for 'strata package -m FILE'.  It names packages, not the very versions of what
;; they are made of: for these, keep the output of 'strata package --export-channels', too.\n"))
     (for-each (lambda (form)
                 (newline)
                 (pretty-print form))
               forms))))

(define-action (export-channels profiles)
  "Write the list of the channels that what is in PROFILES was taken from."
  (display (G_ ";; The channels that what is in the profile comes from, for 'strata time-machine -C FILE'.\n"))
  (pretty-print
   `(list ,@(delete-duplicates
             (append-map (compose (cut map channel->code <>) manifest-entry-provenance)
                         (installed profiles))))))
