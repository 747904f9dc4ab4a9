;;; Commentary:
;;;
;;; Checkers of what packages say of themselves: name, synopsis, description, license.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint texts)
  #:use-module (guix licenses)
  #:use-module (guix lint warnings)
  #:use-module (guix packages)
  #:autoload   (guix ui recutils) (texi->plain-text)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (check-name check-synopsis-style check-description-style check-license))

(define-syntax-rule (N_ text)
  "TEXT, which is translated when it is shown."
  text)

(define (check-name package)
  "Return warnings about the name of PACKAGE."
  (let ((name (package-name package)))
    (cond ((and (<= (string-length name) 1) (not (string=? name "r")))
           (list (make-warning package 'name (N_ "name should be longer than a single character"))))
          ((string-index name #\_)
           (list (make-warning package 'name (N_ "name should use hyphens instead of underscores"))))
          (else '()))))

(define (starts-sentence? text)
  (string-match "^[(\"'`[:upper:][:digit:]]" text))

(define (texinfo text)
  "Return TEXT, a Texinfo fragment, as plain text, or #f if it is none."
  (catch #t
    (lambda () (texi->plain-text text))
    (const #f)))


;;; Descriptions.

(define quoted-word-rx (make-regexp "['`][[:graph:]]+'"))

(define (lone-spaces description)
  "Return the positions of periods in DESCRIPTION that end a sentence and have one space after them."
  (filter-map (lambda (m)
                (and (not (any (cut string-suffix-ci? <> (match:prefix m))
                               '("i.e" "e.g" "a.k.a" "resp")))
                     (match:start m)))
              (list-matches "\\. [A-Z]" description)))

(define usual-mistakes
  ;; What should not be said, and what should be said instead.
  '(("This packages" . "This package")
    ("This modules" . "This module")
    ("allows to" . #f)
    ("permits to" . #f)))

(define (mistakes package description)
  (filter-map (match-lambda
                ((mistake . correction)
                 (and (string-contains description mistake)
                      (make-warning package #f
                                    (format #f "description contains typo '~a'~@[, should be '~a'~]"
                                            mistake correction)))))
              usual-mistakes))

(define (check-description-style package)
  "Return warnings about the description of PACKAGE."
  (define (check description)
    (define trademark (string-index description (char-set #\™ #\®)))
    (define lone (lone-spaces description))
    (define plain (texinfo description))
    (append
     (warnings-of package
       ((string-null? description) 'description (N_ "description should not be empty"))
       ((regexp-exec quoted-word-rx description) 'description
        (N_ "use @code or similar ornament instead of quotes"))
       (trademark 'description (N_ "description should not contain trademark sign '~a' at ~d")
                  (string-ref description trademark) trademark))
     (mistakes package description)
     (warnings-of package
       ((pair? lone) 'description
        (N_ "sentences in description should be followed by two spaces; possible infraction~p at ~{~a~^, ~}")
        (length lone) lone)
       ((string-prefix? " " description) 'description (N_ "description contains leading whitespace"))
       ((string-suffix? " " description) 'description (N_ "description contains trailing whitespace"))
       ((not plain) 'description (N_ "Texinfo markup in description is invalid"))
       ((and plain
             (not (string-null? plain))
             (not (starts-sentence? plain))
             (not (string-prefix-ci? (package-name package) plain)))
        'description (N_ "description should start with an upper-case letter or digit")))))

  (match (package-description package)
    ((? string? description) (check description))
    (other (list (make-warning package 'description (N_ "invalid description: ~s") other)))))


;;; Synopses.

(define (names-package? package synopsis)
  "Return true if SYNOPSIS starts with the name of PACKAGE, which is no abbreviation."
  (and (regexp-exec (make-regexp (string-append "^" (regexp-quote (package-name package)) "\\>") regexp/icase)
                    synopsis)
       (not (string-match "^[A-Z][A-Z0-9]+\\>" synopsis))))

(define (check-synopsis-style package)
  "Return warnings about the synopsis of PACKAGE."
  (define (check synopsis)
    (warnings-of package
      ((not (starts-sentence? synopsis)) 'synopsis
       (N_ "synopsis should start with an upper-case letter or digit"))
      ((and (string-suffix? "." synopsis) (not (string-suffix? "etc." synopsis))) 'synopsis
       (N_ "no period allowed at the end of the synopsis"))
      ((any (cut string-prefix-ci? <> synopsis) '("A " "An ")) 'synopsis
       (N_ "no article allowed at the beginning of the synopsis"))
      ((names-package? package synopsis) 'synopsis
       (N_ "synopsis should not start with the package name"))
      ((>= (string-length synopsis) 80) 'synopsis
       (N_ "synopsis should be less than 80 characters long"))
      ((not (texinfo synopsis)) 'synopsis
       (N_ "Texinfo markup in synopsis is invalid"))
      ((string-suffix? " " synopsis) 'synopsis
       (N_ "synopsis contains trailing whitespace"))))

  (match (package-synopsis package)
    ("" (list (make-warning package 'synopsis (N_ "synopsis should not be empty"))))
    ((? string? synopsis) (check synopsis))
    (other (list (make-warning package 'synopsis (N_ "invalid synopsis: ~s") other)))))


(define (check-license package)
  "Return a warning unless the license of PACKAGE is a license or a list of licenses."
  (match (package-license package)
    ((? license?) '())
    (((? license?) ...) '())
    (_ (list (make-warning package 'license (N_ "invalid license field"))))))
