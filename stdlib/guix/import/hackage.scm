;;; Commentary:
;;;
;;; Packages of Hackage, the archive of Haskell: their names and addresses, and an updater.  Interface: part of (guix import
;;; hackage) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import hackage)
  #:use-module (guix diagnostics)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix upstream)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:export (%hackage-url
            %hackage-updater
            guix-package->hackage-name
            hackage-name->package-name
            hackage-source-url
            hackage-cabal-url
            hackage-package?
            hackage-latest-version))

(define %hackage-url
  (make-parameter "https://hackage.haskell.org"))

(define (hackage-source-url name version)
  "Return the address of the archive of the Hackage package called NAME at VERSION."
  (string-append (%hackage-url) "/package/" name "/" name "-" version ".tar.gz"))

(define* (hackage-cabal-url name #:optional version)
  "Return the address of the description of the Hackage package called NAME at VERSION, or at the latest one."
  (string-append (%hackage-url) "/package/"
                 (if version (string-append name "-" version) name)
                 "/" name ".cabal"))

(define (hackage-name->package-name name)
  "Return what the Hackage package called NAME is called here."
  (let ((name (string-downcase name)))
    (if (string-prefix? "ghc-" name)
        name
        (string-append "ghc-" name))))

(define %source-rx
  (make-regexp "^(https?://hackage\\.haskell\\.org|mirror://hackage)/package/([^/]+)/"))

(define hackage-package?
  (url-predicate (lambda (url) (regexp-exec %source-rx url))))

(define (guix-package->hackage-name package)
  "Return what PACKAGE, whose source is from Hackage, is called there."
  (let ((directory (any (lambda (url)
                          (and=> (regexp-exec %source-rx url)
                                 (lambda (m) (match:substring m 2))))
                        (match (origin-uri (package-source package))
                          ((? string? url) (list url))
                          (urls urls)))))
    (match (string-match "^(.*)-[0-9.]+$" directory)
      (#f directory)
      (m (match:substring m 1)))))

(define (hackage-latest-version name)
  "Return the version that Hackage's description of its package called NAME tells, or #f."
  (guard (c ((http-get-error? c) #f))
    (let* ((port (http-fetch (hackage-cabal-url name) #:text? #t))
           (text (get-string-all port)))
      (close-port port)
      (any (lambda (line)
             (and=> (string-match "^[ \t]*[vV]ersion[ \t]*:[ \t]*([0-9.]+)" line)
                    (lambda (m) (match:substring m 1))))
           (string-split text #\newline)))))

(define (latest-hackage-release package)
  "Return the latest release of PACKAGE, or #f."
  (let ((name (guix-package->hackage-name package)))
    (match (hackage-latest-version name)
      (#f
       (warning (G_ "failed to parse ~a~%") (hackage-cabal-url name))
       #f)
      (latest
       (upstream-source
        (package (package-name package))
        (version latest)
        (urls (list (hackage-source-url name latest))))))))

(define %hackage-updater
  (upstream-updater
   (name 'hackage)
   (description "Updater for Hackage packages")
   (pred hackage-package?)
   (latest latest-hackage-release)))
