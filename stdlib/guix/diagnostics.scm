;;; Commentary:
;;;
;;; Messages for users: warnings, errors with locations, hints; and the locations themselves.
;;; Interface: (guix diagnostics) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix diagnostics)
  #:use-module (guix colors)
  #:use-module (guix i18n)
  #:use-module (guix source-files)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:export (warning info report-error leave
            <location> location location? location-file location-line location-column
            location->string location->hyperlink
            source-properties->location location->source-properties vector->location shown-location
            formatted-message formatted-message? formatted-message-string formatted-message-arguments
            &formatted-message
            &error-location error-location? error-location
            &fix-hint fix-hint? condition-fix-hint
            guix-warning-port program-name
            define-with-syntax-properties))


;;;
;;; Source locations.
;;;

(define-record-type <location>
  (make-location file line column)
  location?
  (file location-file)
  (line location-line)                  ;from 1
  (column location-column))             ;from 0

(define (location file line column)
  "Return the <location> object for the given FILE, LINE, and COLUMN; #f if one of them is."
  (and line column file
       (make-location file line column)))

(define (source-properties->location properties)
  "Return the location that PROPERTIES stands for, an alist with `filename', `line' and `column', a vector of these, or
#f."
  (match properties
    ((? vector?) (vector->location properties))
    ((? pair?)
     (let ((file (assq-ref properties 'filename))
           (line (assq-ref properties 'line))
           (column (assq-ref properties 'column)))
       (location file (and line (+ line 1)) column)))
    (_ #f)))

(define (vector->location vector)
  "Return the location that VECTOR, #(FILE LINE COLUMN) with lines from 0, stands for; #f for #f."
  (match vector
    (#(file line column) (location file (+ line 1) column))
    (_ #f)))

(define (location->source-properties loc)
  "Return the source property association list based on the info in LOC."
  `((line . ,(and=> (location-line loc) 1-))
    (column . ,(location-column loc))
    (filename . ,(location-file loc))))

(define (location->string loc)
  "Return LOC as people and editors read it: FILE:LINE:COLUMN."
  (match loc
    (#f (G_ "<unknown location>"))
    (($ <location> file line column)
     (format #f "~a:~a:~a" file line column))))

(define (shown-location loc)
  "Return LOC as messages show it: with the name by which the user can open a file that is not strata's own."
  (location (shown-file-name (location-file loc)) (location-line loc) (location-column loc)))

(define (location->hyperlink loc)
  "Return LOC as a string with escape sequences that make it a link to its file."
  (let ((file (source-file (location-file loc))))
    (if file
        (file-hyperlink file (location->string loc))
        (location->string loc))))


;;;
;;; Conditions.
;;;

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

(define-syntax formatted-message
  ;; Return the condition of a message that is formatted when it is shown.  A literal gets the newline that the
  ;; procedures below leave to their callers.
  (lambda (s)
    (syntax-case s ()
      ((_ (translate text) argument ...)
       (and (eq? 'G_ (syntax->datum #'translate)) (string? (syntax->datum #'text)))
       #`(condition (&formatted-message
                     (format #,(string-append (syntax->datum #'text) "\n"))
                     (arguments (list argument ...)))))
      ((_ text argument ...)
       #'(condition (&formatted-message (format text) (arguments (list argument ...))))))))


;;;
;;; Messages.
;;;

(define guix-warning-port
  (make-parameter (current-warning-port)))

(define program-name
  (make-parameter "strata"))

(define (print-diagnostic kind attributes location message arguments)
  ;; MESSAGE ends with its own newline, as in Guix.
  (let* ((port (guix-warning-port))
         (colored (if (color-output? port) colorize-string (lambda (str color) str))))
    (format port "~a~a~?"
            (cond ((and=> location shown-location)
                   => (lambda (location)
                        (colored (string-append (if (supports-hyperlinks? port)
                                                    (location->hyperlink location)
                                                    (location->string location))
                                                ": ")
                                 (color BOLD))))
                  ((program-name) => (lambda (name) (string-append name ": ")))
                  (else ""))
            (if (string-null? kind) kind (colored kind attributes))
            message arguments)))

(define-syntax define-diagnostic
  (syntax-rules ()
    ((_ name kind attributes)
     (define (name location-or-message . rest)
       (if (or (location? location-or-message) (not location-or-message))
           (print-diagnostic kind attributes location-or-message (car rest) (cdr rest))
           (print-diagnostic kind attributes #f location-or-message rest))))))

(define-diagnostic warning "warning: " (color BOLD MAGENTA))
(define-diagnostic info "" (color BOLD))
(define-diagnostic report-error "error: " (color BOLD RED))

(define (leave . args)
  "Report an error and exit."
  (apply report-error args)
  (exit 1))

(define-syntax define-with-syntax-properties
  ;; (define-with-syntax-properties (NAME (VALUE PROPERTIES) ...) BODY ...): define the macro NAME, in whose BODY each
  ;; VALUE is an argument and each PROPERTIES its source properties.
  (lambda (s)
    (syntax-case s ()
      ((_ (name (value properties) ...) body ...)
       (and-map identifier? #'(name value ... properties ...))
       #'(define-syntax name
           (lambda (use)
             (syntax-case use ()
               ((_ value ...)
                (with-syntax ((properties
                               #`'#,(datum->syntax use (syntax-source #'value)))
                              ...)
                  #'(begin body ...)))
               (_
                (syntax-violation 'name
                                  (format #f "expected ~s" '(name value ...))
                                  use))))))
      (_
       (syntax-violation 'define-with-syntax-properties
                         "expected (define-with-syntax-properties (name (value properties) ...) body ...)"
                         s)))))
