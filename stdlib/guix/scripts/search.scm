;;; Commentary:
;;;
;;; `strata search' as a procedure, for programs: it searches packages.  The command is runtime/cli/commands.
;;; Interface: (guix scripts search) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts search)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-search))

(define-command (guix-search . args)
  (synopsis "search for packages")
  (apply run-command "search" args))
