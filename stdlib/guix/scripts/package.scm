;;; Commentary:
;;;
;;; Changes to profiles: what an upgrade of an installed package means, new generations, and the search paths that a profile
;;; needs.  Extensions and tests use these procedures; what the command does with them is (guix scripts package-actions).
;;; Interface: (guix scripts package) of GNU Guix 1.4, as far as it is not about options.
;;;
;;; Code:

(define-module (guix scripts package)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix transformations)
  #:use-module ((guix ui) #:select (display-hint))
  #:use-module ((guix utils) #:select (readlink* switch-symlinks version-compare))
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:export (guix-package
            build-and-use-profile
            delete-generations
            manifest-entry-version-prefix
            search-path-environment-variables
            transaction-upgrade-entry))


;;;
;;; Generations.
;;;

(define (delete-generations store profile generations)
  "Delete GENERATIONS, a list of numbers, of PROFILE, and say so."
  (for-each (lambda (number)
              (let ((file (delete-generation store profile number)))
                (when file
                  (format #t (G_ "deleting ~a~%") file))))
            generations))

(define* (build-and-use-profile store profile manifest
                                #:key dry-run? (hooks %default-profile-hooks) allow-collisions?
                                (format-version %manifest-format-version) bootstrap?)
  "Build the profile that MANIFEST describes and let PROFILE, a file name, have it as its new generation.  Nothing is built
when DRY-RUN? is true, and there are no HOOKS when BOOTSTRAP? is."
  (let* ((drv (run-with-store store
                (profile-derivation manifest
                                    #:allow-collisions? allow-collisions?
                                    #:format-version format-version
                                    #:hooks (if bootstrap? '() hooks)
                                    #:locales? (not bootstrap?))))
         (directory (derivation->output-path drv)))
    (cond (dry-run? #t)
          ((and (file-exists? profile)
                (and=> (false-if-exception (readlink* profile)) (cut string=? directory <>)))
           (format (current-error-port) (G_ "nothing to be done~%")))
          (else
           (let* ((number (+ 1 (generation-number profile)))
                  (name (generation-file-name profile number)))
             (and (build-derivations store (list drv))
                  (begin
                    ;; Those above were rolled back from.
                    (switch-symlinks name directory)
                    (switch-symlinks profile (basename name))
                    (unless (string=? profile %current-profile)
                      (register-profile-root store name))
                    (display-search-path-hint (manifest-entries manifest) profile)
                    #t)))))))

(define (display-search-path-hint entries profile)
  "Tell the user which environment variables the use of ENTRIES in PROFILE asks for, unless they are set."
  (let ((settings (search-path-environment-variables entries (list profile) #:kind 'prefix))
        (name (user-friendly-profile profile)))
    (unless (null? settings)
      (display-hint
       (format #f (G_ "Set the environment variables that what is installed looks at:

@example
GUIX_PROFILE=\"~a\"
. \"$GUIX_PROFILE/etc/profile\"
@end example

or see @command{strata package --search-paths -p ~s}.")
               name name)))))

(define (register-profile-root store name)
  ;; A link outside of the directory of profiles does not keep what it points to.
  (add-indirect-root store (canonicalize-directory name)))

(define (canonicalize-directory file)
  (string-append (canonicalize-path (dirname file)) "/" (basename file)))

(define (manifest-entry-version-prefix entry)
  "Return the shortest prefix of the version of ENTRY that identifies it among the available packages of its name."
  (package-unique-version-prefix (manifest-entry-name entry)
                                 (manifest-entry-version entry)))


;;;
;;; Upgrades.
;;;

(define (installable package output)
  "Return the manifest entry of OUTPUT of PACKAGE, which remembers the transformations it went through."
  (manifest-entry-with-transformations (package->manifest-entry package output)))

(define (replacement-of package entry store)
  "Return the manifest entry that is to take the place of ENTRY, whose best package now is PACKAGE, or #f."
  (define candidate
    (installable package (manifest-entry-output entry)))

  (define (same-items?)
    ;; What would be built, for grafts, to tell is taken to be different.
    (with-build-handler (const #f)
      (manifest-entry=? (run-with-store store
                          (lower-manifest-entry candidate (%current-system)))
                        entry)))

  (match (version-compare (package-version package) (manifest-entry-version entry))
    ('> candidate)
    ('< #f)
    ('= (if (same-items?) #f candidate))))

(define (upgrade store entry transform transaction)
  (define name (manifest-entry-name entry))

  (match (find-best-packages-by-name name #f)
    (()
     (warning (G_ "package '~a' no longer exists~%") name)
     transaction)
    ((best . _)
     (let ((package (transform best)))
       (match (package-superseded package)
         (#f
          (match (replacement-of package entry store)
            (#f transaction)
            (new (manifest-transaction-install-entry new transaction))))
         (successor
          (info (G_ "package '~a' has been superseded by '~a'~%") name (package-name successor))
          (manifest-transaction-install-entry
           (installable successor (manifest-entry-output entry))
           (manifest-transaction-remove-pattern
            (manifest-pattern
              (name name)
              (version (manifest-entry-version entry))
              (output (manifest-entry-output entry)))
            transaction))))))))

(define (transaction-upgrade-entry store entry transaction)
  "Return TRANSACTION with the upgrade of ENTRY, a manifest entry of a store item, transformed as it was before."
  (if (or (manifest-transaction-removal-candidate? entry transaction)
          (not (string? (manifest-entry-item entry))))
      transaction
      (upgrade store entry
               (options->transformation
                (or (assq-ref (manifest-entry-properties entry) 'transformations) '()))
               transaction)))


;;;
;;; Search paths.
;;;

(define* (search-path-environment-variables entries profiles #:optional (getenv getenv) #:key (kind 'exact))
  "Return the definitions, as text for a shell, of environment variables that the use of ENTRIES, manifest entries, in
PROFILES asks for; GETENV tells what is set already.  KIND is one of `exact', `prefix' and `suffix'."
  (let ((specifications (delete-duplicates
                         (cons $PATH (append-map manifest-entry-search-paths entries)))))
    (map (match-lambda
           ((specification . value)
            (environment-variable-definition (search-path-specification-variable specification)
                                             value
                                             #:separator (search-path-specification-separator specification)
                                             #:kind kind)))
         (evaluate-search-paths specifications
                                (map (lambda (profile)
                                       (user-friendly-profile profile))
                                     profiles)
                                getenv))))

(define-command (guix-package . args)
  (synopsis "manage packages and profiles")
  (apply run-command "package" args))
