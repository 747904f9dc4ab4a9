;;; Commentary:
;;;
;;; Releases as values: versions, addresses, signatures, and how their inputs differ from a package's.  Not how they are found
;;; or used: see (guix upstream).  Interface: part of (guix upstream) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix upstream sources)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (<upstream-source>
            upstream-source
            upstream-source?
            upstream-source-package
            upstream-source-version
            upstream-source-urls
            upstream-source-signature-urls
            upstream-source-archive-types
            upstream-source-input-changes
            coalesce-sources

            factorize-uri
            package-archive-type
            source-choice

            upstream-input-change?
            upstream-input-change-name
            upstream-input-change-type
            upstream-input-change-action
            changed-inputs))

(define-record-type* <upstream-source>
  upstream-source make-upstream-source
  upstream-source?
  (package        upstream-source-package)              ;string, the name
  (version        upstream-source-version)              ;string
  (urls           upstream-source-urls)                 ;list of strings | git-reference
  (signature-urls upstream-source-signature-urls        ;list of strings, one for each URL | #f
                  (default #f))
  (input-changes  upstream-source-input-changes         ;list of <upstream-input-change>
                  (default '()) (thunked)))

(define (upstream-source-archive-types source)
  "Return the kinds of archives that SOURCE has, as the extensions of their names, such as \"gz\"."
  (map file-extension (upstream-source-urls source)))

(define (merge-sources a b)
  "Return the source with the addresses of A and of B, of the same version."
  (let ((signatures (list (upstream-source-signature-urls a) (upstream-source-signature-urls b))))
    (upstream-source
     (inherit a)
     (urls (append (upstream-source-urls a) (upstream-source-urls b)))
     (signature-urls (and (every identity signatures) (concatenate signatures))))))

(define (coalesce-sources sources)
  "Return SOURCES with all of the same version merged, in the order of versions, oldest first."
  (fold (lambda (source result)
          (match result
            (((? (lambda (previous)
                   (string=? (upstream-source-version previous) (upstream-source-version source)))
                 previous) . rest)
             (cons (merge-sources source previous) rest))
            (_ (cons source result))))
        '()
        (sort sources
              (lambda (a b)
                (version>? (upstream-source-version a) (upstream-source-version b))))))


;;; Addresses.

(define (factorize-uri uri version)
  "Return URI as a list of strings and, for each VERSION in it, the symbol `version'; URI itself when there is none."
  (let loop ((start 0) (parts '()))
    (match (string-contains uri version start)
      (#f
       (if (null? parts)
           uri
           (reverse (cons (substring uri start) parts))))
      (position
       (loop (+ position (string-length version))
             (cons* 'version (substring uri start position) parts))))))


;;; The one of a release's archives that takes the place of a package's.

(define (package-archive-type package)
  "Return the kind of archive that the source of PACKAGE is, such as \"xz\", or #f when it is none."
  (let* ((source (package-source package))
         (file (and (origin? source) (origin-actual-file-name source)))
         (extension (and file (file-extension file))))
    (and extension
         ;; What follows the dot in "example-1.2-checkout" is no extension.
         (or (string-index extension #\z)
             (string-contains extension "tar"))
         extension)))

(define (source-choice package source)
  "Return (URL . SIGNATURE-URL) of the archive of SOURCE that is of the kind that PACKAGE has, or of the first one.
SIGNATURE-URL may be #f."
  (let* ((type (package-archive-type package))
         (choices (map cons
                       (upstream-source-urls source)
                       (or (upstream-source-signature-urls source)
                           (map (const #f) (upstream-source-urls source))))))
    (or (and type
             (find (match-lambda
                     ((url . _) (string-suffix? type url)))
                   choices))
        (first choices))))


;;; Inputs.

(define-record-type* <upstream-input-change>
  upstream-input-change make-upstream-input-change
  upstream-input-change?
  (name   upstream-input-change-name)   ;string
  (type   upstream-input-change-type)   ;symbol: regular | native | propagated
  (action upstream-input-change-action)) ;symbol: add | remove

(define (field-input-names field)
  "Return the labels, or the names, of the inputs that FIELD, as it is written in a package, lists."
  (match field
    ((_ ('quasiquote (((? string? labels) ('unquote _) . _) ...))) labels)
    ((_ ('list names ...)) (map (lambda (name) (format #f "~a" name)) names))
    (_ '())))

(define (changed-inputs package expression)
  "Return the list of the changes that make the inputs of PACKAGE those of EXPRESSION, a `package' form."
  (define (changes type field inputs)
    (define current (map first inputs))
    (define new
      (field-input-names (assq field (filter pair? (cdr expression)))))

    (define (change action)
      (lambda (input)
        (upstream-input-change (name input) (type type) (action action))))

    (append (map (change 'add) (lset-difference string=? new current))
            (map (change 'remove) (lset-difference string=? current new))))

  (match expression
    (('package . _)
     (append (changes 'regular 'inputs (package-inputs package))
             (changes 'native 'native-inputs (package-native-inputs package))
             (changes 'propagated 'propagated-inputs (package-propagated-inputs package))))
    (_ '())))
