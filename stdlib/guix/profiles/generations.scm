;;; Commentary:
;;;
;;; Generations: a profile is a link to one of several, PROFILE-N-link, and the user goes back and forth between them.
;;; Part of (guix profiles).
;;;
;;; Code:

(define-module (guix profiles generations)
  #:use-module (guix config)
  #:use-module (guix derivations)
  #:use-module (guix i18n)
  #:use-module (guix diagnostics)
  #:use-module (guix monads)
  #:use-module (guix profiles building)
  #:use-module (guix profiles manifests)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (switch-symlinks config-directory))
  #:use-module ((guix build utils) #:select (mkdir-p))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (generation-number generation-profile generation-numbers profile-generations
            relative-generation-spec->number relative-generation previous-generation-number
            generation-time generation-file-name switch-to-generation roll-back delete-generation
            %user-profile-directory %profile-directory %current-profile
            ensure-profile-directory canonicalize-profile user-friendly-profile))

(define (number-in profile file)
  "Return the number of the generation of PROFILE that FILE is called after, or #f."
  (and=> (string-match (string-append "^" (regexp-quote (basename profile)) "-([0-9]+)") file)
         (lambda (found) (string->number (match:substring found 1)))))

(define* (generation-number profile #:optional (base-profile profile))
  "Return the number of the generation that PROFILE, an absolute file name, is a link to, or 0.  Its generations are called
after BASE-PROFILE."
  (or (and=> (false-if-exception (readlink profile))
             (compose (cut number-in base-profile <>) basename))
      0))

(define (generation-profile file)
  "Return the profile that FILE, called PROFILE-N-link, is a generation of, or #f."
  (match (string-match "^(.*)-([0-9]+)-link$" file)
    (#f #f)
    (found (let ((profile (match:substring found 1)))
             (and (file-exists? (string-append profile "/manifest"))
                  profile)))))

(define (profile-generations profile)
  "Return the numbers of the generations of PROFILE, the least first."
  (sort (filter-map (cut number-in profile <>)
                    (or (scandir (dirname profile)) '()))
        <))

(define (generation-numbers profile)
  "Return the numbers of the generations of PROFILE, the least first, or (0) when there are none."
  (match (profile-generations profile)
    (() '(0))
    (numbers numbers)))

(define* (relative-generation profile shift #:optional (current (generation-number profile)))
  "Return the generation of PROFILE that is SHIFT after CURRENT, before when negative, or #f if there is none."
  (let* ((numbers (profile-generations profile))
         (place (list-index (cut = current <>) numbers))
         (wanted (and place (+ place shift))))
    (and wanted (< -1 wanted (length numbers))
         (list-ref numbers wanted))))

(define (relative-generation-spec->number profile spec)
  "Return the number of the generation of PROFILE that SPEC means: N, or +N or -N, counted from the current one; #f if
there is none."
  (match (string->number spec)
    (#f #f)
    (number
     (if (memv (string-ref spec 0) '(#\+ #\-))
         (relative-generation profile number)
         (find (cut = number <>) (profile-generations profile))))))

(define* (previous-generation-number profile #:optional (number (generation-number profile)))
  "Return the number of the generation of PROFILE before NUMBER, or 0."
  (or (relative-generation profile -1 number) 0))

(define (generation-file-name profile generation)
  "Return the file name of the generation of PROFILE with the number GENERATION."
  (string-append profile "-" (number->string generation) "-link"))

(define (generation-time profile number)
  "Return when the generation NUMBER of PROFILE was made, a UTC time."
  (make-time time-utc 0 (stat:ctime (stat (generation-file-name profile number)))))

(define (require-profile profile)
  (unless (file-exists? profile)
    (raise (condition (&profile-not-found-error (profile profile))))))

(define (switch-to-generation profile number)
  "Make PROFILE, in one step, a link to its generation NUMBER.  Return the number of the one it was a link to."
  (let ((before (generation-number profile))
        (generation (generation-file-name profile number)))
    (require-profile profile)
    (unless (file-exists? generation)
      (raise (condition (&missing-generation-error (profile profile) (generation number)))))
    (switch-symlinks profile (basename generation))
    before))

(define (link-to-empty-profile store generation)
  ;; The generation to go back to before the first is empty.
  (let ((drv (run-with-store store (profile-derivation (manifest '()) #:locales? #f))))
    (build-derivations store (list drv))
    (switch-symlinks generation (derivation->output-path drv))))

(define (switch-to-previous store profile)
  "Switch PROFILE to the generation before its current one, an empty one if need be.  Return the numbers of both."
  (let* ((previous (previous-generation-number profile))
         (file (generation-file-name profile previous)))
    (when (or (zero? previous) (not (file-exists? file)))
      (link-to-empty-profile store file))
    (values (switch-to-generation profile previous) previous)))

(define (roll-back store profile)
  "Switch PROFILE to the generation before its current one.  Return the numbers of that and of the new one."
  (require-profile profile)
  (match (generation-number profile)
    (0 (values 0 0))
    (_ (switch-to-previous store profile))))

(define (delete-generation store profile number)
  "Delete the generation NUMBER of PROFILE, going back to the one before if it is the current one.  Return its file name,
or #f when there is nothing to delete."
  (match number
    (0 #f)
    (_
     (let ((file (generation-file-name profile number)))
       (when (= number (generation-number profile))
         (switch-to-previous store profile))
       (delete-file file)
       file))))


;;;
;;; Where users' profiles are.
;;;

;; Not variables: a process may start from a snapshot that was made where other users' variables were set.

(define (user-profile-link)
  (and=> (getenv "HOME") (cut string-append <> "/.guix-profile")))

(define (users-profiles)
  (string-append %state-directory "/profiles/"
                 (match (or (getenv "USER") (getenv "LOGNAME")
                            (false-if-exception (passwd:name (getpwuid (getuid)))))
                   (#f "default")
                   (user (string-append "per-user/" user)))))

(define-syntax %user-profile-directory
  ;; The link to the current user's default profile.
  (identifier-syntax (user-profile-link)))

(define-syntax %profile-directory
  (identifier-syntax (users-profiles)))

(define-syntax %current-profile
  (identifier-syntax (string-append %profile-directory "/guix-profile")))

(define (ensure-profile-directory)
  "Make the directory of the current user's profiles, and see to it that it is theirs."
  (define (fail text hint . arguments)
    (raise (condition (&message (message (apply format #f text %profile-directory arguments)))
                      (&fix-hint (hint hint)))))

  (match (stat %profile-directory #f)
    (#f
     (catch 'system-error
       (lambda () (mkdir-p %profile-directory))
       (lambda error
         (fail (G_ "while creating directory `~a': ~a")
               (format #f (G_ "Please create the @file{~a} directory, with you as the owner.") %profile-directory)
               (strerror (system-error-errno error))))))
    (status
     (unless (= (stat:uid status) (getuid))
       (fail (G_ "directory `~a' is not owned by you")
             (format #f (G_ "Please change the owner of @file{~a} to user ~s.")
                     %profile-directory (or (getenv "USER") (getenv "LOGNAME") (getuid))))))))

(define (canonicalize-profile profile)
  "Return the file that PROFILE is a link to if that is one of the user's profiles, such as ~/.guix-profile is, and PROFILE
otherwise."
  (let ((profile (string-trim-right profile #\/)))
    (match (false-if-exception (readlink profile))
      ((and target (? string?) (= dirname (? (cut string=? <> %profile-directory))))
       target)
      (_ profile))))

(define (user-friendly-profile profile)
  "Return the name by which users know PROFILE."
  (or (find (lambda (link)
              (equal? profile (false-if-exception (readlink link))))
            (filter string?
                    (list (string-append (config-directory #:ensure? #f) "/current")
                          %user-profile-directory)))
      profile))
