;;; Commentary:
;;;
;;; The checker of how the sources of packages look.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint formatting)
  #:use-module (guix diagnostics)
  #:use-module (guix lint warnings)
  #:use-module (guix packages)
  #:use-module (guix source-files)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (check-formatting))

(define lone-parentheses-rx
  (make-regexp "^[[:blank:]]*[()]+[[:blank:]]*$"))

(define (line-warnings package line number)
  "Return the warnings about LINE, the one with NUMBER of the file that PACKAGE is in."
  (define (at column text . data)
    (apply warning-at package
           (location (location-file (package-location package)) number column)
           text data))

  (filter identity
          (list (let ((column (string-index line #\tab)))
                  (and column
                       (at column "tabulation on line ~a, column ~a" number column)))
                (and (not (string=? line (string-trim-right line)))
                     (not (string=? line "\f"))
                     (at 0 "trailing white space on line ~a" number))
                ;; Hashes and URLs make lines longer than 80.
                (and (> (string-length line) 90)
                     (at 0 "line ~a is way too long (~a characters)" number (string-length line)))
                (and (regexp-exec lone-parentheses-rx line)
                     (at 0 "parentheses feel lonely, move to the previous or next line")))))

(define (datum-last-line file line)
  "Return the number of the last line of the datum of FILE that starts after LINE lines; a guess if it cannot be read."
  (call-with-input-file file
    (lambda (port)
      (let skip ((count line))
        (unless (or (zero? count) (eof-object? (read-line port)))
          (skip (- count 1))))
      (catch 'read-error
        (lambda ()
          (read port)
          (+ 1 (port-line port)))
        (lambda _
          (+ line 61))))))

(define (check-formatting package)
  "Return warnings about the lines of the form that defines PACKAGE."
  (define (check file line)
    ;; The form starts in the line before the one of `package'.
    (let ((last (datum-last-line file line)))
      (call-with-input-file file
        (lambda (port)
          (let loop ((number 1) (warnings '()))
            (match (read-line port)
              ((? eof-object?) (concatenate (reverse warnings)))
              (text
               (cond ((> number last) (concatenate (reverse warnings)))
                     ;; Guix begins to look in the line after the first.
                     ((<= number line) (loop (+ number 1) warnings))
                     (else
                      (loop (+ number 1)
                            (cons (line-warnings package text number) warnings)))))))))))

  (match (package-location package)
    (#f '())
    (($ (@@ (guix diagnostics) <location>) file line)
     (match (source-file file)
       (#f (list (make-warning package #f "source file not found")))
       (file (check file (- line 1)))))))
