;;; Commentary:
;;;
;;; Commands as modules: (guix scripts NAME), and extensions from GUIX_EXTENSIONS_PATH.
;;; Part of (guix ui).
;;;
;;; Code:

(define-module (guix ui commands)
  #:use-module (guix config)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix ui errors)
  #:use-module ((guix utils) #:select (string-closest file-sans-extension))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (show-version-and-exit
            show-bug-report-information
            %default-message-language
            current-message-language
            run-guix-command
            run-guix
            guix-main))

(define %default-message-language
  (make-parameter "en"))

(define (current-message-language)
  "Return the code of the language of messages, such as \"en\"."
  (let ((locale (setlocale LC_MESSAGES)))
    (if locale
        (first (string-split locale #\_))
        (%default-message-language))))

(define* (show-version-and-exit #:optional (command (car (command-line))))
  "Write the version of COMMAND and exit."
  (format #t "~a (~a) ~a~%" command %guix-package-name %guix-version)
  (display (G_ "License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
"))
  (exit 0))

(define (show-bug-report-information)
  "Write where to turn to with bugs."
  (format #t (G_ "~%Report bugs to: ~a.") %guix-bug-report-address)
  (format #t (G_ "~%~a home page: <~a>") %guix-package-name %guix-home-page-url)
  (format #t (G_ "~%General help using Guix and GNU software: <~a>") "https://guix.gnu.org/en/help/")
  (newline))

(define-record-type <command>
  (make-command name synopsis category)
  command?
  (name command-name)
  (synopsis command-synopsis)
  (category command-category))

(define (extension-directories)
  (filter file-exists? (string-tokenize (or (getenv "GUIX_EXTENSIONS_PATH") "")
                                        (char-set-complement (char-set #\:)))))

(define (file->command file)
  "Return what FILE says of the command that it defines with `define-command', or #f.  It is read, not run."
  (define name (file-sans-extension (basename file)))

  (call-with-input-file file
    (lambda (port)
      (let loop ()
        (match (read port)
          ((? eof-object?) #f)
          (('define-command _ ('category category) ('synopsis synopsis) . _)
           (make-command name synopsis category))
          (('define-command _ ('synopsis synopsis) . _)
           (make-command name synopsis 'main))
          (_ (loop)))))))

(define (commands)
  "Return the commands there are, by name."
  (define directories
    (append (filter file-exists? (map (cut string-append <> "/guix/scripts") %load-path))
            (extension-directories)))

  (define (files directory)
    (map (cut string-append directory "/" <>)
         (or (scandir directory (cut string-suffix? ".scm" <>)) '())))

  (sort (filter-map file->command (append-map files directories))
        (lambda (a b) (string<? (command-name a) (command-name b)))))

(define (show-usage-and-exit)
  (format (current-error-port) (G_ "Try `guix --help' for more information.~%"))
  (exit 1))

(define (show-help)
  (define known (commands))
  (define width (apply max 0 (map (compose string-length command-name) known)))

  (display (G_ "Usage: guix OPTION | COMMAND ARGS...
Run COMMAND with ARGS, if given.

  -h, --help             display this helpful text again and exit
  -V, --version          display version and copyright information and exit

COMMAND must be one of the sub-commands listed below:
"))
  (for-each (match-lambda
              ((category . synopsis)
               (let ((members (filter (lambda (command) (eq? category (command-category command))) known)))
                 (unless (or (eq? category 'internal) (null? members))
                   (format #t "~%  ~a~%" synopsis)
                   (for-each (lambda (command)
                               (format #t "    ~a  ~a~%"
                                       (string-pad-right (command-name command) width)
                                       (command-synopsis command)))
                             members)))))
            (module-ref (resolve-interface '(guix scripts)) '%command-categories))
  (show-bug-report-information))

(define (command-not-found name)
  (format (current-error-port) (G_ "guix: ~a: command not found~%") name)
  (match (string-closest (symbol->string name) (map command-name (commands)) #:threshold 3)
    (#f #t)
    (closest (display-hint (format #f (G_ "Did you mean @code{~a}?") closest))))
  (show-usage-and-exit))

(define (command-module name)
  "Return the module of the command NAME, a symbol: an extension's or one of (guix scripts)."
  (match (search-path (extension-directories) (string-append (symbol->string name) ".scm"))
    (#f
     (or (and (search-path %load-path (string-append "guix/scripts/" (symbol->string name) ".scm"))
              (resolve-interface `(guix scripts ,name)))
         (command-not-found name)))
    (file
     (load file)
     (resolve-interface `(guix extensions ,name)))))

(define (run-guix-command command . args)
  "Run COMMAND, a symbol, with ARGS; report an error and exit when there is none."
  (define main
    (or (false-if-exception (module-ref (command-module command) (symbol-append 'guix- command)))
        (command-not-found command)))

  (parameterize ((program-name (symbol->string command)))
    (dynamic-wind
      (const #t)
      (lambda () (apply main args))
      (lambda () (run-hook exit-hook)))))

(define (run-guix . args)
  "Run the command that ARGS, a command line, says."
  (match args
    (()
     (format (current-error-port) (G_ "guix: missing command name~%"))
     (show-usage-and-exit))
    ((or ("-h") ("--help"))
     (leave-on-EPIPE (show-help)))
    ((or ("-V") ("--version"))
     (show-version-and-exit "guix"))
    (((? (cut string-prefix? "-" <>) option) . _)
     (format (current-error-port) (G_ "guix: unrecognized option '~a'~%") option)
     (show-usage-and-exit))
    (("help" command)
     (apply run-guix-command (string->symbol command) '("--help")))
    (("help")
     (show-help))
    ((command . args)
     (apply run-guix-command (string->symbol command) args))))

(define (guix-main arg0 . args)
  "Run the command that ARGS says, as a program called ARG0."
  (setvbuf (current-output-port) 'line)
  (setvbuf (current-error-port) 'line)
  (apply run-guix args))
