;;; Commentary:
;;;
;;; Generations of profiles as users see them, and changing them with a word about it.
;;; Part of (guix ui).
;;;
;;; Code:

(define-module (guix ui generations)
  #:use-module ((guix build syscalls) #:select (with-file-lock/no-wait))
  #:use-module (guix colors)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix profiles)
  #:use-module (guix ui pager)
  #:use-module ((guix utils) #:select (pretty-print-table))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-26)
  #:export (display-generation
            display-profile-content
            display-profile-content-diff
            roll-back*
            switch-to-generation*
            delete-generation*
            with-profile-lock
            profile-lock-handler
            profile-lock-file))

(define (display-generation profile number)
  "Write one line about generation NUMBER of PROFILE."
  (define (link text)
    (if (supports-hyperlinks?)
        (file-hyperlink (generation-file-name profile number) text)
        text))

  (unless (zero? number)
    (format #t (link (highlight (G_ "Generation ~a\t~a") (or (pager-wrapped-port) (current-output-port))))
            number
            (date->string (time-utc->date (generation-time profile number)) (G_ "~b ~d ~Y ~T")))
    (format #t (if (= number (generation-number profile))
                   (G_ "\t(current)~%")
                   "~%"))))

(define (generation-entries profile number)
  (manifest-entries (profile-manifest (generation-file-name profile number))))

(define (entry-row entry prefix)
  (list (string-append prefix (manifest-entry-name entry))
        (manifest-entry-version entry)
        (manifest-entry-output entry)
        (manifest-entry-item entry)))

(define (display-profile-content profile number)
  "Write a table of the packages of generation NUMBER of PROFILE, those installed last at the end."
  (pretty-print-table (map (cut entry-row <> "  ")
                           (reverse (generation-entries profile number)))))

(define (display-profile-content-diff profile gen1 gen2)
  "Write what generation GEN2 of PROFILE has that GEN1 does not, and the other way round."
  (define (same-item? a b)
    (string=? (manifest-entry-item a) (manifest-entry-item b)))

  (let ((old (generation-entries profile gen1))
        (new (generation-entries profile gen2)))
    (display-generation profile gen2)
    (pretty-print-table (append (map (cut entry-row <> " + ") (lset-difference same-item? new old))
                                (map (cut entry-row <> " - ") (lset-difference same-item? old new))))
    (newline)))

(define (display-change previous current)
  (format #t (G_ "switched from generation ~a to ~a~%") previous current))

(define (roll-back* store profile)
  "Like `roll-back', and say so."
  (call-with-values (lambda () (roll-back store profile))
    display-change))

(define (switch-to-generation* profile number)
  "Like `switch-to-generation', and say so."
  (display-change (switch-to-generation profile number) number))

(define (delete-generation* store profile generation)
  "Like `delete-generation', and say so."
  (format #t (G_ "deleting ~a~%") (generation-file-name profile generation))
  (delete-generation store profile generation))

(define profile-lock-file (cut string-append <> ".lock"))

(define (profile-lock-handler profile errno . _)
  ;; Some network file systems know no locks.
  (if (= errno ENOLCK)
      (warning (G_ "cannot lock profile ~a: ~a~%") profile (strerror errno))
      (leave (G_ "profile ~a is locked by another process~%") profile)))

(define-syntax-rule (with-profile-lock profile body ...)
  ;; Evaluate BODY while nobody else changes PROFILE; report an error and exit when somebody does.
  (with-file-lock/no-wait (profile-lock-file profile)
      (lambda args (apply profile-lock-handler profile args))
    body ...))
