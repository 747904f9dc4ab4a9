;;; Commentary:
;;;
;;; `strata archive' as a procedure, for programs: it makes of store items files for other stores, and items of such files.  The command is runtime/cli/commands.
;;; Interface: (guix scripts archive) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts archive)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-archive))

(define-command (guix-archive . args)
  (category plumbing)
  (synopsis "manipulate, export, and import normalized archives (nars)")
  (apply run-command "archive" args))
