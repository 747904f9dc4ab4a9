;;; Commentary:
;;;
;;; Search paths: environment variables that list the directories of a profile or of a build's inputs.
;;; Interface: (guix search-paths) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix search-paths)
  #:use-module (guix records)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:export (<search-path-specification>
            search-path-specification search-path-specification?
            search-path-specification-variable search-path-specification-files
            search-path-specification-separator search-path-specification-file-type
            search-path-specification-file-pattern
            $PATH $GUIX_EXTENSIONS_PATH $SSL_CERT_DIR $SSL_CERT_FILE $TZDIR $SGML_CATALOG_FILES
            search-path-specification->sexp sexp->search-path-specification
            string-tokenize* evaluate-search-paths environment-variable-definition
            search-path-definition set-search-paths))

(define-record-type* <search-path-specification>
  search-path-specification make-search-path-specification search-path-specification?
  (variable search-path-specification-variable)         ;string
  (files search-path-specification-files)               ;list of strings
  (separator search-path-specification-separator        ;string | #f
             (default ":"))
  (file-type search-path-specification-file-type        ;symbol
             (default 'directory))
  (file-pattern search-path-specification-file-pattern  ;regexp as a string | #f
                (default #f)))

(define $PATH
  (search-path-specification
   (variable "PATH")
   (files '("bin" "sbin"))))

(define $GUIX_EXTENSIONS_PATH
  (search-path-specification
   (variable "GUIX_EXTENSIONS_PATH")
   (files '("share/guix/extensions"))))

(define $SSL_CERT_DIR
  (search-path-specification
   (variable "SSL_CERT_DIR")
   (separator #f)
   (files '("etc/ssl/certs"))))

(define $SSL_CERT_FILE
  (search-path-specification
   (variable "SSL_CERT_FILE")
   (file-type 'regular)
   (separator #f)
   (files '("etc/ssl/certs/ca-certificates.crt"))))

(define $TZDIR
  (search-path-specification
   (variable "TZDIR")
   (files '("share/zoneinfo"))
   (separator #f)))

(define $SGML_CATALOG_FILES
  (search-path-specification
   (variable "SGML_CATALOG_FILES")
   (separator " ")
   (files '("sgml"))
   (file-pattern "^catalog$|^.*\\.cat$")
   (file-type 'regular)))

(define (search-path-specification->sexp spec)
  "Return the list form of SPEC that build scripts use."
  (list (search-path-specification-variable spec)
        (search-path-specification-files spec)
        (search-path-specification-separator spec)
        (search-path-specification-file-type spec)
        (search-path-specification-file-pattern spec)))

(define (sexp->search-path-specification sexp)
  "Return the specification that SEXP describes."
  (match sexp
    ((variable files separator type pattern)
     (make-search-path-specification variable files separator type pattern))))

(define (string-tokenize* string separator)
  "Return the list of substrings of STRING separated by SEPARATOR, a string."
  (let loop ((start 0) (result '()))
    (match (string-contains string separator start)
      (#f (reverse (cons (substring string start) result)))
      (end (loop (+ end (string-length separator))
                 (cons (substring string start end) result))))))

(define* (evaluate-search-paths search-paths directories
                                #:optional (getenv (const #f)))
  "Evaluate SEARCH-PATHS, a list of specifications, for DIRECTORIES: return the list of (SPECIFICATION . VALUE) of
those that have a value which GETENV does not already give."
  (define (search-path-definition spec)
    (match spec
      (($ <search-path-specification> variable files separator type pattern)
       (let* ((path (search-path-as-list files directories #:type type #:pattern pattern))
              (value (if separator
                         (list->search-path-as-string path separator)
                         (match path
                           ((first . _) first)
                           (() "")))))
         (and (pair? path)
              (not (equal? value (getenv variable)))
              (cons spec value))))))

  (filter-map search-path-definition search-paths))

(define* (environment-variable-definition variable value
                                          #:key (kind 'exact) (separator ":"))
  "Return a shell definition of VARIABLE as VALUE; KIND is `exact', `prefix' or `suffix'."
  (match (if (not separator) 'exact kind)
    ('exact
     (format #f "export ~a=\"~a\"" variable value))
    ('prefix
     (format #f "export ~a=\"~a${~a:+~a}$~a\"" variable value variable separator variable))
    ('suffix
     (format #f "export ~a=\"$~a${~a:+~a}~a\"" variable variable variable separator value))))

(define* (search-path-definition search-path value #:key (kind 'exact))
  "Like `environment-variable-definition' for a specification."
  (match search-path
    (($ <search-path-specification> variable _ separator)
     (environment-variable-definition variable value #:kind kind #:separator separator))))

(define* (set-search-paths search-paths directories #:key (setenv setenv))
  "Set the variables of SEARCH-PATHS for DIRECTORIES."
  (for-each (match-lambda
              ((spec . value)
               (setenv (search-path-specification-variable spec) value)))
            (evaluate-search-paths search-paths directories)))
