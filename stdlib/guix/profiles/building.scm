;;; Commentary:
;;;
;;; Derivations of profiles, and profiles as file-like objects; the environment they stand for.
;;; The builders come out as those of GNU Guix 1.4 do, so that profiles have the same names.
;;; Part of (guix profiles).
;;;
;;; Code:

(define-module (guix profiles building)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix profiles hooks)
  #:use-module (guix profiles manifest-files)
  #:use-module (guix profiles manifests)
  #:use-module (guix records)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (srfi srfi-98)
  #:use-module (ice-9 match)
  #:export (profile-derivation
            profile profile? profile-name profile-content profile-hooks profile-locales?
            profile-allow-collisions? profile-relative-symlinks? profile-format-version
            profile-search-paths load-profile))

(define (profile-builder content extra-inputs locales? relative-symlinks?)
  (with-imported-modules '((guix build profiles)
                           (guix build union)
                           (guix build utils)
                           (guix search-paths)
                           (guix records))
    #~(begin
        (use-modules (guix build profiles)
                     (guix search-paths)
                     (srfi srfi-1))
        (let ((line (cond-expand (guile-2.2 'line)
                                 (else _IOLBF))))
          (setvbuf (current-output-port) line)
          (setvbuf (current-error-port) line))
        #+(locale-setting locales?)
        (build-profile #$output '#$content
                       #:extra-inputs '#$extra-inputs
                       #:symlink #$(if relative-symlinks? #~symlink-relative #~symlink)))))

(define (require-support manifest system)
  "Raise an error if a package of MANIFEST cannot be built for SYSTEM."
  (for-each (lambda (entry)
              (match (manifest-entry-item entry)
                ((? package? package)
                 (unless (supported-package? package system)
                   (raise (formatted-message (G_ "package ~a does not support ~a")
                                             (package-full-name package) system))))
                (_ #t)))
            (manifest-entries manifest)))

(define* (profile-derivation manifest
                             #:key
                             (name "profile")
                             (hooks %default-profile-hooks)
                             (locales? #t)
                             allow-unsupported-packages? allow-collisions? relative-symlinks?
                             (format-version %manifest-format-version)
                             system target)
  "Return as a monadic value a derivation of a profile with what MANIFEST lists, built for SYSTEM or cross-built for
TARGET.  Each of HOOKS is called with MANIFEST and returns as a monadic value a derivation of more files, or #f.  Entries
that exclude each other are an error unless ALLOW-COLLISIONS?; so are packages that do not support SYSTEM unless
ALLOW-UNSUPPORTED-PACKAGES?.  With LOCALES? the build has a UTF-8 locale.  With RELATIVE-SYMLINKS? links are relative, and
the profile can be moved together with the store."
  (mlet* %store-monad ((system (if system (return system) (current-system)))
                       (target (if target (return target) (current-target-system)))
                       (_ (begin
                            (unless (or allow-unsupported-packages? target)
                              (require-support manifest system))
                            (if allow-collisions?
                                (return #t)
                                (check-for-collisions manifest system #:target target))))
                       (extras (if (null? (manifest-entries manifest))
                                   (return '())
                                   (mapm/accumulate-builds (lambda (hook) (hook manifest)) hooks))))
    (gexp->derivation name
                      (profile-builder (manifest->gexp manifest format-version)
                                       (map gexp-input (filter derivation? extras))
                                       locales? relative-symlinks?)
                      #:system system
                      #:target target
                      #:env-vars '(("GUILE_WARN_DEPRECATED" . "no"))
                      ;; It takes no time, and nobody has it ready.
                      #:local-build? #t
                      #:substitutable? #f
                      #:properties `((type . profile)
                                     (profile (count . ,(length (manifest-entries manifest))))))))

(define-record-type* <profile> profile make-profile
  profile?
  (name profile-name (default "profile"))
  (content profile-content)                             ;manifest
  (hooks profile-hooks (default %default-profile-hooks))
  (locales? profile-locales? (default #t))
  (allow-collisions? profile-allow-collisions? (default #f))
  (relative-symlinks? profile-relative-symlinks? (default #f))
  (format-version profile-format-version (default %manifest-format-version)))

(define-gexp-compiler (profile-compiler (profile <profile>) system target)
  (profile-derivation (profile-content profile)
                      #:name (profile-name profile)
                      #:hooks (profile-hooks profile)
                      #:locales? (profile-locales? profile)
                      #:allow-collisions? (profile-allow-collisions? profile)
                      #:relative-symlinks? (profile-relative-symlinks? profile)
                      #:format-version (profile-format-version profile)
                      #:system system #:target target))


;;;
;;; The environment of a profile.
;;;

(define* (profile-search-paths profile #:optional (manifest (profile-manifest profile))
                               #:key (getenv (const #f)))
  "Return pairs of a search path specification and a value: what to set for PROFILE, with MANIFEST, other than what GETENV
says is set."
  (evaluate-search-paths (manifest-search-paths manifest) (list profile) getenv))

(define %kept-variables
  '("HOME" "USER" "LOGNAME" "DISPLAY" "XAUTHORITY" "TERM" "TZ" "PAGER"))

(define* (load-profile profile #:optional (manifest (profile-manifest profile))
                       #:key pure? (white-list-regexps '()) (white-list %kept-variables))
  "Set the environment variables of PROFILE, with MANIFEST, in front of what they hold.  With PURE?, first unset all
variables but those in WHITE-LIST and those that match one of WHITE-LIST-REGEXPS."
  (define (kept? name)
    (or (member name white-list)
        (any (lambda (rx) (regexp-exec rx name)) white-list-regexps)))

  (when pure?
    (for-each unsetenv
              (remove kept? (map car (get-environment-variables)))))
  (for-each (match-lambda
              ((specification . value)
               (let* ((variable (search-path-specification-variable specification))
                      (separator (search-path-specification-separator specification))
                      (current (and separator (not pure?) (getenv variable))))
                 (setenv variable
                         (if current (string-append value separator current) value)))))
            (profile-search-paths profile manifest)))
