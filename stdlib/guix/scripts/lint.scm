;;; Commentary:
;;;
;;; What `strata lint' does in Scheme.  Options are parsed by runtime/cli/commands/lint.ts.  Interface: (guix scripts lint) of
;;; GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts lint)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix lint)
  #:use-module (guix packages)
  #:use-module (guix scripts user-code)
  #:use-module (guix source-files)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (guix-lint
            run-checkers
            checker-table
            lint-things))

(define (package-warnings package checkers store)
  "Return the warnings of CHECKERS about PACKAGE.  A checker that fails is reported, and does not stop the others."
  (append-map (lambda (checker)
                (catch #t
                  (lambda ()
                    (if (lint-checker-requires-store? checker)
                        ((lint-checker-check checker) package #:store store)
                        ((lint-checker-check checker) package)))
                  (lambda (key . args)
                    (warning (package-location package) (G_ "~a: checker '~a' failed: ~a~%")
                             (package-full-name package) (lint-checker-name checker)
                             (string-trim-right
                              (call-with-output-string
                                (lambda (port) (print-exception port #f key args)))))
                    '())))
              checkers))

(define (warning-row warning)
  "Return WARNING as (NAME VERSION FILE LINE COLUMN MESSAGE)."
  (let ((package (lint-warning-package warning)))
    `(,(package-name package) ,(package-version package)
      ,@(match (lint-warning-location warning)
          (#f '(#f #f #f))
          (loc (list (shown-file-name (location-file loc)) (location-line loc) (location-column loc))))
      ,(lint-warning-message warning))))

(define print-row
  (match-lambda
    ((name version file line column message)
     (when file
       (format #t "~a:~a:~a: " file line column))
     (format #t "~a@~a: ~a~%" name version message))))

(define* (run-checkers package checkers #:key store)
  "Print the warnings of CHECKERS about PACKAGE."
  (for-each (compose print-row warning-row) (package-warnings package checkers store)))

(define (checkers-named names)
  (map (lambda (name)
         (or (find (lambda (checker) (eq? (string->symbol name) (lint-checker-name checker))) %all-checkers)
             (raise (formatted-message (G_ "~a: invalid checker") name))))
       names))

(define* (select-checkers #:key only (except '()) (no-network? #f))
  "Return the checkers called ONLY, or all, in their order, without those called EXCEPT."
  (let ((only (if only (checkers-named only) %all-checkers))
        (except (checkers-named except)))
    (filter (lambda (checker)
              (and (memq checker only)
                   (not (memq checker except))
                   (or (not no-network?) (memq checker %local-checkers))))
            %all-checkers)))

(define (checker-table . selection)
  "Return the list of (NAME DESCRIPTION) of the checkers of SELECTION, keyword arguments."
  (map (lambda (checker)
         (list (lint-checker-name checker) (G_ (lint-checker-description checker))))
       (apply select-checkers selection)))

(define* (lint-things things #:key only (except '()) no-network? rows?)
  "Print the warnings about the packages that THINGS stand for, pairs (KIND . TEXT) as in (guix scripts build), or about all
packages.  With ROWS?, return them instead, each as (NAME VERSION FILE LINE COLUMN MESSAGE)."
  (define checkers (select-checkers #:only only #:except except #:no-network? no-network?))

  (define (lint store)
    (define (lint-package package)
      (let ((rows (map warning-row (package-warnings package checkers store))))
        (if rows?
            rows
            (begin
              (for-each print-row rows)
              (force-output)
              '()))))

    (if (null? things)
        (reverse (fold-packages (lambda (package rows) (append-reverse (lint-package package) rows)) '()))
        (append-map (match-lambda
                      (('package . specification) (lint-package (specification->package specification)))
                      (('expression . text) (lint-package (evaluate-expression text))))
                    things)))

  (if (any lint-checker-requires-store? checkers)
      (with-store store (lint store))
      (lint #f)))

(define-command (guix-lint . args)
  (category packaging)
  (synopsis "validate package definitions")
  (apply run-command "lint" args))
