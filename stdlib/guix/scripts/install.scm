;;; Commentary:
;;;
;;; `strata install' as a procedure, for programs: it installs packages.  The command is runtime/cli/commands.
;;; Interface: (guix scripts install) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts install)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-install))

(define-command (guix-install . args)
  (synopsis "install packages")
  (apply run-command "install" args))
