;;; Commentary:
;;;
;;; Packages of the npm registry as packages of this collection, and an updater for them.  The registry is the one that npm is
;;; configured for.  API: <https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md>; the interface is that of the npm
;;; importer in later versions of GNU Guix.
;;;
;;; Code:

(define-module (guix import npm)
  #:use-module (gnu packages)
  #:use-module (guix base32)
  #:use-module (guix base64)
  #:use-module (guix diagnostics)
  #:use-module ((guix download mirrors) #:select (chosen-mirrors))
  #:use-module (guix i18n)
  #:use-module (guix import json)
  #:use-module (guix import licenses)
  #:use-module (guix import npm-versions)
  #:use-module (guix import utils)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix source-files)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module ((gcrypt hash) #:select (file-hash file-sha256 lookup-hash-algorithm))
  #:export (npm->guix-package
            npm-recursive-import
            npm-name->package-name
            %npm-updater))


;;; The registry.

(define (registry)
  "Return the base address of the registry."
  (match (chosen-mirrors 'npm)
    ((site . _) (string-trim-right site #\/))))

(define %abbreviated
  ;; What an installation needs of all versions, without texts.
  '((user-agent . "GNU Guile")
    (Accept . "application/vnd.npm.install-v1+json")))

(define (package-address name)
  ;; Of the slash in "@scope/name", the server wants to know that it is part of the name.
  (string-append (registry) "/" (string-replace-substring name "/" "%2f")))

(define fetch-versions
  (mlambda (name)
    "Return the document on all versions of the package called NAME, an alist, or #f if there is none."
    (json-fetch (package-address name) #:headers %abbreviated)))

(define (choose-version document range)
  "Return the version that RANGE, a range, a tag or #f, means for the package that DOCUMENT is about, or #f."
  (let* ((tags (or (assoc-ref document "dist-tags") '()))
         (latest (assoc-ref tags "latest"))
         (versions (map car (or (assoc-ref document "versions") '()))))
    (cond ((not range) latest)
          ((member range versions) range)
          ((assoc-ref tags range))
          ;; Like npm: the latest, if it will do.
          ((and latest (npm-version-matches? latest range)) latest)
          (else (newest-matching-version versions range)))))

(define fetch-description
  (mlambda (name range)
    "Return the `package.json' of the version of the package called NAME that RANGE means, an alist, or #f."
    (match (fetch-versions name)
      (#f #f)
      (document
       (match (choose-version document range)
         (#f #f)
         (version (json-fetch (string-append (package-address name) "/" version))))))))


;;; Names.

(define (npm-name->package-name name)
  "Return what the npm package called NAME is called here."
  (let ((name (string-map (lambda (char) (if (memv char '(#\/ #\_ #\.)) #\- char))
                          (string-downcase (string-trim name #\@)))))
    (if (string-prefix? "node-" name)
        name
        (string-append "node-" name))))

(define (alias range)
  "Return RANGE without the name of another package that it starts with, and that name or #f: \"npm:NAME@RANGE\"."
  (match (string-match "^npm:(@?[^@]+)(@(.*))?$" range)
    (#f (values range #f))
    (m (values (or (match:substring m 3) "*") (match:substring m 1)))))

(define (present-package name range)
  "Return the package of the collection for the npm package called NAME in RANGE, or #f."
  (find (lambda (package)
          (npm-version-matches? (package-version package) range))
        (find-packages-by-name (npm-name->package-name name))))

(define (package-variable package)
  "Return the name of the variable that PACKAGE is the value of."
  (or (fold-packages-variable package)
      (string->symbol (package-name package))))

(define (fold-packages-variable package)
  (let ((module (false-if-exception
                 (resolve-interface (file->module-name (location-file (package-location package)))))))
    (and module
         (any identity
              (module-map (lambda (name variable)
                            (and (eq? package (variable-ref variable)) name))
                          module)))))

(define (definition-name name version)
  "Return the symbol for the definition of the npm package called NAME at VERSION."
  (string->symbol (string-append (npm-name->package-name name) "-" version)))


;;; Dependencies.

(define (members description key)
  (match (assoc-ref description key)
    (((? pair? members) ...) members)
    (_ '())))

(define (optional-peer? description name)
  (match (assoc-ref (members description "peerDependenciesMeta") name)
    (((? pair? properties) ...) (assoc-ref properties "optional"))
    (_ #f)))

(define (bundled description)
  "Return the names of the packages that the archive of DESCRIPTION brings along."
  (match (or (assoc-ref description "bundleDependencies")
             (assoc-ref description "bundledDependencies"))
    ((? vector? names) (vector->list names))
    (#t (map car (members description "dependencies")))
    (_ '())))

(define (needed description)
  "Return the alist from names to ranges of what the package of DESCRIPTION needs to run."
  (let ((bundled (bundled description)))
    (delete-duplicates
     (remove (match-lambda ((name . _) (member name bundled)))
             (append (members description "dependencies")
                     (remove (match-lambda ((name . _) (optional-peer? description name)))
                             (members description "peerDependencies"))))
     (lambda (a b) (string=? (car a) (car b))))))

(define (dependency->input dependency)
  "Return the symbol of the input for DEPENDENCY, (NAME . RANGE), and (NAME VERSION) of what to import for it, or #f if the
collection has it."
  (match dependency
    ((name . range)
     (call-with-values (lambda () (alias range))
       (lambda (range other-name)
         (let ((name (or other-name name)))
           (match (present-package name range)
             ((? package? package) (values (package-variable package) #f))
             (#f
              (match (and=> (fetch-versions name) (lambda (document) (choose-version document range)))
                (#f
                 (warning (G_ "no version of npm package '~a' matches '~a'~%") name range)
                 (values (string->symbol (npm-name->package-name name)) #f))
                (version (values (definition-name name version) (list name version))))))))))))


;;; Expressions.

(define (license-code license)
  "Return the expression for LICENSE, as a `package.json' has it."
  (match license
    ((? string? text)
     (match (spdx-expression->licenses text)
       ((known) known)
       (((? symbol? known) ...) `(list ,@known))
       ;; Better no license than a wrong one.
       (_ #f)))
    (((? pair? properties) ...)
     (license-code (assoc-ref properties "type")))
    (#(licenses ...)
     (match (map license-code licenses)
       ((license) license)
       (licenses `(list ,@licenses))))
    (_ #f)))

(define (repository-page repository)
  "Return the web page of REPOSITORY, as a `package.json' has it, or #f."
  (match repository
    ((? string? url)
     (match (string-match "^(git\\+|git:)?(https?://|git@|ssh://git@|//)?([^/:]+)[:/](.*)$" url)
       (#f #f)
       (m (if (member (match:substring m 3) '("github" "gitlab" "bitbucket" "gist"))
              #f
              (string-append "https://" (match:substring m 3) "/"
                             (let ((path (match:substring m 4)))
                               (if (string-suffix? ".git" path) (string-drop-right path 4) path)))))))
    (((? pair? properties) ...) (repository-page (assoc-ref properties "url")))
    (_ #f)))

(define (text-or-false value)
  (and (string? value) (not (string-null? value)) value))

(define (first-sentence text)
  (match (string-contains text ". ")
    (#f text)
    (end (substring text 0 end))))

(define (check-integrity file integrity)
  "Raise an error unless FILE has the contents that INTEGRITY, \"ALGORITHM-BASE64\", says."
  (match (string-match "^(sha[0-9]+)-([A-Za-z0-9+/=]+)$" integrity)
    (#f #t)
    (m
     (unless (equal? (base64-decode (match:substring m 2))
                     (file-hash (lookup-hash-algorithm (string->symbol (match:substring m 1))) file))
       (raise (formatted-message (G_ "~a: what was downloaded is not what the registry announces") file))))))

(define (archive-hash name url integrity)
  "Return the SHA256 hash in nix-base32 of what is at URL, the archive of the npm package called NAME."
  (call-with-temporary-output-file
   (lambda (file port)
     (close-port port)
     (unless (url-fetch url file)
       (raise (formatted-message (G_ "failed to download ~a") url)))
     (when integrity
       (check-integrity file integrity))
     (bytevector->nix-base32-string (file-sha256 file)))))

(define (arguments-code description)
  "Return the list of the field `arguments': what is only for those who develop the package is left out."
  (define development
    (sort (map car (members description "devDependencies")) string<?))

  (define phases
    `(,@(if (assoc "build" (members description "scripts"))
            ;; Archives have what was built.
            '((delete 'build))
            '())
      ,@(if (null? development)
            '()
            `((add-after 'patch-dependencies 'delete-development-dependencies
                (lambda _
                  (delete-dependencies '(,@development))))))))

  `((arguments
     (list #:tests? #f
           ,@(if (null? phases)
                 '()
                 `(#:phases
                   (gexp (modify-phases %standard-phases ,@phases))))))))

(define (description->package description inputs)
  "Return the expression of the package of DESCRIPTION with INPUTS, symbols."
  (let* ((name (assoc-ref description "name"))
         (version (assoc-ref description "version"))
         (distribution (assoc-ref description "dist"))
         (url (assoc-ref distribution "tarball"))
         (text (or (text-or-false (assoc-ref description "description"))
                   (format #f "~a for Node" name))))
    `(package
       (name ,(npm-name->package-name name))
       (version ,version)
       (source (origin
                 (method url-fetch)
                 (uri ,(match (factorize-uri url version)
                         ((? string? url) url)
                         (parts `(string-append ,@parts))))
                 (sha256
                  (base32 ,(archive-hash name url (text-or-false (assoc-ref distribution "integrity")))))))
       (build-system node-build-system)
       ,@(arguments-code description)
       ,@(if (null? inputs) '() `((inputs (list ,@inputs))))
       (home-page ,(or (text-or-false (assoc-ref description "homepage"))
                       (repository-page (assoc-ref description "repository"))
                       (string-append (registry) "/" name)))
       (synopsis ,(beautify-synopsis (string-trim-right (first-sentence text) #\.)))
       (description ,(beautify-description (if (string-suffix? "." text) text (string-append text "."))))
       (license ,(license-code (or (assoc-ref description "license")
                                   (assoc-ref description "licenses")))))))

(define* (npm->guix-package name #:key version #:allow-other-keys)
  "Return the expression of the npm package called NAME, at VERSION, a version, a range or a tag, or the latest one, and the
list of what it needs that the collection does not have, as (NAME VERSION); #f and the empty list if there is no such package."
  (match (fetch-description name version)
    (#f (values #f '()))
    (description
     (let loop ((dependencies (needed description)) (inputs '()) (imports '()))
       (match dependencies
         (()
          (values (description->package description (sort inputs symbol<?))
                  (reverse imports)))
         ((dependency . rest)
          (call-with-values (lambda () (dependency->input dependency))
            (lambda (input import)
              (loop rest
                    (cons input inputs)
                    (if import (cons import imports) imports))))))))))

(define (symbol<? a b)
  (string<? (symbol->string a) (symbol->string b)))

(define* (npm-recursive-import name #:key version)
  "Return the list of the expressions of the npm package called NAME and of all that it needs and the collection does not have,
dependencies first."
  (recursive-import name
                    #:version version
                    #:repo->guix-package npm->guix-package
                    ;; What the collection has was left out before, by range.
                    #:guix-name (const "")))


;;; Updates.

(define %archive-rx
  ;; The name of the package, with its scope.
  (make-regexp "/((@|%40)[^/]+(/|%2[fF]))?([^/@]+)/-/[^/]+\\.tgz$"))

(define (archive-url->name url)
  "Return the name of the npm package that URL is an archive of, or #f."
  (match (regexp-exec %archive-rx url)
    (#f #f)
    (m (let ((scope (match:substring m 1)))
         (string-append (if scope
                            (string-append "@" (string-trim-right (regexp-substitute/global
                                                                   #f "^(@|%40)|(/|%2[fF])$" scope 'pre 'post))
                                           "/")
                            "")
                        (match:substring m 4))))))

(define (package-npm-name package)
  "Return what PACKAGE, whose source is from a registry, is called there."
  (any archive-url->name
       (match (origin-uri (package-source package))
         ((? string? url) (list url))
         (urls urls))))

(define (latest-npm-release package)
  "Return the latest release of PACKAGE in the registry, or #f."
  (define npm-name (package-npm-name package))

  (match (fetch-description npm-name #f)
    (#f #f)
    (description
     (let ((changes (changed-inputs package
                                    `(package
                                       (inputs (list ,@(map (match-lambda
                                                              ((name . _)
                                                               (string->symbol (npm-name->package-name name))))
                                                            (needed description))))))))
       (upstream-source
        (package (package-name package))
        (version (assoc-ref description "version"))
        (urls (list (assoc-ref (assoc-ref description "dist") "tarball")))
        (input-changes changes))))))

(define %npm-updater
  (upstream-updater
   (name 'npm)
   (description "Updater for packages of the npm registry")
   (pred (url-predicate (lambda (url) (->bool (archive-url->name url)))))
   (latest latest-npm-release)))
