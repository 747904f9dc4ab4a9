;;; Commentary:
;;;
;;; Accounts and groups of a system, as recipes of systems declare them.  Not the files below /etc.
;;; Interface: (gnu system accounts) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system accounts)
  #:use-module (guix records)
  #:use-module (ice-9 match)
  #:export (user-account
            user-account?
            user-account-name
            user-account-password
            user-account-uid
            user-account-group
            user-account-supplementary-groups
            user-account-comment
            user-account-home-directory
            user-account-create-home-directory?
            user-account-shell
            user-account-system?
            user-group
            user-group?
            user-group-name
            user-group-password
            user-group-id
            user-group-system?
            sexp->user-account
            sexp->user-group
            default-shell))

(define default-shell
  ;; The shell of accounts that name none.
  (make-parameter "/bin/sh"))

(define-record-type* <user-account>
  user-account make-user-account
  user-account?
  this-user-account
  (name user-account-name)
  (password user-account-password (default #f))
  (uid user-account-uid (default #f))
  (group user-account-group)
  (supplementary-groups user-account-supplementary-groups (default '()))
  (comment user-account-comment (default ""))
  (home-directory user-account-home-directory
                  (thunked)
                  (default (string-append "/home/" (user-account-name this-user-account))))
  (create-home-directory? user-account-create-home-directory? (default #t))
  (shell user-account-shell (default (default-shell)))
  (system? user-account-system? (default #f)))

(define-record-type* <user-group>
  user-group make-user-group
  user-group?
  (name user-group-name)
  (password user-group-password (default #f))
  (id user-group-id (default #f))
  (system? user-group-system? (default #f)))

(define (sexp->user-group sexp)
  "Return the group that SEXP, a list of its fields, stands for."
  (match sexp
    ((name* password* id* system?*)
     (user-group (name name*) (password password*) (id id*) (system? system?*)))))

(define (sexp->user-account sexp)
  "Return the account that SEXP, a list of its fields, stands for."
  (match sexp
    ((name* uid* group* groups* comment* home* create-home?* shell* password* system?*)
     (user-account (name name*) (uid uid*) (group group*)
                   (supplementary-groups groups*)
                   (comment comment*)
                   (home-directory home*)
                   (create-home-directory? create-home?*)
                   (shell shell*)
                   (password password*)
                   (system? system?*)))))
