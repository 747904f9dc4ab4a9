;;; Commentary:
;;;
;;; Updaters for packages of GNU and for those on sites with directories of releases: savannah, SourceForge, X.Org,
;;; kernel.org, and any other page with links.  The list of GNU's packages is in (guix gnu-maintenance packages), reading
;;; directories in (guix gnu-maintenance releases).  Interface: (guix gnu-maintenance) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix gnu-maintenance)
  #:use-module ((guix build download) #:select (resolve-uri-reference))
  #:use-module ((guix download mirrors) #:select (chosen-mirrors))
  #:use-module (guix gnu-maintenance packages)
  #:use-module (guix gnu-maintenance releases)
  #:use-module (guix http-client)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:use-module ((web client) #:select (http-head))
  #:use-module (web response)
  #:use-module (web uri)
  #:re-export (gnu-package-name
               gnu-package-mundane-name
               gnu-package-copyright-holder
               gnu-package-savannah
               gnu-package-fsd
               gnu-package-language
               gnu-package-logo
               gnu-package-doc-category
               gnu-package-doc-summary
               gnu-package-doc-description
               gnu-package-doc-urls
               gnu-package-download-url
               official-gnu-packages
               find-package
               gnu-package?

               uri-mirror-rewrite
               release-file?
               releases
               latest-release
               gnu-package-name->name+version)
  #:export (gnu-release-archive-types
            %sourceforge-projects-url

            %gnu-updater
            %gnu-ftp-updater
            %savannah-updater
            %sourceforge-updater
            %xorg-updater
            %kernel.org-updater
            %generic-html-updater))

