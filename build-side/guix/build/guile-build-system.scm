;;; Commentary:
;;;
;;; Phases of packages that are Guile modules only: all are compiled, each by a process of its own.
;;; Interface: (guix build guile-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build guile-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:export (target-guile-effective-version
            %standard-phases
            guile-build))

(define* (target-guile-effective-version #:optional guile)
  "Return the effective version, such as \"3.0\", of GUILE, a store item, or else of the command in PATH; return #f when
that fails."
  (let* ((command (if guile (string-append guile "/bin/guile") "guile"))
         (port (open-pipe* OPEN_READ command "-c" "(display (effective-version))"))
         (version (read-line port)))
    (and (zero? (close-pipe port))
         (string? version)
         version)))

(define (without-extension file)
  (match (string-rindex file #\.)
    (#f file)
    (dot (string-take file dot))))

(define* (set-locale-path #:key inputs native-inputs #:allow-other-keys)
  "Let Guile find the locales among the inputs."
  (match (assoc-ref (or native-inputs inputs) "locales")
    (#f #t)
    (locales (setenv "GUIX_LOCPATH" (string-append locales "/lib/locale")))))


;;;
;;; Compiling.
;;;

(define (run-commands commands max-processes)
  "Run COMMANDS, lists of a file and of the arguments, up to MAX-PROCESSES at a time; say how many have ended, and exit when
one fails."
  (define total (length commands))
  (define running (make-hash-table))           ;process -> command

  (define (start command)
    (match (primitive-fork)
      (0
       (dynamic-wind
         (const #t)
         (lambda () (apply execlp command))
         (lambda () (primitive-exit 127))))
      (pid (hashv-set! running pid command))))

  (define (wait completed)
    (match (waitpid WAIT_ANY)
      ((pid . status)
       (unless (eqv? 0 (status:exit-val status))
         (format (current-error-port) "process '~a' failed with status ~a~%"
                 (string-join (hashv-ref running pid '("?")) " ") status)
         (exit 1))
       (hashv-remove! running pid)
       (format (current-error-port) "[~a/~a] Compiling...~%"
               (string-pad (number->string completed) 2) (string-pad (number->string total) 2))
       (force-output (current-error-port)))))

  (let loop ((commands commands) (count 0) (completed 0))
    (cond ((and (pair? commands) (< count max-processes))
           (start (car commands))
           (loop (cdr commands) (+ count 1) completed))
          ((positive? count)
           (wait (+ completed 1))
           (loop commands (- count 1) (+ completed 1))))))

(define* (build #:key outputs inputs native-inputs
                (source-directory ".")
                (compile-flags '())
                (scheme-file-regexp "\\.(scm|sls)$")
                not-compiled-file-regexp
                target
                #:allow-other-keys)
  "Compile the files in SOURCE-DIRECTORY that match SCHEME-FILE-REGEXP and not NOT-COMPILED-FILE-REGEXP, and install all of
the former."
  (define out (assoc-ref outputs "out"))
  (define guile (assoc-ref (or native-inputs inputs) "guile"))
  (define version (target-guile-effective-version guile))
  (define modules (string-append out "/share/guile/site/" version))
  (define objects (string-append out "/lib/guile/" version "/site-ccache/"))
  (define flags
    (if target
        (cons (string-append "--target=" target) compile-flags)
        compile-flags))
  (define files
    (with-directory-excursion source-directory
      (find-files "." scheme-file-regexp)))

  (define (compiled? file)
    (not (and not-compiled-file-regexp
              (string-match not-compiled-file-regexp file))))

  (define (source file)
    (string-append source-directory "/" file))

  (define (command file)
    (cons* (string-append guile "/bin/guild")
           "guild" "compile" "-L" source-directory
           "-o" (string-append objects (without-extension file) ".go")
           (source file)
           flags))

  (if target
      (format #t "Cross-compiling for '~a' with Guile ~a...~%" target version)
      (format #t "Compiling with Guile ~a...~%" version))
  (format #t "compile flags: ~s~%" flags)
  (mkdir-p modules)
  (mkdir-p objects)
  (setenv "GUILE_AUTO_COMPILE" "0")
  (setenv "GUILE_LOAD_COMPILED_PATH"
          (match (getenv "GUILE_LOAD_COMPILED_PATH")
            (#f objects)
            (path (string-append objects ":" path))))
  (run-commands (map command (filter compiled? files)) (parallel-job-count))
  (for-each (lambda (file)
              (install-file (source file)
                            (string-append modules "/" (dirname file))))
            files))

(define* (install-documentation #:key outputs
                                (documentation-file-regexp "^(README.*|.*\\.html|.*\\.org|.*\\.md)$")
                                #:allow-other-keys)
  "Install the files that match DOCUMENTATION-FILE-REGEXP."
  (let* ((out (assoc-ref outputs "out"))
         (directory (string-append out "/share/doc/" (strip-store-file-name out))))
    (for-each (lambda (file) (install-file file directory))
              (find-files "." documentation-file-regexp))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (add-before 'install-locale 'set-locale-path set-locale-path)
    (replace 'build build)
    (add-after 'build 'install-documentation install-documentation)
    (delete 'check)
    (delete 'strip)
    (delete 'validate-runpath)
    (delete 'install)))

(define* (guile-build #:key (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:phases phases args))
