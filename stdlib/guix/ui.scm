;;; Commentary:
;;;
;;; What commands, extensions and scripts use to talk to users.  This module is the sum of those below (guix ui).
;;; Interface: (guix ui) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix ui)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix ui arguments)
  #:use-module (guix ui commands)
  #:use-module (guix ui errors)
  #:use-module (guix ui generations)
  #:use-module (guix ui pager)
  #:use-module (guix ui plans)
  #:use-module (guix ui recutils)
  #:re-export (G_ N_ P_
               warning info report-error leave location->string guix-warning-port program-name

               ;; Text.
               %text-width fill-paragraph texi->plain-text string->recutils indented-string
               package-synopsis-string package-description-string package->recutils
               relevance package-relevance display-search-results
               pager-wrapped-port with-paginated-output-port

               ;; Arguments.
               make-regexp* string->number* size->number string->generations string->duration
               matching-generations package-specification->name+version+output

               ;; Errors and users' code.
               display-hint warn-about-load-error guard* call-with-error-handling with-error-handling
               with-unbound-variable-handling leave-on-EPIPE make-user-module load* read/eval
               read/eval-package-expression

               ;; Plans.
               show-derivation-outputs check-available-space show-what-to-build show-what-to-build*
               build-notifier show-manifest-transaction

               ;; Generations.
               with-profile-lock display-generation display-profile-content display-profile-content-diff
               roll-back* switch-to-generation* delete-generation*

               ;; Commands.
               show-version-and-exit show-bug-report-information %default-message-language
               current-message-language run-guix-command run-guix guix-main))