(define (gnu-release-archive-types project)
  "Return the kinds of archives of the latest release of PROJECT, such as \"gz\"."
  (match (latest-release project)
    (#f '())
    (release (upstream-source-archive-types release))))

(define (source-url package)
  "Return the first address of the source of PACKAGE."
  (match (origin-uri (package-source package))
    ((? string? url) url)
    ((url . _) url)))

(define (source-directory package)
  "Return the directory that the source of PACKAGE is in, in its site."
  (dirname (uri-path (string->uri (source-url package)))))

(define (first-chosen kind default)
  "Return the site that the user wants for mirror://KIND/, or DEFAULT, without a final slash."
  (string-trim-right (match (chosen-mirrors kind)
                       ((site . _) site)
                       (() default))
                     #\/))


;;; ftp.gnu.org.

(define gnu-hosted?
  (url-prefix-predicate "mirror://gnu/"))

(define gnome-hosted?
  (url-prefix-predicate "mirror://gnome/"))

(define ftp.gnu.org-files
  (mlambda ()
    "Return the list of the names of the files at ftp.gnu.org, from \"/gnu/\" on."
    ;; The whole list of files is one file, which the server makes once a day.
    (map (lambda (line) (string-trim line #\.))
         (string-tokenize
          (call-with-decompressed-port 'gzip
              (http-fetch/cached (string->uri "https://ftp.gnu.org/find.txt.gz") #:ttl (* 15 60))
            get-string-all)
          (char-set-complement (char-set #\newline))))))

(define (gnu-directory package)
  "Return the server and the directory that the releases of PACKAGE are in."
  (let ((properties (package-properties package)))
    (values (or (assq-ref properties 'ftp-server) "ftp.gnu.org")
            (or (assq-ref properties 'ftp-directory)
                (string-append "/gnu/" (package-upstream-name package))))))

(define (latest-gnu-release package)
  "Return the latest release of PACKAGE at ftp.gnu.org, or at the mirror that the user has chosen."
  (define name (package-upstream-name package))

  (call-with-values (lambda () (gnu-directory package))
    (lambda (server directory)
      (match (chosen-mirrors 'gnu)
        ((site . _)
         (latest-directory-release name (string-trim-right site #\/)
                                   (string-drop directory (string-length "/gnu"))
                                   #:rewrite (lambda (url) (mirror-url 'gnu site url))
                                   #:signature (lambda (url) (string-append url ".sig"))))
        (()
         (latest-file-release name
                              (filter (lambda (file)
                                        (and (string-prefix? "/gnu/" file)
                                             (string-contains file directory)))
                                      (ftp.gnu.org-files))
                              #:file->url
                              (lambda (file) (string-append "mirror:/" file))
                              #:prefer (package-archive-type package)))))))

(define %gnu-updater
  (upstream-updater
   (name 'gnu)
   (description "Updater for GNU packages")
   (pred gnu-hosted?)
   (latest latest-gnu-release)))


;;; GNU packages on other servers.

(define (gnu-elsewhere? package)
  "Return true if PACKAGE is GNU's and not at ftp.gnu.org, nor one of the many of Emacs and GNOME, nor of GNU Radio."
  (let ((name (package-name package)))
    (and (not (gnu-hosted? package))
         (not (string-prefix? "emacs-" name))
         (not (string-prefix? "gnuradio" name))
         (not (gnome-hosted? package))
         (gnu-package? package))))

(define (latest-gnu-ftp-release package)
  "Return the latest release of PACKAGE on the FTP server that its properties name, or #f."
  (call-with-values (lambda () (gnu-directory package))
    (lambda (server directory)
      (false-if-ftp-error
       (latest-release (package-upstream-name package)
                       #:server server #:directory directory)))))

(define %gnu-ftp-updater
  (upstream-updater
   (name 'gnu-ftp)
   (description "Updater for GNU packages only available via FTP")
   (pred gnu-elsewhere?)
   (latest latest-gnu-ftp-release)))


;;; Sites with directories.

(define (latest-savannah-release package)
  "Return the latest release of PACKAGE in its directory of savannah."
  (let ((site (first-chosen 'savannah "https://de.freedif.org/savannah/")))
    (latest-html-release (package-upstream-name package)
                         #:base-url site
                         #:directory (source-directory package)
                         #:rewrite (lambda (url) (mirror-url 'savannah site url)))))

(define %savannah-updater
  (upstream-updater
   (name 'savannah)
   (description "Updater for packages hosted on savannah.gnu.org")
   (pred (url-prefix-predicate "mirror://savannah/"))
   (latest latest-savannah-release)))

(define (latest-kernel.org-release package)
  "Return the latest release of PACKAGE in its directory of kernel.org."
  (let ((site (first-chosen 'kernel.org "https://mirrors.edge.kernel.org/pub")))
    (latest-html-release (package-upstream-name package)
                         #:base-url site
                         #:directory (source-directory package)
                         #:rewrite (lambda (url) (mirror-url 'kernel.org site url))
                         ;; Signatures are of what the archives have when they are decompressed.
                         #:file->signature
                         (lambda (url) (string-append (file-sans-extension url) ".sign")))))

(define %kernel.org-updater
  (upstream-updater
   (name 'kernel.org)
   (description "Updater for packages hosted on kernel.org")
   (pred (url-prefix-predicate "mirror://kernel.org/"))
   (latest latest-kernel.org-release)))

(define (latest-xorg-release package)
  "Return the latest release of PACKAGE in its directory of X.Org."
  (let ((site (first-chosen 'xorg "https://www.x.org/releases")))
    (or (guard (c ((http-get-error? c) #f))
          (latest-html-release (package-upstream-name package)
                               #:base-url site
                               #:directory (source-directory package)
                               #:rewrite (lambda (url) (mirror-url 'xorg site url))))
        (false-if-ftp-error
         (latest-release (package-upstream-name package)
                         #:server "ftp.freedesktop.org"
                         #:directory (string-append "/pub/xorg" (source-directory package)))))))

(define %xorg-updater
  (upstream-updater
   (name 'xorg)
   (description "Updater for X.org packages")
   (pred (url-prefix-predicate "mirror://xorg/"))
   (latest latest-xorg-release)))


;;; SourceForge, which says where the latest release is.

(define %sourceforge-projects-url
  (make-parameter "https://sourceforge.net/projects"))

(define (uri-with-suffix uri suffix)
  (build-uri (uri-scheme uri)
             #:host (uri-host uri)
             #:port (uri-port uri)
             #:path (string-append (uri-path uri) suffix)))

(define (answers? uri)
  "Return true if there is something at URI."
  (false-if-exception
   (->bool (memv (response-code (http-head uri)) '(200 302)))))

(define (latest-sourceforge-release package)
  "Return the release of PACKAGE that SourceForge offers as the latest, or #f."
  (define name (package-upstream-name package))

  (define latest
    (string->uri (string-append (%sourceforge-projects-url) "/" name "/files/latest/download")))

  (define location
    (false-if-exception
     (let ((response (http-head latest)))
       (and (= 302 (response-code response))
            (resolve-uri-reference (response-location response) latest)))))

  (match (and location
              (remove string-null? (string-split (uri-path location) #\/)))
    ;; The first component is always "project".
    ((_ components ..1)
     (let ((file (last components))
           (url (string-append "mirror://sourceforge/" (string-join components "/"))))
       (and (release-file? name file)
            (upstream-source
             (package name)
             (version (tarball->version file))
             (urls (list url))
             (signature-urls
              (any (lambda (extension)
                     (and (answers? (uri-with-suffix location extension))
                          (list (string-append url extension))))
                   %signature-extensions))))))
    (_ #f)))

(define %sourceforge-updater
  (upstream-updater
   (name 'sourceforge)
   (description "Updater for packages hosted on sourceforge.net")
   (pred (url-prefix-predicate "mirror://sourceforge/"))
   (latest latest-sourceforge-release)))


;;; Any page with links.

(define %sites-without-listings
  '("github.com" "github.io" "gitlab.com" "notabug.org" "sr.ht" "gitlab.inria.fr"
    "ftp.gnu.org" "download.savannah.gnu.org"
    "pypi.org" "crates.io" "rubygems.org" "bioconductor.org"))

(define html-hosted?
  (url-predicate (lambda (url)
                   (match (string->uri url)
                     (#f #f)
                     (uri (and (memq (uri-scheme uri) '(http https))
                               (not (member (uri-host uri) %sites-without-listings))
                               ;; A registry of npm.
                               (not (string-contains url "/-/"))))))))

(define (monitoring-url package)
  (assq-ref (package-properties package) 'release-monitoring-url))

(define (latest-html-updatable-release package)
  "Return the latest release of PACKAGE that the page in its properties, or that of the directory of its source, has a link
to.  Sites that do not answer, or not as they should, have none."
  (define (site)
    (let ((uri (string->uri (source-url package))))
      (uri->string (build-uri (uri-scheme uri) #:host (uri-host uri) #:port (uri-port uri)))))

  (define (latest)
    (match (monitoring-url package)
      (#f (latest-html-release (package-upstream-name package)
                               #:base-url (site)
                               #:directory (source-directory package)))
      (page (latest-html-release (package-upstream-name package)
                                 #:base-url page
                                 #:directory ""))))

  (catch #t
    (lambda ()
      (guard (c ((http-get-error? c) #f))
        (latest)))
    (lambda (key . args)
      (if (memq key '(system-error getaddrinfo-error gnutls-error tls-certificate-error
                                   bad-header bad-header-component bad-response))
          #f
          (apply throw key args)))))

(define %generic-html-updater
  (upstream-updater
   (name 'generic-html)
   (description "Updater that crawls HTML pages.")
   (pred (lambda (package)
           (or (monitoring-url package) (html-hosted? package))))
   (latest latest-html-updatable-release)))
