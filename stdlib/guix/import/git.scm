;;; Commentary:
;;;
;;; An updater for packages whose source is a Git repository: the tags tell the versions.  The properties
;;; `release-tag-prefix', `release-tag-suffix', regular expressions, `release-tag-version-delimiter', a string, and
;;; `accept-pre-releases?' of a package say how, where that cannot be guessed.  Interface: (guix import git) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import git)
  #:use-module (guix diagnostics)
  #:use-module (guix git)
  #:use-module (guix git-download)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%generic-git-updater
            latest-git-tag-version))

(define %preview-words
  '("alpha" "beta" "rc" "dev" "test" "pre"))

(define %preview-rx
  (make-regexp (string-append ".+(" (string-join %preview-words "|") ")") regexp/icase))

(define (count-in tags char)
  (fold (lambda (tag count) (+ count (string-count tag char))) 0 tags))

(define (guess-delimiter tags)
  "Return what separates the numbers of versions in TAGS."
  (let ((total (length tags)))
    (cond ((>= (count-in tags #\.) (* 35/100 total)) ".")
          ((>= (count-in tags #\-) (* 80/100 total)) "-")
          ((>= (count-in tags #\_) (* 80/100 total)) "_")
          (else ""))))

(define (tag-rx prefix suffix delimiter previews?)
  "Return the regular expression of tags.  Of its groups after those of PREFIX, the first is the version up to what makes it a
preview, which is the third if PREVIEWS? is true."
  (define characters
    ;; A hyphen at the end stands for itself.
    (string-append "[^[:punct:]" delimiter "]"))

  (make-regexp
   (string-append "^" (or prefix "[^[:digit:]]*")
                  "([[:digit:]]" characters "*(" (regexp-quote delimiter) characters "+)"
                  ;; Without a delimiter there may be one number only.
                  (if (string-null? delimiter) "*" "+") ")"
                  (if previews?
                      (string-append "(.*(" (string-join %preview-words "|") ").*)")
                      "")
                  (or suffix "") "$")))

(define (group-count expression)
  "Return how many groups the regular expression EXPRESSION has."
  (length (list-matches "(^|[^\\\\])\\(" expression)))

(define (tags->versions tags prefix suffix delimiter previews?)
  "Return the list of (VERSION . TAG) of those of TAGS that are tags of releases, oldest first."
  (let* ((delimiter (or delimiter (guess-delimiter tags)))
         (rx (tag-rx prefix suffix delimiter previews?))
         (first-group (+ 1 (if prefix (group-count prefix) 0))))
    (define (version tag)
      (match (regexp-exec rx tag)
        (#f #f)
        (m (string-append
            (if (string-null? delimiter)
                (match:substring m first-group)
                (string-replace-substring (match:substring m first-group) delimiter "."))
            (if previews?
                (match:substring m (+ 2 first-group))
                "")))))

    (stable-sort (filter-map (lambda (tag)
                               (and=> (version tag)
                                      (lambda (version) (cons version tag))))
                             tags)
                 (lambda (a b)
                   (version>? (car b) (car a))))))

(define (latest-git-tag-version package)
  "Return two values, the latest version of PACKAGE that its repository has a tag for, and that tag; #f twice, after a warning,
when that cannot be told."
  (define properties (package-properties package))
  (define url (git-reference-url (origin-uri (package-source package))))
  (define previews? (assq-ref properties 'accept-pre-releases?))

  (define (give-up message . arguments)
    (apply warning (or (package-field-location package 'source) (package-location package))
           message arguments)
    (values #f #f))

  (match (catch 'git-error
           (lambda ()
             (map (lambda (reference) (string-drop reference (string-length "refs/tags/")))
                  (remote-refs url #:tags? #t)))
           (const #f))
    (#f (give-up (G_ "failed to fetch Git repository for ~a~%") (package-name package)))
    (() (give-up (G_ "~a for ~a~%") (G_ "no tags were found") (package-name package)))
    (tags
     (match (tags->versions (if previews?
                                tags
                                (remove (lambda (tag) (regexp-exec %preview-rx tag)) tags))
                            (assq-ref properties 'release-tag-prefix)
                            (assq-ref properties 'release-tag-suffix)
                            (assq-ref properties 'release-tag-version-delimiter)
                            previews?)
       (() (give-up (G_ "~a for ~a~%") (G_ "no valid tags found") (package-name package)))
       ((_ ... (version . tag)) (values version tag))))))

(define (git-package? package)
  "Return true if the source of PACKAGE is a Git repository."
  (match (package-source package)
    ((? origin? origin)
     (and (eq? git-fetch (origin-method origin))
          (git-reference? (origin-uri origin))))
    (_ #f)))

(define (latest-git-release package)
  "Return the latest release of PACKAGE, or #f."
  (call-with-values (lambda () (latest-git-tag-version package))
    (lambda (new-version tag)
      (and new-version
           (let ((reference (git-reference
                             (inherit (origin-uri (package-source package)))
                             (commit tag))))
             (upstream-source
              (package (package-name package))
              (version new-version)
              (urls reference)))))))

(define %generic-git-updater
  (upstream-updater
   (name 'generic-git)
   (description "Updater for packages hosted on Git repositories")
   (pred git-package?)
   (latest latest-git-release)))
