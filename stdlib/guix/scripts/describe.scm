;;; Commentary:
;;;
;;; What `strata describe' prints: the channels of a profile in the formats of Guix.
;;;
;;; Code:

(define-module (guix scripts describe)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix channels)
  #:use-module (guix describe)
  #:use-module (guix diagnostics)
  #:use-module (guix profiles)
  #:use-module (guix utils)
  #:use-module (json)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (srfi srfi-19)
  #:use-module ((strata channels) #:select (%channels-directory))
  #:export (guix-describe
            describe))

(define (signer introduction)
  ((@@ (guix channels) fingerprint->text) (channel-introduction-first-commit-signer introduction)))

(define (channel->json channel)
  `(("name" . ,(symbol->string (channel-name channel)))
    ("url" . ,(channel-url channel))
    ("branch" . ,(channel-branch channel))
    ("commit" . ,(channel-commit channel))
    ,@(match (channel-introduction channel)
        (#f '())
        (introduction
         `(("introduction"
            . (("commit" . ,(channel-introduction-first-signed-commit introduction))
               ("signer" . ,(signer introduction)))))))))

(define (print-record channel)
  (format #t "name: ~a~%url: ~a~%branch: ~a~%commit: ~a~%"
          (channel-name channel) (channel-url channel) (channel-branch channel) (channel-commit channel))
  (match (channel-introduction channel)
    (#f #t)
    (introduction
     (format #t "introductioncommit: ~a~%introductionsigner: ~a~%"
             (channel-introduction-first-signed-commit introduction) (signer introduction))))
  (newline))

(define (print-for-people profile channels)
  (let* ((current (string-append (%channels-directory) "/current"))
         (link    (if (and (file-exists? current)
                           (string=? (canonicalize-path current) (canonicalize-path profile)))
                      current
                      profile))
         (number  (generation-number link)))
    (unless (zero? number)
      (format #t "Generation ~a\t~a\t(current)~%" number
              (date->string (time-utc->date (generation-time link number)) "~b ~d ~Y ~T")))
    (for-each (lambda (channel)
                (format #t "  ~a ~a~%    repository URL: ~a~%    branch: ~a~%    commit: ~a~%"
                        (channel-name channel)
                        (string-take (channel-commit channel) (min 7 (string-length (channel-commit channel))))
                        (channel-url channel) (channel-branch channel) (channel-commit channel)))
              channels)))

(define (warn-of-package-path format-name)
  (match (getenv "GUIX_PACKAGE_PATH")
    ((or #f "") #t)
    (path
     (match (if (string? format-name) (string->symbol format-name) format-name)
       ('human (format #t "~%GUIX_PACKAGE_PATH=\"~a\"~%" path))
       ('channels (format #t "~%;; warning: GUIX_PACKAGE_PATH=\"~a\"~%" path))
       (_ (warning "'GUIX_PACKAGE_PATH' is set but it is not captured~%"))))))

(define* (describe format-name #:optional profile)
  "Print the channels of PROFILE, or of the one in use, in the format FORMAT-NAME, a symbol or string."
  (let* ((profile  (or profile (current-profile)))
         (channels (if profile (profile-channels profile) '())))
    (when (null? channels)
      (raise (make-compound-condition
              (condition (&formatted-message (format "no channels were pulled~%") (arguments '())))
              (condition (&fix-hint (hint "Packages are those of strata's own collection.  `strata pull' fetches the \
channels of ~/.config/guix/channels.scm."))))))
    (match (if (string? format-name) (string->symbol format-name) format-name)
      ('human (print-for-people profile channels))
      ('channels (pretty-print `(list ,@(map channel->code channels))))
      ('channels-sans-intro
       (pretty-print `(list ,@(map (lambda (channel) (channel->code channel #:include-introduction? #f)) channels))))
      ('json (format #t "~a~%" (scm->json-string (list->vector (map channel->json channels)))))
      ('recutils (for-each print-record channels)))
    (warn-of-package-path format-name)))

(define-command (guix-describe . args)
  (synopsis "describe the channel revisions currently used")
  (apply run-command "describe" args))
