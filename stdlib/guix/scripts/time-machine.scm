;;; Commentary:
;;;
;;; `strata time-machine' as a procedure, for programs: it runs commands with the packages of other channels or commits.  The command is runtime/cli/commands.
;;; Interface: (guix scripts time-machine) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts time-machine)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-time-machine))

(define-command (guix-time-machine . args)
  (synopsis "run commands from a different revision")
  (apply run-command "time-machine" args))
