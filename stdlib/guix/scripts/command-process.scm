;;; Commentary:
;;;
;;; Commands as procedures, for programs that call (guix scripts NAME) modules: `strata' is run for them, and what it prints
;;; goes where the caller's output goes.
;;;
;;; Code:

(define-module (guix scripts command-process)
  #:use-module (guix scripts)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 textual-ports)
  #:export (run-command
            parse-with-command))

(define strata
  ;; The launcher, which lies beside the directory of the modules.
  (let ((module (search-path %load-path "guix/scripts/command-process.scm")))
    (string-append (fold (lambda (_ file) (dirname file)) module (iota 4))
                   "/runtime/cli/strata")))

(define (run-command name . args)
  "Run the command NAME of strata with ARGS, strings; exit as it does unless it succeeds."
  (define own-output?
    (and (file-port? (current-output-port))
         (eqv? 1 (port->fdes (current-output-port)))))

  (force-output (current-output-port))
  (force-output (current-error-port))
  (let ((status (if own-output?
                    (apply system* strata name args)
                    (let* ((pipe (apply open-pipe* OPEN_READ strata name args))
                           (text (get-string-all pipe)))
                      (display text)
                      (close-pipe pipe)))))
    (or (eqv? 0 status)
        (exit (or (status:exit-val status)
                  (logior #x80 (status:term-sig status)))))))

(define (parse-with-command args options defaults argument-handler)
  "Parse ARGS, in which a command may follow \"--\", with OPTIONS and ARGUMENT-HANDLER, starting from DEFAULTS.  Return an
alist, in which `exec' is the command."
  (call-with-values (lambda () (break (lambda (word) (string=? word "--")) args))
    (lambda (args command)
      (let ((opts (parse-command-line args options (list defaults)
                                      #:argument-handler argument-handler)))
        (match command
          ((or () (_)) opts)
          ((_ . command) (acons 'exec command opts)))))))
