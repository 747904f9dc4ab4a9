;;; Commentary:
;;;
;;; `strata gc' as a procedure, for programs: it deletes what nothing needs.  The command is runtime/cli/commands.
;;; Interface: (guix scripts gc) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts gc)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:export (guix-gc))

(define-command (guix-gc . args)
  (synopsis "invoke the garbage collector")
  (apply run-command "gc" args))
