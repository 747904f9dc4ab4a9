;;; Commentary:
;;;
;;; `strata git': commands about Git repositories, of which there is one.
;;; Interface: (guix scripts git) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts git)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix scripts)
  #:use-module (guix scripts git authenticate)
  #:use-module (guix ui)
  #:use-module (ice-9 match)
  #:export (guix-git))

(define (show-help)
  (display (G_ "Usage: strata git COMMAND ARGS...
Do something with a Git repository.

COMMAND must be one of the sub-commands listed below:

  authenticate    verify who made the commits of a repository\n"))
  (show-bug-report-information))

(define-command (guix-git . args)
  (category plumbing)
  (synopsis "operate on Git repositories")
  (with-error-handling
    (match args
      (((or "-h" "--help")) (show-help))
      (((or "-V" "--version")) (show-version-and-exit "strata git"))
      (("authenticate" . args) (apply guix-git-authenticate args))
      (() (leave (G_ "missing sub-command~%")))
      ((command . _) (leave (G_ "~a: unknown sub-command~%") command)))))
