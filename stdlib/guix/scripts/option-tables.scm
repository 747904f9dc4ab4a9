;;; Commentary:
;;;
;;; Tables of options of commands: of each, its names, its argument, what help says of it, and what becomes of the alist that
;;; a parsed command line is.  Options for SRFI 37 and help are both made of them.
;;;
;;; Code:

(define-module (guix scripts option-tables)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix ui arguments)
  #:use-module (guix ui commands)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 match)
  #:export (documented
            table->options
            show-table
            setting
            replacing
            adding
            number-argument
            help-options))

(define-record-type <documented>
  (make-documented names argument optional? help update)
  documented?
  (names documented-names)              ;characters and strings
  (argument documented-argument)        ;how help calls it, #f for none
  (optional? documented-optional?)      ;may it be left out?
  (help documented-help)                ;#f if the option is not shown
  (update documented-update))           ;argument, alist -> alist

(define* (documented names argument help update #:key optional?)
  "Return the option with NAMES, whose argument help calls ARGUMENT, #f for none.  UPDATE takes the argument and the alist, and
returns the new alist."
  (make-documented names argument optional? help update))

(define (table->options table)
  "Return the options of TABLE for SRFI 37's `args-fold'."
  (map (lambda (row)
         (option (documented-names row)
                 (and (documented-argument row) (not (documented-optional? row)))
                 (documented-optional? row)
                 (lambda (opt name argument result . rest)
                   (apply values ((documented-update row) argument result) rest))))
       table))

(define %help-column 25)

(define (option-synopsis row)
  "Return how help shows the names of ROW, such as \"  -c, --cores=N\"."
  (let* ((short (find char? (documented-names row)))
         (long (find string? (documented-names row)))
         (argument (match (documented-argument row)
                     (#f "")
                     (name (string-append (if long "=" " ") name)))))
    (string-append "  "
                   (if short (format #f "-~a~a" short (if long ", " "")) "    ")
                   (if long (string-append "--" long) "")
                   (if (documented-optional? row)
                       (string-append "[" argument "]")
                       argument))))

(define (show-table table)
  "Write what the options of TABLE are for."
  (for-each (lambda (row)
              (when (documented-help row)
                (let ((synopsis (option-synopsis row))
                      (indentation (string-append "\n" (make-string %help-column #\space))))
                  (newline)
                  (display synopsis)
                  (display (if (< (string-length synopsis) (- %help-column 1))
                               (make-string (- %help-column (string-length synopsis)) #\space)
                               indentation))
                  (display (string-join (string-split (documented-help row) #\newline) indentation)))))
            table))


;;;
;;; What options do.
;;;

(define (setting key value)
  "Return the procedure of an option without argument that adds VALUE for KEY."
  (lambda (argument result)
    (acons key value result)))

(define* (replacing key #:optional (convert values))
  "Return the procedure of an option whose argument, through CONVERT, takes the place of what was given for KEY."
  (lambda (argument result)
    (acons key (convert argument) (alist-delete key result eq?))))

(define* (adding key #:optional (convert values))
  "Return the procedure of an option that adds its argument, through CONVERT, for KEY."
  (lambda (argument result)
    (acons key (convert argument) result)))

(define (number-argument name)
  "Return the procedure that converts the argument of the option NAME to a number, or reports an error and exits."
  (lambda (argument)
    (or (false-if-exception (string->number argument))
        (leave (G_ "not a number: '~a' option argument: ~a~%") name argument))))

(define (help-options command show-help)
  "Return the table of `--help' and `--version' of COMMAND, whose help SHOW-HELP writes."
  (list (documented '(#\h "help") #f (G_ "display this help and exit")
                    (lambda _
                      (show-help)
                      (exit 0)))
        (documented '(#\V "version") #f (G_ "display version information and exit")
                    (lambda _
                      (show-version-and-exit command)))))
