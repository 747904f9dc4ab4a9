;;; Commentary:
;;;
;;; What modules that are commands are made of: `define-command', parsing of command lines, building with a word about it,
;;; warnings that many commands give.  Interface: (guix scripts) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts)
  #:use-module ((guix build syscalls)
                #:select (statfs file-system-block-size file-system-block-count file-system-blocks-available))
  #:use-module (guix derivations)
  #:use-module (guix grafts)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module ((guix packages) #:select (package->derivation package-source origin->derivation))
  #:use-module (guix store)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (arguments-from-environment-variable string-closest strip-keyword-arguments))
  #:autoload   (guix describe) (current-profile-date)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 match)
  #:export (define-command synopsis category %command-categories
            main development packaging plumbing internal extension
            args-fold* parse-command-line
            maybe-build build-package build-package-source
            %distro-age-warning warn-about-old-distro
            %disk-space-warning warn-about-disk-space))

;; Keywords of `define-command'.
(define synopsis 'command-synopsis)
(define category 'command-category)

(define-syntax-rule (define-categories alist check (name text) ...)
  ;; Define ALIST, each NAME as a keyword, and CHECK, a macro that takes one of them.
  (begin
    (define name '(command-category name)) ...
    (define alist (list (cons 'name text) ...))
    (define-syntax check
      (syntax-rules (name ...)
        ((_ name) #t) ...))))

(define-categories %command-categories check-category
  (main (G_ "main commands"))
  (development (G_ "software development commands"))
  (packaging (G_ "packaging commands"))
  (plumbing (G_ "plumbing commands"))
  (internal (G_ "internal commands"))
  (extension (G_ "extension commands")))

(define-syntax define-command
  ;; (define-command (NAME . FORMALS) [(category CATEGORY)] (synopsis TEXT) BODY ...): define the procedure NAME.  What
  ;; lists commands reads the form.
  (syntax-rules (category synopsis)
    ((_ (name . formals) (category kind) (synopsis text) body ...)
     (begin
       (check-category kind)
       (define (name . formals) text body ...)))
    ((_ (name . formals) (synopsis text) body ...)
     (define (name . formals) text body ...))))


;;;
;;; Command lines.
;;;

(define (args-fold* args options unrecognized-option-proc operand-proc . seeds)
  "Like SRFI 37's `args-fold', but report an error in ARGS and exit."
  (catch 'misc-error
    (lambda ()
      (apply args-fold args options unrecognized-option-proc operand-proc seeds))
    (lambda (key proc message arguments . rest)
      (leave (G_ "invalid argument: ~a~%") (apply format #f message arguments)))))

(define (closest-option name options)
  (and (string? name)
       (string-closest (first (string-split name #\=))
                       (filter string? (append-map option-names options))
                       #:threshold 3)))

(define* (parse-command-line args options seeds
                             #:key (build-options? #t)
                             (argument-handler (lambda (argument result)
                                                 (acons 'argument argument result))))
  "Parse ARGS, and before them with BUILD-OPTIONS? what GUIX_BUILD_OPTIONS holds, with OPTIONS, of SRFI 37, and with
ARGUMENT-HANDLER for what is no option; both start from SEEDS.  Report an unknown option and exit."
  (define (unrecognized opt name . rest)
    (report-error (G_ "~A: unrecognized option~%") name)
    (match (closest-option name options)
      (#f #t)
      (closest (display-hint (format #f (G_ "Did you mean @code{~a}?~%") closest))))
    (exit 1))

  (define (parse args seeds)
    (apply args-fold* args options unrecognized argument-handler seeds))

  (call-with-values
      (lambda ()
        (if build-options?
            (parse (arguments-from-environment-variable "GUIX_BUILD_OPTIONS") seeds)
            (apply values seeds)))
    (lambda seeds (parse args seeds))))


;;;
;;; Building.
;;;

(define* (maybe-build drvs #:key dry-run? use-substitutes?)
  "Show as a monadic action what building DRVS takes, and build them unless DRY-RUN?."
  (mlet %store-monad ((_ (show-what-to-build* drvs #:dry-run? dry-run? #:use-substitutes? use-substitutes?)))
    (if dry-run?
        (return #f)
        (built-derivations drvs))))

(define (build-and-show drv dry-run? use-substitutes? build-options)
  "Build as a monadic action the derivation that the monadic value DRV gives, with BUILD-OPTIONS set before, and write the
names of its outputs."
  (mlet* %store-monad ((_ (apply (store-lift set-build-options)
                                 #:use-substitutes? use-substitutes?
                                 (strip-keyword-arguments '(#:dry-run? #:use-substitutes?) build-options)))
                       (drv drv)
                       (_ (maybe-build (list drv) #:dry-run? dry-run? #:use-substitutes? use-substitutes?)))
    (return (show-derivation-outputs drv))))

(define* (build-package package #:key dry-run? (use-substitutes? #t)
                        #:allow-other-keys #:rest build-options)
  "Build PACKAGE as a monadic action, with BUILD-OPTIONS for `set-build-options', and write the names of its outputs."
  (build-and-show (package->derivation package #:graft? (and (not dry-run?) (%graft?)))
                  dry-run? use-substitutes? build-options))

(define* (build-package-source package #:key dry-run? (use-substitutes? #t)
                               #:allow-other-keys #:rest build-options)
  "Build the source of PACKAGE as a monadic action, as `build-package' does."
  (build-and-show (origin->derivation (package-source package))
                  dry-run? use-substitutes? build-options))


;;;
;;; Warnings.
;;;

(define %distro-age-warning
  ;; Seconds from which on the collection is old.
  (make-parameter
   (match (and=> (getenv "GUIX_DISTRO_AGE_WARNING") string->duration)
     (#f (* 7 24 3600))
     (duration (time-second duration)))))

(define* (warn-about-old-distro #:optional (old (%distro-age-warning))
                                #:key (suggested-command "guix package -u"))
  "Warn when the channels in use were pulled more than OLD seconds ago."
  (match (and (search-path %load-path "guix/describe.scm")
              (current-profile-date))
    (#f #t)
    (date
     (let* ((age (- (time-second (current-time time-utc)) date))
            (days (round (/ age (* 24 3600)))))
       (when (>= age old)
         (warning (N_ "Your Guix installation is ~a day old.\n"
                      "Your Guix installation is ~a days old.\n" days)
                  days)
         (unless (getenv "GUIX_UNINSTALLED")
           (warning (G_ "Consider running 'guix pull' followed by
'~a' to get up-to-date packages and security updates.\n")
                    suggested-command)
           (newline (guix-warning-port))))))))

(define (parse-disk-space-thresholds text)
  "Return the list of the bytes and the fraction that TEXT, such as \"1GiB;10%\", says; what it does not is 5 GiB and 5 %."
  (define (percentage part)
    (and (or (string-suffix? "%" part)
             (and=> (string->number part) (lambda (number) (< number 100))))
         (and=> (string->number (string-trim-right part #\%))
                (lambda (number) (/ number 100.)))))

  (define parts (remove string-null? (string-split text #\;)))

  (list (or (any (lambda (part)
                   (and (not (percentage part))
                        (false-if-exception (size->number part))))
                 parts)
            (size->number "5GiB"))
        (or (any percentage parts) 0.05)))

(define %disk-space-warning
  (make-parameter (parse-disk-space-thresholds (or (getenv "GUIX_DISK_SPACE_WARNING") ""))))

(define* (warn-about-disk-space #:optional profile #:key (thresholds (%disk-space-warning)))
  "Warn when the store's file system has less room than both of THRESHOLDS, a number of bytes and a fraction."
  (define (when-there proc)
    (when (file-exists? (%store-prefix)) (proc)))

  (when-there
    (lambda ()
      (let* ((status (statfs (%store-prefix)))
             (block (file-system-block-size status))
             (available (* block (file-system-blocks-available status)))
             (total (* block (file-system-block-count status))))
        (match thresholds
          ((absolute relative)
           (when (< available (min absolute (* total relative)))
             (warning (G_ "only ~,1f GiB of free space available on ~a~%")
                      (/ available 1. (expt 2 30)) (%store-prefix))
             (display-hint (G_ "Consider deleting old profile generations and collecting garbage, along these lines:

@example
guix gc --delete-generations=1m
@end example\n")))))))))
