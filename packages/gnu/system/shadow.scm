;;; Commentary:
;;;
;;; The accounts and groups that systems have, and the service that collects more.  Not their making on a machine.
;;; Interface: (gnu system shadow) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system shadow)
  #:use-module (gnu packages bash)
  #:use-module (gnu services)
  #:use-module (gnu system accounts)
  #:use-module ((gnu system file-systems) #:select (%tty-gid))
  #:use-module (guix gexp)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:re-export (user-account
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
               user-group-system?)
  #:export (%base-groups
            %base-user-accounts
            default-skeletons
            skeleton-directory
            account-service-type
            account-service))

(default-shell (file-append bash "/bin/bash"))

(define %base-groups
  (map (match-lambda
         ((name* id*) (user-group (name name*) (id id*) (system? #t)))
         (name* (user-group (name name*) (system? #t))))
       `(("root" 0) "wheel" "users" "nogroup"
         ;; Those of devices.
         ("tty" ,%tty-gid) "dialout" "kmem" "input" "video" "audio" "netdev" "lp" "disk" "floppy" "cdrom" "tape" "kvm")))

(define %base-user-accounts
  ;; Without root, which every system has.
  (list (user-account
         (name "nobody")
         (uid 65534)
         (group "nogroup")
         (shell "/run/current-system/profile/sbin/nologin")
         (home-directory "/nonexistent")
         (create-home-directory? #f)
         (system? #t))))

(define (default-skeletons)
  "Return the files that new home directories get, a list of lists of a name and a file-like object."
  `((".bash_profile" ,(plain-file "bash_profile" "if [ -f ~/.bashrc ]; then . ~/.bashrc; fi\n"))
    (".bashrc" ,(plain-file "bashrc" "export SHELL\n[[ $- == *i* ]] && source /etc/bashrc\n"))))

(define (skeleton-directory skeletons)
  "Return the directory of SKELETONS, which 'default-skeletons' returns."
  (file-union "skel" skeletons))

(define account-service-type
  (service-type
   (name 'account)
   (extensions (list (service-extension etc-service-type
                                        (lambda (accounts+groups)
                                          `(("skel" ,(skeleton-directory (default-skeletons))))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "The accounts and groups of a system, and what new home directories start with.")))

(define (account-service accounts+groups skeletons)
  "Return the service of ACCOUNTS+GROUPS.  SKELETONS are those of its type."
  (service account-service-type accounts+groups))
