;;; Commentary:
;;;
;;; An updater for packages on GitHub, by GitHub's lists of releases and tags.  The environment variable GUIX_GITHUB_TOKEN names
;;; a token, with which more requests are allowed.  Interface: (guix import github) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import github)
  #:use-module ((guix build download) #:select (open-connection-for-uri))
  #:use-module (guix diagnostics)
  #:use-module ((guix download) #:select (url-fetch))
  #:use-module (guix git-download)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module ((guix ui) #:select (display-hint))
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (web uri)
  #:export (%github-api
            %github-updater))

(define %github-api
  ;; Where GitHub's API is.
  (make-parameter "https://api.github.com"))

(define %github-token
  (make-parameter (getenv "GUIX_GITHUB_TOKEN")))

(define %prefix "https://github.com/")


;;; Addresses.

(define (repository url)
  "Return the owner and the name of the repository that URL, at GitHub, is of, as \"OWNER/NAME\"."
  (match (string-split (string-drop url (string-length %prefix)) #\/)
    ((owner name . _) (string-append owner "/" (basename name ".git")))
    (_ #f)))

(define %archive-forms
  ;; Regular expressions for what may follow the repository in the address of an archive: VERSION, NAME (of the package or
  ;; the repository) and EXTENSION stand for themselves.
  '("/tarball/v?VERSION"
    "/archive/(refs/tags/)?v?VERSIONEXTENSION"
    "/archive/(refs/tags/)?NAME-VERSIONEXTENSION"
    "/releases/download/(NAME-|v)?VERSION/NAME-VERSIONEXTENSION"))

(define (archive-url? url package)
  "Return true if URL is the address of an archive of PACKAGE at GitHub whose version can be told."
  (and (string-prefix? %prefix url)
       (let ((repository (repository url)))
         (define (form->rx form)
           (fold (match-lambda*
                   (((placeholder . rx) form) (string-replace-substring form placeholder rx)))
                 form
                 `(("VERSION" . ,(regexp-quote (package-version package)))
                   ("NAME" . ,(string-append "(" (regexp-quote (package-upstream-name package))
                                             "|" (regexp-quote (if repository (basename repository) "")) ")"))
                   ("EXTENSION" . "(\\.tar\\.gz|\\.tar\\.bz2|\\.tar\\.xz|\\.zip|\\.tar|\\.tgz|\\.tbz|\\.love)?"))))

         (and repository
              (any (lambda (form)
                     (string-match (string-append (form->rx form) "$") url))
                   %archive-forms)))))

(define (github-url package)
  "Return the address of the source of PACKAGE, if it is at GitHub and can be updated, or #f."
  (match (package-source package)
    ((? origin? origin)
     (let ((uri (origin-uri origin)))
       (cond ((git-reference? uri)
              (and (eq? git-fetch (origin-method origin))
                   (string-prefix? %prefix (git-reference-url uri))
                   (git-reference-url uri)))
             ((eq? url-fetch (origin-method origin))
              (find (lambda (url) (archive-url? url package))
                    (match uri
                      ((? string? url) (list url))
                      (((? string? urls) ...) urls)
                      (_ '()))))
             (else #f))))
    (_ #f)))

(define (url-at-version url old-version version)
  "Return URL, of an archive of OLD-VERSION, for VERSION."
  (let ((start (string-length %prefix)))
    ;; The name of the owner or the repository may look like a version.
    (let ((path (string-index url #\/ (+ 1 (string-index url #\/ start)))))
      (string-append (substring url 0 path)
                     (string-replace-substring (substring url path) old-version version)))))


;;; Requests.

(define rate-limit-end
  ;; Until when, in seconds of the epoch, GitHub refuses requests, or #f.
  #f)

(define (refused?)
  (and rate-limit-end
       (< (current-time) rate-limit-end)))

(define (note-rate-limit headers)
  "Remember what HEADERS say about further requests, and tell the user."
  (let ((end (and=> (assq-ref headers 'x-ratelimit-reset) string->number)))
    (unless end
      (warning (G_ "GitHub HTTP response lacks 'X-RateLimit-Reset' header~%")))
    (set! rate-limit-end (or end 0))
    (warning (G_ "GitHub rate limit exceeded; disallowing requests for ~a seconds~%")
             (max 0 (- rate-limit-end (current-time))))
    (display-hint (G_ "More requests are allowed with a token of your account: get one from
@url{https://github.com/settings/tokens} and set the environment variable @env{GUIX_GITHUB_TOKEN} to it.

You can also wait, or use the @code{generic-git} updater."))))

(define (rate-limited? headers)
  (eqv? 0 (and=> (assq-ref headers 'x-ratelimit-remaining) string->number)))

(define (fetch-releases-or-tags url)
  "Return the releases of the repository that URL is of, or where there are none its tags: a vector of alists.  Return #f when
GitHub refuses."
  (define headers
    `((Accept . "application/vnd.github.v3+json")
      (user-agent . "GNU Guile")
      ,@(match (%github-token)
          (#f '())
          (token `((Authorization . ,(string-append "token " token)))))))

  (define (address what)
    (string->uri (string-append (%github-api) "/repos/" (repository url) "/" what)))

  (define (get what connection)
    (json->scm (http-fetch (address what) #:port connection #:keep-alive? #t #:headers headers)))

  (and (not (refused?))
       (guard (c ((and (http-get-error? c) (= 404 (http-get-error-code c)))
                  (warning (G_ "~a is unreachable (~a)~%")
                           (uri->string (http-get-error-uri c)) (http-get-error-code c))
                  #())
                 ((and (http-get-error? c) (= 403 (http-get-error-code c))
                       (rate-limited? (http-get-error-headers c)))
                  (note-rate-limit (http-get-error-headers c))
                  #f))
         (call-with-port (open-connection-for-uri (address "releases"))
           (lambda (connection)
             (match (get "releases" connection)
               ;; Many projects have tags only.
               (#() (get "tags" connection))
               (releases releases)))))))

(define (tag->version tag name)
  "Return the version that TAG, of the package called NAME, stands for, or #f."
  (any (lambda (prefix)
         (and (string-prefix? prefix tag)
              (let ((rest (string-drop tag (string-length prefix))))
                (and (not (string-null? rest))
                     (char-numeric? (string-ref rest 0))
                     rest))))
       (list (string-append name "-") "version-" "version." "version_" "version" "v" "")))

(define (latest-github-release package)
  "Return the latest release of PACKAGE, or #f."
  (define url (github-url package))
  (define name (package-upstream-name package))

  (define (release->version+tag release)
    (let ((tag (or (assoc-ref release "tag_name") (assoc-ref release "name"))))
      (and=> (tag->version tag name)
             (lambda (version) (cons version tag)))))

  (define (stable releases)
    (match (remove (lambda (release) (assoc-ref release "prerelease")) releases)
      (() releases)
      (stable stable)))

  (match (sort (filter-map release->version+tag
                           (stable (vector->list (or (fetch-releases-or-tags url) #()))))
               (lambda (a b) (version>? (car a) (car b))))
    (() #f)
    (((new-version . tag) . _)
     (let* ((uri (origin-uri (package-source package)))
            (new-uri (if (git-reference? uri)
                         (git-reference (inherit uri) (commit tag))
                         (list (url-at-version url (package-version package) new-version)))))
       (upstream-source
        (package (package-name package))
        (version new-version)
        (urls new-uri))))))

(define %github-updater
  (upstream-updater
   (name 'github)
   (description "Updater for GitHub packages")
   (pred (lambda (package) (->bool (github-url package))))
   (latest latest-github-release)))
