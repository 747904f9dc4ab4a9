;;; Commentary:
;;;
;;; Fetching a revision of a Subversion repository, inside of a build.  Interface: (guix build svn) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build svn)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-34)
  #:export (svn-fetch))

(define* (svn-fetch url revision directory
                    #:key (svn-command "svn")
                    (recursive? #t)
                    user-name password)
  "Fetch REVISION, an integer, from URL into DIRECTORY, with externals when RECURSIVE? is true, as USER-NAME with PASSWORD
when there are both.  Return #t on success, #f otherwise."
  (define options
    (append (if (and user-name password)
                (list (string-append "--username=" user-name)
                      (string-append "--password=" password))
                '())
            (if recursive? '() '("--ignore-externals"))))

  (guard (c ((invoke-error? c)
             (report-invoke-error c)
             #f))
    ;; The hash of what is fetched is known: no certificate is needed.
    (apply invoke svn-command "export" "--non-interactive" "--trust-server-cert"
           "-r" (number->string revision)
           (append options (list url directory)))
    #t))
