;;; Commentary:
;;;
;;; Whether a user's shell leaves the variables of an environment as they are, and what to say when a command is not there.
;;; Part of (guix scripts environment).
;;;
;;; Code:

(define-module (guix scripts environment checking)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix profiles)
  #:use-module (guix search-paths)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (string-closest))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:export (check-shell-environment
            suggest-command))

(define marker "STRATA-CHECK")

(define (shell-variables shell profile manifest white-list)
  "Return the alist of the variables that SHELL, an interactive one, has in the environment of PROFILE."
  (define before (get-environment-variables*))

  (define text
    (dynamic-wind
      (lambda ()
        (load-profile profile manifest #:pure? #t #:white-list-regexps white-list)
        (setenv "GUIX_ENVIRONMENT" profile))
      (lambda ()
        (let* ((script (format #f "echo ~a; env || set; echo; echo ~a; exit~%" marker marker))
               (command (format #f "printf %s ~a | ~a -i 2>/dev/null"
                                (single-quoted script) (single-quoted shell)))
               (pipe (open-pipe* OPEN_READ "/bin/sh" "-c" command))
               (text (read-string pipe)))
          (close-pipe pipe)
          text))
      (lambda ()
        (environ before))))

  (define (between-markers lines)
    (match (member marker lines)
      ((_ . rest) (take-while (negate (cut string=? marker <>)) rest))
      (#f '())))

  (filter-map (lambda (line)
                (match (string-index line #\=)
                  (#f #f)
                  (index (cons (string-take line index) (string-drop line (+ 1 index))))))
              (between-markers (string-split text #\newline))))

(define (get-environment-variables*)
  (environ))

(define (single-quoted text)
  (string-append "'" (string-join (string-split text #\') "'\\''") "'"))

(define* (check-shell-environment profile manifest shell #:key (white-list '()))
  "Report the variables of the environment of PROFILE that SHELL, when it is interactive, has otherwise, and exit if there are
some."
  (define warned? #f)
  (define (warn text . arguments)
    (set! warned? #t)
    (warning (apply format #f text arguments)))

  (define actual
    (begin
      (info (G_ "checking the environment variables visible from shell '~a'...~%") shell)
      (shell-variables shell profile manifest white-list)))

  (when (null? actual)
    (leave (G_ "failed to determine environment of shell '~a'~%") shell))
  (for-each (match-lambda
              ((specification . expected)
               (let ((name (search-path-specification-variable specification)))
                 (match (assoc-ref actual name)
                   (#f
                    (warn (G_ "variable '~a' is missing from shell environment~%") name))
                   ((? (cut string=? expected <>)) #t)
                   ((? (cut string-prefix? expected <>) value)
                    (warn (G_ "variable '~a' has unexpected suffix '~a'~%")
                          name (string-drop value (string-length expected))))
                   (value
                    (warn (G_ "variable '~a' is clobbered: '~a'~%") name value))))))
            (profile-search-paths profile manifest))
  (match (assoc-ref actual "GUIX_ENVIRONMENT")
    (#f (warn (G_ "'GUIX_ENVIRONMENT' is missing from the shell environment~%")))
    (value
     (unless (string=? value profile)
       (warn (G_ "'GUIX_ENVIRONMENT' is set to '~a' instead of '~a'~%") value profile))))
  (cond (warned?
         (display-hint (G_ "Your shell's own files set variables that the environment sets.  With Bash, move such lines from
@file{~/.bashrc} to @file{~/.bash_profile}, which only login shells read; or use @option{--container}, where no such file is
read."))
         (exit 1))
        (else
         (info (G_ "All is good!  The shell gets correct environment variables.~%")))))

(define (suggest-command program profile)
  "Give the name of the program in PROFILE that is most like PROGRAM as a hint."
  (match (scandir (string-append profile "/bin")
                  (negate (cut member <> '("." ".."))))
    ((or #f ()) #t)
    (available
     (match (string-closest program available #:threshold 12)
       ((or #f (? (cut string=? program <>))) #t)
       (closest
        (display-hint (format #f (G_ "Did you mean '~a'?~%") closest)))))))
