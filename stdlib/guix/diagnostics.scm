;;; Commentary:
;;;
;;; Messages for users: warnings, errors with locations, hints.  Interface: (guix diagnostics) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix diagnostics)
  #:use-module (guix utils)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:re-export (<location> location location? location-file location-line location-column
               location->string source-properties->location location->source-properties)
  #:export (warning info report-error leave
            formatted-message formatted-message? formatted-message-string formatted-message-arguments
            &formatted-message
            &error-location error-location? error-location
            &fix-hint fix-hint? condition-fix-hint
            guix-warning-port program-name))

(define-condition-type &formatted-message &error
  formatted-message?
  (format formatted-message-string)
  (arguments formatted-message-arguments))

(define-condition-type &error-location &error
  error-location?
  (location error-location))

(define-condition-type &fix-hint &condition
  fix-hint?
  (hint condition-fix-hint))

(define-syntax-rule (formatted-message format args ...)
  ;; Return the condition of a message that is formatted when it is shown.
  (condition (&formatted-message (format format) (arguments (list args ...)))))

(define guix-warning-port
  (make-parameter (current-warning-port)))

(define program-name
  (make-parameter "strata"))

(define (print-diagnostic kind location message arguments)
  ;; MESSAGE ends with its own newline, as in Guix.
  (format (guix-warning-port) "~a~a~?"
          (if location
              (string-append (location->string location) ": ")
              (string-append (program-name) ": "))
          kind message arguments))

(define-syntax define-diagnostic
  (syntax-rules ()
    ((_ name kind)
     (define (name location-or-message . rest)
       (if (or (location? location-or-message) (not location-or-message))
           (print-diagnostic kind location-or-message (car rest) (cdr rest))
           (print-diagnostic kind #f location-or-message rest))))))

(define-diagnostic warning "warning: ")
(define-diagnostic info "")
(define-diagnostic report-error "error: ")

(define (leave . args)
  "Report an error and exit."
  (apply report-error args)
  (exit 1))
