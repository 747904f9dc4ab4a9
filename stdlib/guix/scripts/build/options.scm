;;; Commentary:
;;;
;;; The options of all commands that build, for commands written in Scheme: tables, options for SRFI 37, help, and what
;;; they set in a connection to the store.  Part of (guix scripts build), and its interface in GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts build options)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix platform)
  #:use-module (guix scripts option-tables)
  #:use-module (guix store)
  #:use-module (guix ui arguments)
  #:use-module ((guix ui errors) #:select (display-hint))
  #:use-module ((guix utils) #:select (%current-system string-closest))
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%standard-build-options
            %standard-cross-build-options
            %standard-native-build-options
            show-build-options-help
            show-cross-build-options-help
            show-native-build-options-help
            set-build-options-from-command-line
            set-build-options-from-command-line*
            show-systems
            show-targets
            unknown-name-hint))

(define (add-package-directory argument result)
  (prepend-package-directories! (list argument))
  (acons 'load-path argument result))

(define build-table
  (list
   (documented '(#\L "load-path") "DIR" (G_ "look for package modules in DIR first") add-package-directory)
   (documented '(#\K "keep-failed") #f (G_ "keep the build directory of a failed build") (setting 'keep-failed? #t))
   (documented '(#\k "keep-going") #f (G_ "keep going when some of the derivations fail") (setting 'keep-going? #t))
   (documented '(#\n "dry-run") #f (G_ "say what would be built, and do not")
               (lambda (argument result)
                 (acons 'dry-run? #t (acons 'graft? #f (alist-delete 'graft? result eq?)))))
   (documented '("fallback") #f (G_ "build what a server of substitutes fails to give")
               (replacing 'fallback? (const #t)))
   (documented '("no-substitutes") #f (G_ "build all, whatever servers have")
               (replacing 'substitutes? (const #f)))
   (documented '("substitute-urls") "URLS" (G_ "take substitutes from the servers at URLS, if they are authorized")
               (replacing 'substitute-urls string-tokenize))
   (documented '("no-grafts") #f (G_ "do not graft packages") (replacing 'graft? (const #f)))
   (documented '("no-offload") #f (G_ "build on this machine") (replacing 'offload? (const #f)))
   (documented '("no-build-hook") #f #f
               (lambda (argument result)
                 (warning (G_ "'--no-build-hook' is deprecated; use '--no-offload' instead~%"))
                 (acons 'offload? #f (alist-delete 'offload? result))))
   (documented '("max-silent-time") "SECONDS" (G_ "mark a build as failed after so many seconds of silence")
               (adding 'max-silent-time string->number*))
   (documented '("timeout") "SECONDS" (G_ "mark a build as failed after so many seconds")
               (adding 'timeout string->number*))
   (documented '("rounds") "N" (G_ "build N times in a row, and fail when the results differ")
               (adding 'rounds string->number*))
   (documented '(#\c "cores") "N" (G_ "allow the use of up to N processor cores for a build")
               (adding 'cores (number-argument "cores")))
   (documented '(#\M "max-jobs") "N" (G_ "allow at most N builds at a time")
               (adding 'max-jobs (number-argument "max-jobs")))
   (documented '("debug") "LEVEL" (G_ "have the daemon tell more") (replacing 'debug string->number*))))

(define %standard-build-options
  ;; Commands declare --dry-run themselves: some have no use for it.
  (table->options (remove (lambda (row) (eq? row (list-ref build-table 3))) build-table)))

(define (show-build-options-help)
  "Write what the options in `%standard-build-options' are for."
  (show-table build-table))

(define (show-names title names current)
  (format #t (G_ "The available ~a are:~%~%") title)
  (for-each (lambda (name)
              (format #t "   - ~a~a ~%" name (if (equal? name current) (G_ " [current]") "")))
            (sort names string<?))
  (force-output))

(define (show-systems)
  "Write the systems that packages can be built for."
  (show-names (G_ "systems") (systems) (%current-system)))

(define (show-targets)
  "Write the targets that packages can be cross-built for."
  (show-names (G_ "targets") (targets) #f))

(define (unknown-name-hint name names option kind)
  "Return a hint for NAME, which is not one of NAMES, of a KIND of things that OPTION lists."
  (string-append
   (match (string-closest name names #:threshold 5)
     (#f "")
     (closest (format #f (G_ "Did you mean @code{~a}?~%") closest)))
   (format #f (G_ "Try @option{~a} to view available ~a.") option kind)))

(define (known-name names complaint option kind)
  (lambda (name)
    (unless (member name (names))
      (report-error complaint name)
      (display-hint (unknown-name-hint name (names) option kind))
      (newline (guix-warning-port))
      (exit 1))
    name))

(define cross-table
  (list
   (documented '("list-targets") #f (G_ "list the targets that packages can be cross-built for")
               (lambda _
                 (show-targets)
                 (exit 0)))
   (documented '("target") "TRIPLET" (G_ "cross-build for TRIPLET, for example \"aarch64-linux-gnu\"")
               (adding 'target (known-name targets (G_ "'~a' is not a supported cross-compilation target~%")
                                           "--list-targets" (G_ "targets"))))))

(define native-table
  (list
   (documented '("list-systems") #f (G_ "list the systems that packages can be built for")
               (lambda _
                 (show-systems)
                 (exit 0)))
   (documented '(#\s "system") "SYSTEM" (G_ "build for SYSTEM, for example \"i686-linux\"")
               (adding 'system (known-name systems (G_ "'~a' is not a supported system~%")
                                           "--list-systems" (G_ "system types"))))))

(define %standard-cross-build-options (table->options cross-table))
(define %standard-native-build-options (table->options native-table))

(define (show-cross-build-options-help)
  "Write what the options in `%standard-cross-build-options' are for."
  (show-table cross-table))

(define (show-native-build-options-help)
  "Write what the options in `%standard-native-build-options' are for."
  (show-table native-table))

(define (set-build-options-from-command-line store opts)
  "Set in STORE what OPTS, parsed with `%standard-build-options', say of builds."
  (define keywords
    '((keep-failed? . #:keep-failed?)
      (keep-going? . #:keep-going?)
      (rounds . #:rounds)
      (cores . #:build-cores)
      (max-jobs . #:max-build-jobs)
      (fallback? . #:fallback?)
      (substitutes? . #:use-substitutes?)
      (substitute-urls . #:substitute-urls)
      (max-silent-time . #:max-silent-time)
      (timeout . #:timeout)
      (debug . #:verbosity)))

  (apply set-build-options store
         (append-map (match-lambda
                       ((key . keyword)
                        (match (assq key opts)
                          (#f '())
                          ((_ . value) (list keyword value)))))
                     keywords)))

(define set-build-options-from-command-line*
  (store-lift set-build-options-from-command-line))
