;;; Commentary:
;;;
;;; `strata remove' as a procedure, for programs: it removes packages.  The command is runtime/cli/commands.
;;; Interface: (guix scripts remove) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts remove)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-remove))

(define-command (guix-remove . args)
  (synopsis "remove installed packages")
  (apply run-command "remove" args))
