;;; Commentary:
;;;
;;; What goes on while things are built: events, as the daemon writes them among the output of builds, the builds and downloads
;;; that they tell of, and lines for users.  How events look to users is in (guix status printing).
;;; Interface: (guix status) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix status)
  #:use-module (guix progress)
  #:use-module (guix status events)
  #:use-module (guix status printing)
  #:use-module (guix status state)
  #:use-module ((guix store) #:select (current-build-output-port))
  #:use-module ((guix build syscalls) #:select (terminal-columns))
  #:re-export (build-event-output-port
               build-status build-status? build-status-building build-status-downloading
               build-status-builds-completed build-status-downloads-completed
               build build? build-derivation build-id build-system build-log-file build-phase build-completion
               download download? download-item download-uri download-size
               download-start download-end download-transferred
               compute-status
               print-build-event print-build-event/quiet print-build-status)
  #:export (build-status-updater
            with-status-report
            with-status-verbosity))

(define* (build-status-updater #:optional (on-change (const #t)))
  "Return a procedure for `build-event-output-port' that keeps a build status, and calls ON-CHANGE with each event, the status
before and the status after it."
  (lambda (event status)
    (let ((new (compute-status event status)))
      (on-change event status new)
      new)))

(define (call-with-status-report on-event thunk)
  (parameterize ((current-terminal-columns (terminal-columns))
                 (current-build-output-port (build-event-output-port (build-status-updater on-event))))
    (thunk)))

(define-syntax-rule (with-status-report on-event exp ...)
  ;; Evaluate EXP; ON-EVENT is called with each event of builds, and the status before and after it.
  (call-with-status-report on-event (lambda () exp ...)))

(define (call-with-status-verbosity level thunk)
  (call-with-status-report (cond ((<= level 0) (const #t))
                                 ((= level 1) print-build-event/quiet)
                                 ((= level 2) print-build-event/quiet-with-urls)
                                 (else print-build-event))
                           thunk))

(define-syntax-rule (with-status-verbosity level exp ...)
  ;; Evaluate EXP; users are told of builds as much as LEVEL says, from 0, nothing, to 3, logs.
  (call-with-status-verbosity level (lambda () exp ...)))
