;;; Commentary:
;;;
;;; `strata git authenticate': whether those who are authorized made the commits of a repository.
;;; Interface: (guix scripts git authenticate) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts git authenticate)
  #:use-module (git)
  #:use-module (guix channels)
  #:use-module (guix diagnostics)
  #:use-module (guix git)
  #:use-module (guix git-authenticate)
  #:use-module (guix i18n)
  #:use-module (guix openpgp)
  #:use-module (guix scripts)
  #:use-module (guix scripts option-tables)
  #:use-module (guix ui)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (guix-git-authenticate))

(define table
  (list
   (documented '(#\r "repository") "DIRECTORY" (G_ "the repository, by default the one of this directory")
               (replacing 'directory))
   (documented '(#\e "end") "COMMIT" (G_ "authenticate up to COMMIT") (replacing 'end-commit string->oid))
   (documented '(#\k "keyring") "REFERENCE" (G_ "the branch that has the keys") (replacing 'keyring-reference))
   (documented '("stats") #f (G_ "show how many commits each key signed") (setting 'show-stats? #t))
   (documented '("cache-key") "KEY" (G_ "remember under KEY what was authenticated") (replacing 'cache-key))
   (documented '("historical-authorizations") "FILE" (G_ "the authorizations of commits before there were any")
               (replacing 'historical-authorizations))))

(define (show-help)
  (display (G_ "Usage: strata git authenticate COMMIT SIGNER [OPTIONS...]
Authenticate the commits of a Git repository from COMMIT on, which the key with the fingerprint SIGNER signed.\n"))
  (show-table table)
  (newline)
  (show-table (help-options "strata git authenticate" show-help))
  (show-bug-report-information))

(define (show-statistics statistics)
  (format #t (G_ "Signing statistics:~%"))
  (for-each (match-lambda
              ((key . count)
               (format #t "  ~a ~10d~%"
                       (openpgp-format-fingerprint (openpgp-public-key-fingerprint key)) count)))
            (sort statistics (lambda (a b) (> (cdr a) (cdr b))))))

(define (enclosing-repository directory)
  "Return the directory of the repository that DIRECTORY is in, or DIRECTORY."
  (let loop ((place (canonicalize-path directory)))
    (cond ((file-exists? (string-append place "/.git")) place)
          ((string=? place "/") directory)
          (else (loop (dirname place))))))

(define (authenticate opts commit signer)
  (define repository
    (repository-open (enclosing-repository (assoc-ref opts 'directory))))
  (define start (string->oid commit))
  (define end (or (assoc-ref opts 'end-commit)
                  (reference-target (repository-head repository))))
  (define history
    (match (assoc-ref opts 'historical-authorizations)
      (#f '())
      (file (call-with-input-file file read-authorizations))))

  (let ((statistics
         (authenticate-repository repository start (openpgp-fingerprint->bytevector signer)
                                  #:end end
                                  #:keyring-reference (assoc-ref opts 'keyring-reference)
                                  #:historical-authorizations history
                                  #:cache-key (or (assoc-ref opts 'cache-key)
                                                  (repository-cache-key repository)))))
    (when (and (assoc-ref opts 'show-stats?) (pair? statistics))
      (show-statistics statistics))
    (info (G_ "successfully authenticated commit ~a~%") (oid->string end))))

(define-command (guix-git-authenticate . args)
  (category plumbing)
  (synopsis "verify commit signatures and authorizations")
  (define opts
    (parse-command-line args
                        (table->options (append table (help-options "strata git authenticate" show-help)))
                        '(((directory . ".") (keyring-reference . "keyring")))
                        #:build-options? #f))

  (with-error-handling
    (match (reverse (filter-map (match-lambda
                                  (('argument . text) text)
                                  (_ #f))
                                opts))
      ((commit signer)
       (catch 'git-error
         (lambda () (authenticate opts commit signer))
         (lambda (key error . rest)
           (leave (G_ "Git error: ~a~%") (git-error-message error)))))
      (_ (leave (G_ "wrong number of arguments; expected COMMIT and SIGNER~%"))))))
