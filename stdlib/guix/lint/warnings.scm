;;; Commentary:
;;;
;;; What checkers of packages return: warnings.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint warnings)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (ice-9 format)
  #:export (lint-warning lint-warning?
            lint-warning-package lint-warning-message-text lint-warning-message-data
            lint-warning-location lint-warning-message
            make-warning warning-at warnings-of))

(define-record-type* <lint-warning> lint-warning make-lint-warning lint-warning?
  (package      lint-warning-package)
  (message-text lint-warning-message-text)            ;format string
  (message-data lint-warning-message-data (default '())) ;arguments of it
  (location     lint-warning-location (default #f)))

(define (lint-warning-message warning)
  "Return the text of WARNING."
  (apply format #f (G_ (lint-warning-message-text warning)) (lint-warning-message-data warning)))

(define (warning-at package location text . data)
  "Return a warning about PACKAGE at LOCATION."
  (make-lint-warning package text data location))

(define (make-warning package field text . data)
  "Return a warning about PACKAGE where the value of FIELD is in its recipe, or where the package is."
  (make-lint-warning package text data
                     (or (and field (package-field-location package field))
                         (package-location package))))

(define-syntax warnings-of
  ;; The list of the warnings of those CLAUSES whose conditions hold, (CONDITION FIELD TEXT DATA ...) each.
  (syntax-rules ()
    ((_ package (condition field text data ...) ...)
     (append (if condition (list (make-warning package field text data ...)) '()) ...))))
