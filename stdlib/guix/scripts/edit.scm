;;; Commentary:
;;;
;;; What `strata edit' does in Scheme: finding where packages are defined.  Interface: (guix scripts edit) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts edit)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix source-files)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (guix-edit
            %editor
            spawn-editor
            package-places))

(define %editor
  ;; The command that edits files.
  (make-parameter (or (getenv "VISUAL") (getenv "EDITOR") "nano")))

(define (location-place location)
  "Return the absolute file name and the line of LOCATION as a list."
  (let ((file (location-file location)))
    (match (source-file file)
      ((? string? file)
       (list file (location-line location)))
      (#f
       (raise (formatted-message (G_ "file '~a' not found in search path ~s") file %load-path))))))

(define (package-places specifications)
  "Return the list of (FILE LINE) of the definitions of the packages that SPECIFICATIONS name."
  (map (lambda (specification)
         (match (specification->location specification)
           (#f (raise (formatted-message (G_ "source location of package '~a' is unknown") specification)))
           (location (location-place location))))
       specifications))

(define (spawn-editor locations)
  "Replace this process by `%editor' at the places of LOCATIONS."
  (apply execlp "/bin/sh" "sh" "-c"
         ;; The editor may be a command with arguments of its own.
         (string-append (%editor) " \"$@\"")
         "sh"
         (apply append
                (map (lambda (location)
                       (match (location-place location)
                         ((file line)
                          (list (string-append "+" (number->string line)) file))))
                     locations))))

(define-command (guix-edit . args)
  (category packaging)
  (synopsis "view and edit package definitions")
  (apply run-command "edit" args))
