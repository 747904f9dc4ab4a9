;;; Commentary:
;;;
;;; How packages are shown: as records of GNU recutils, from a package or from the summary of it that an index of the
;;; collection keeps.  What (guix ui) re-exports of it has the interface and the output of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix ui recutils)
  #:use-module (guix colors)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix licenses)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:autoload   (texinfo) (texi-fragment->stexi)
  #:autoload   (texinfo plain-text) (stexi->plain-text *line-width*)
  #:export (terminal-width
            %text-width
            fill-paragraph
            indented-string
            string->recutils
            texi->plain-text
            package-synopsis-string
            package-description-string

            package-summary package-summary? summary-outputs summary-systems summary-dependencies
            package->summary
            summary->recutils
            package->recutils

            relevance
            %package-metrics
            package-relevance))


;;;
;;; Text.
;;;

(define (terminal-width)
  "Return the number of columns of the terminal, or what COLUMNS says, or 80."
  (or (and=> (getenv "COLUMNS") string->number)
      80))

(define %text-width
  ;; How wide text is filled.
  (make-parameter (terminal-width)))

(define (string->recutils str)
  "Return STR as the value of a field: each line but the first begins with `+ '."
  (string-join (string-split str #\newline) "\n+ "))

(define* (indented-string str indent #:key (initial-indent? #t))
  "Return STR with INDENT spaces before each line, before the first only if INITIAL-INDENT?."
  (let ((spaces (make-string indent #\space)))
    (string-append (if initial-indent? spaces "")
                   (string-join (string-split str #\newline) (string-append "\n" spaces)))))

(define* (fill-paragraph str width #:optional (column 0))
  "Return STR, which begins at COLUMN, with lines of at most WIDTH characters as far as there are spaces to break them at.

When STR has single line breaks, these are spaces first; several in a row are kept."
  (define (space? char) (eqv? char #\space))

  (define (gap breaks before)
    ;; What BREAKS line breaks after the characters BEFORE, the last first, come to.
    (case breaks
      ((0) '())
      ((1) (if (and (pair? before) (eqv? #\. (first before)))
               '(#\space #\space)
               '(#\space)))
      (else (make-list breaks #\newline))))

  (let loop ((chars (string->list str)) (column column) (breaks 0) (result '()))
    (match chars
      (() (list->string (reverse result)))
      ((#\newline . rest) (loop rest column (+ breaks 1) result))
      ((char . rest)
       (let* ((gap (gap breaks result))
              (result (cons char (append gap result)))
              (column (+ 1 (if (> breaks 1) 0 (+ column (length gap))))))
         (if (<= column width)
             (loop rest column 0 result)
             (call-with-values (lambda () (break space? result))
               (lambda (word before)
                 (let ((size (length word)))
                   (cond ((> size width) (loop rest column 0 result))
                         ((null? before) (loop rest size 0 result))
                         (else
                          (loop rest size 0
                                (append word (cons #\newline (drop-while space? before)))))))))))))))

(define (texi->plain-text str)
  "Return the plain text of STR, a Texinfo fragment, filled to `%text-width'."
  (with-fluids ((*line-width* (%text-width)))
    (stexi->plain-text (texi-fragment->stexi str))))

(define (texi->plain-text/warning str location name)
  "Like `texi->plain-text', but return STR with a warning about the package NAME at LOCATION when it is not Texinfo."
  (catch 'parser-error
    (lambda () (texi->plain-text str))
    (lambda _
      (warning location (G_ "~a: invalid Texinfo markup~%") name)
      str)))

(define (package-text field)
  (lambda (package)
    (and=> (field package)
           (lambda (str)
             (texi->plain-text/warning (P_ str) (package-location package)
                                       (package-full-name package))))))

(define package-synopsis-string
  ;; The plain text of a package's synopsis.
  (package-text package-synopsis))

(define package-description-string
  ;; The plain text of a package's description.
  (package-text package-description))


;;;
;;; Summaries.
;;;

(define-record-type <package-summary>
  ;; What is shown of a package.
  (package-summary name version outputs systems dependencies location home-page licenses synopsis description)
  package-summary?
  (name summary-name)
  (version summary-version)
  (outputs summary-outputs)             ;list of (NAME . SYNOPSIS); SYNOPSIS may be #f
  (systems summary-systems)             ;list of strings
  (dependencies summary-dependencies)   ;list of full names, sorted
  (location summary-location)           ;<location> | #f
  (home-page summary-home-page)         ;string | #f
  (licenses summary-licenses)           ;list of licenses | license | anything else: unknown
  (synopsis summary-synopsis)           ;Texinfo | #f
  (description summary-description))    ;Texinfo | #f

(define %output-synopses
  '(("bin" . "executable programs and scripts")
    ("debug" . "debug information")
    ("doc" . "documentation")
    ("lib" . "shared libraries")
    ("static" . "static libraries")
    ("out" . "everything else")))

(define (output-synopses package)
  "Return the list of (OUTPUT . SYNOPSIS) of PACKAGE; SYNOPSIS is #f unless the package gives one."
  (define (synopsis output)
    (any (match-lambda
           (('output-synopsis (? (lambda (name) (equal? name output))) synopsis) (P_ synopsis))
           (_ #f))
         (package-properties package)))

  (map (lambda (output) (cons output (synopsis output)))
       (package-outputs package)))

(define (package->summary package)
  "Return the summary of PACKAGE."
  (package-summary (package-name package)
                   (package-version package)
                   (output-synopses package)
                   (package-transitive-supported-systems package)
                   (delete-duplicates
                    (sort (filter-map (match-lambda
                                        ((_ (? package? input) . _) (package-full-name input))
                                        (_ #f))
                                      (package-direct-inputs package))
                          string<?))
                   (package-location package)
                   (package-home-page package)
                   (package-license package)
                   (package-synopsis package)
                   (package-description package)))

(define* (summary->recutils summary port #:optional (width (%text-width))
                            #:key
                            (hyperlinks? (supports-hyperlinks? port))
                            (extra-fields '())
                            (highlighting identity))
  "Write the record of SUMMARY to PORT, as `package->recutils' does."
  (define inner-width
    ;; Without the "+ " of further lines.
    (if (> width 2) (- width 2) width))

  (define (words field list)
    (format port "~a: ~a~%" field
            (string->recutils
             (fill-paragraph (string-join list) inner-width
                             (+ 2 (string-length field))))))

  (define emphasize
    (if (color-output? port) highlighting identity))

  (define outputs
    ;; "out" comes last.
    (call-with-values (lambda ()
                        (partition (match-lambda ((name . _) (string=? name "out")))
                                   (summary-outputs summary)))
      (lambda (out others) (append others out))))

  (define (output-text output synopsis)
    (or synopsis
        (and (equal? output "out") (null? (cdr outputs)) (G_ "everything"))
        (and=> (assoc-ref %output-synopses output) G_)
        (G_ "[description missing]")))

  (define (license-text license)
    (let ((uri (license-uri license)))
      (if (and hyperlinks? uri (string-prefix? "http" uri))
          (hyperlink uri (license-name license))
          (license-name license))))

  (define (plain-text str)
    (texi->plain-text/warning str (summary-location summary)
                              (string-append (summary-name summary) "@"
                                             (summary-version summary))))

  (format port "name: ~a~%" (highlight (summary-name summary) port))
  (format port "version: ~a~%" (highlight (summary-version summary) port))
  (format port "outputs:~%")
  (for-each (match-lambda
              ((output . synopsis)
               (format port "+ ~a: ~a~%" output (output-text output synopsis))))
            outputs)
  (words "systems" (summary-systems summary))
  (words "dependencies" (summary-dependencies summary))
  (format port "location: ~a~%"
          (match (summary-location summary)
            (#f (G_ "unknown"))
            (location ((if hyperlinks? location->hyperlink location->string) location))))
  (format port "homepage: ~a~%" (summary-home-page summary))
  (format port "license: ~a~%"
          (match (summary-licenses summary)
            (((? license? licenses) ...) (string-join (map license-name licenses) ", "))
            ((? license? license) (license-text license))
            (_ (G_ "unknown"))))
  (format port "synopsis: ~a~%"
          (emphasize (string-map (lambda (char) (if (char=? char #\newline) #\space char))
                                 (match (summary-synopsis summary)
                                   (#f "")
                                   (synopsis (plain-text synopsis))))))
  (format port "~a~%"
          (emphasize
           (string->recutils
            (string-trim-right
             (parameterize ((%text-width inner-width))
               ;; The name of the field is part of the first line that is filled.
               (plain-text (string-append "description: "
                                          (or (summary-description summary) ""))))
             #\newline))))
  (for-each (match-lambda
              ((field . value)
               (let ((name (symbol->string field)))
                 (format port "~a: ~a~%" name
                         (fill-paragraph (object->string value) inner-width
                                         (string-length name))))))
            extra-fields)
  (newline port))

(define (package->recutils package port . arguments)
  "Write PACKAGE to PORT as a record of recutils, filled to a width that may be given.  Keywords: EXTRA-FIELDS, an alist
of further fields; HYPERLINKS?, whether terminals get links; HIGHLIGHTING, a procedure that colors text."
  (apply summary->recutils (package->summary package) port arguments))


;;;
;;; Searching.
;;;

(define (relevance obj regexps metrics)
  "Return how well OBJ matches REGEXPS: zero unless each matches, and the more the more often they do.  METRICS is a list
of (FIELD . WEIGHT); FIELD is a procedure that returns a string, a list of strings or #f for OBJ."
  (define (string-score regexp str)
    ;; A match of the whole counts more.
    (fold-matches regexp str 0
                  (lambda (m score)
                    (+ score (if (string=? (match:substring m) str) 5 1)))))

  (define (regexp-score regexp)
    (fold (match-lambda*
            (((field . weight) total)
             (+ total
                (* weight
                   (match (field obj)
                     (#f 0)
                     ((? string? str) (string-score regexp str))
                     (strings (apply + (map (lambda (str) (string-score regexp str)) strings))))))))
          0
          metrics))

  (let ((scores (map regexp-score regexps)))
    (if (any zero? scores) 0 (apply + scores))))

(define %common-outputs '("out" "doc" "debug" "lib" "include" "bin"))

(define %package-metrics
  ;; What counts for `package-relevance', and how much.
  `((,package-name . 4)
    (,(lambda (package)
        (remove (lambda (output) (member output %common-outputs))
                (package-outputs package)))
     . 1)
    (,package-synopsis . 3)             ;Texinfo: formatting is expensive
    (,package-description . 2)
    (,(lambda (package)
        (match (package-location package)
          (#f "")
          (location (basename (location-file location) ".scm"))))
     . 1)))

(define (package-relevance package regexps)
  "Return how well PACKAGE matches REGEXPS; zero unless each of them matches."
  (relevance package regexps %package-metrics))
