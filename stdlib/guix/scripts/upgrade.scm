;;; Commentary:
;;;
;;; `strata upgrade' as a procedure, for programs: it upgrades packages.  The command is runtime/cli/commands.
;;; Interface: (guix scripts upgrade) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts upgrade)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-upgrade))

(define-command (guix-upgrade . args)
  (synopsis "upgrade packages to their latest version")
  (apply run-command "upgrade" args))
