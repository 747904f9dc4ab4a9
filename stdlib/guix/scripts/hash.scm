;;; Commentary:
;;;
;;; `strata hash' as a procedure, for programs: it hashes files and directories.  The command is runtime/cli/commands.
;;; Interface: (guix scripts hash) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts hash)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-hash))

(define-command (guix-hash . args)
  (category packaging)
  (synopsis "compute the cryptographic hash of a file")
  (apply run-command "hash" args))
