;;; Commentary:
;;;
;;; Finding releases in directories, of web servers and of FTP servers, and in lists of files: what file names say, which one
;;; is the latest.  Interface: part of (guix gnu-maintenance) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix gnu-maintenance releases)
  #:use-module ((guix build download) #:select (resolve-uri-reference))
  #:use-module ((guix download) #:select (%mirrors))
  #:use-module (guix ftp-client)
  #:use-module (guix http-client)
  #:use-module (guix upstream sources)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (web uri)
  #:autoload (htmlprag) (html->sxml)
  #:export (uri-mirror-rewrite
            mirror-url
            gnu-package-name->name+version
            tarball->version
            release-file?
            %signature-extensions
            html-links
            page-links

            releases
            latest-release
            false-if-ftp-error
            latest-file-release
            latest-html-release
            latest-directory-release))


;;; Addresses.

(define (uri-mirror-rewrite uri)
  "Return URI, a string, as one of mirror:// if it is at one of the sites of `%mirrors', else as it is."
  (or (and (not (string-prefix? "mirror://" uri))
           (any (match-lambda
                  ((kind . sites)
                   (any (lambda (site)
                          (and (string-prefix? site uri)
                               (mirror-url kind site uri)))
                        sites)))
                %mirrors))
      uri))

(define (mirror-url kind site url)
  "Return URL, one at SITE, as one of mirror://KIND/."
  (let ((site (string-trim-right site #\/)))
    (if (string-prefix? (string-append site "/") url)
        (string-append "mirror://" (symbol->string kind) "/"
                       (string-trim (string-drop url (string-length site)) #\/))
        (uri-mirror-rewrite url))))


;;; File names.

(define %name+version-rx
  ;; A name, a version and what follows it.
  (make-regexp "^(.+)[-_][vV]?([0-9]+(\\.[0-9]+)*[a-z]?)([-.~+_].*|[a-zA-Z].*)?$"))

(define (split-name name)
  "Return NAME, \"NAME-VERSION\" and maybe more, as the list of name, version and what follows; #f if it has no version."
  (match (regexp-exec %name+version-rx name)
    (#f #f)
    (m (list (match:substring m 1) (match:substring m 2) (or (match:substring m 4) "")))))

(define (gnu-package-name->name+version name+version)
  "Return two values, the name and the version in NAME+VERSION; the version is #f if there is none."
  (match (split-name name+version)
    ((name version _) (values name version))
    (#f (values name+version #f))))

(define (tarball->version file)
  "Return the version in FILE, the name of an archive, or #f."
  (match (split-name (tarball-sans-extension (basename file)))
    ((_ version _) version)
    (#f #f)))

(define %archive-rx
  (make-regexp "\\.(tar(\\.[a-z0-9]+)?|tgz|tbz2?|txz|zip)$"))

(define %source-suffix-rx
  ;; What may follow the version in the name of a source archive, as in "TeXmacs-1.0.7.9-src" and "icecat-38.4.0-gnu1".
  (make-regexp "^([-.](src|[sS]ource|orig|gnu[0-9]+))?$"))

(define (release-file? project file)
  "Return true if FILE is the name of an archive of the source of a release of PROJECT.  Signatures, archives of binaries or
documentation, previews, and projects whose names start like that of PROJECT are none."
  (and (regexp-exec %archive-rx file)
       (match (split-name (tarball-sans-extension file))
         ((name _ suffix)
          (and (or (string-ci=? name project)
                   (string-ci=? name (string-append project "-src")))
               (regexp-exec %source-suffix-rx suffix)
               #t))
         (#f #f))))


;;; Directories.

(define (file->source project url signature rewrite)
  "Return the release of PROJECT that URL is an archive of.  SIGNATURE and REWRITE are as for `latest-html-release'."
  (upstream-source
   (package project)
   (version (tarball->version (uri-decode (basename url))))
   (urls (list (rewrite url)))
   (signature-urls (and=> (signature url)
                          (lambda (url) (list (rewrite url)))))))

(define (latest sources)
  "Return the one of SOURCES with the highest version, with what others of that version have; #f if there is none."
  (match (coalesce-sources sources)
    (() #f)
    (sources
     (reduce (lambda (a b)
               (if (version>? (upstream-source-version a) (upstream-source-version b)) a b))
             #f
             sources))))

(define (worth-visiting? name)
  "Return true if the directory NAME may have releases."
  (not (or (string-prefix? "." name)
           (string-suffix? "patches" name)
           (member name '("w32" "unstable")))))

(define (highest-directory entries)
  "Return the name of the directory of ENTRIES that looks like that of the newest version, or #f."
  (reduce (lambda (a b) (if (version>? a b) a b))
          #f
          (filter-map (match-lambda
                        (((? worth-visiting? name) 'directory . _) name)
                        (_ #f))
                      entries)))

(define (crawl list-directory directory entry->source)
  "Return the latest of the releases in DIRECTORY and, as long as there is one, in its newest subdirectory.
\(LIST-DIRECTORY DIRECTORY) returns a list of (NAME TYPE ...), (ENTRY->SOURCE DIRECTORY ENTRY) a release or #f."
  (let loop ((directory directory) (found '()))
    (let* ((entries (list-directory directory))
           (found (append (filter-map (lambda (entry) (entry->source directory entry)) entries)
                          found)))
      (match (highest-directory entries)
        (#f (latest found))
        (name (loop (string-append directory "/" name) found))))))


;;; FTP.

(define-syntax-rule (false-if-ftp-error expression)
  ;; Return #f when a server refuses, or does not answer.
  (catch #t
    (lambda () expression)
    (lambda (key . args)
      (if (memq key '(ftp-error system-error getaddrinfo-error))
          #f
          (apply throw key args)))))

(define (call-with-ftp-server server proc)
  "Call PROC with a connection to SERVER, and close it."
  (let ((connection (ftp-open server #:timeout 5)))
    (dynamic-wind
      (const #t)
      (lambda () (proc connection))
      (lambda () (ftp-close connection)))))

(define (ftp-entry->source project server signature)
  "Return a procedure that returns the release that an entry of a directory of SERVER is."
  (lambda (directory entry)
    (match entry
      (((? (lambda (name) (release-file? project name)) file) 'file . _)
       (file->source project (string-append "ftp://" server directory "/" file)
                     signature uri-mirror-rewrite))
      (_ #f))))

(define (sig-file url)
  (string-append url ".sig"))

(define* (releases project #:key
                   (server "ftp.gnu.org")
                   (directory (string-append "/gnu/" project)))
  "Return the list of the releases of PROJECT, <upstream-source> objects, in DIRECTORY of the FTP server SERVER and below."
  (call-with-ftp-server server
    (lambda (connection)
      (let loop ((directories (list directory)) (found '()))
        (match directories
          (() (coalesce-sources found))
          ((directory . rest)
           (let ((entries (ftp-list connection directory)))
             (loop (append (filter-map (match-lambda
                                         ((name 'directory . _) (string-append directory "/" name))
                                         (_ #f))
                                       entries)
                           rest)
                   (append (filter-map (lambda (entry)
                                         ((ftp-entry->source project server sig-file) directory entry))
                                       entries)
                           found)))))))))

(define* (latest-release project #:key
                         (server "ftp.gnu.org")
                         (directory (string-append "/gnu/" project)))
  "Return the latest release of PROJECT, an <upstream-source>, in DIRECTORY of the FTP server SERVER, or #f."
  (call-with-ftp-server server
    (lambda (connection)
      (crawl (lambda (directory)
               (catch 'ftp-error
                 (lambda () (ftp-list connection directory))
                 (const '())))
             directory
             (ftp-entry->source project server sig-file)))))


;;; Lists of files.

(define* (latest-file-release project files #:key file->url prefer)
  "Return the latest release of PROJECT among FILES, file names, or #f.  FILE->URL returns their addresses; signatures end in
\".sig\".  Archives with the extension PREFER come first."
  (define (preferred-first files)
    (call-with-values (lambda ()
                        (partition (lambda (file) (equal? prefer (file-extension file))) files))
      append))

  (latest (map (lambda (file)
                 (file->source project (file->url file) sig-file identity))
               (preferred-first (filter (lambda (file) (release-file? project (basename file)))
                                        files)))))


;;; HTTP.

(define %signature-extensions
  '(".asc" ".sig" ".sign"))

(define (html-links sxml)
  "Return the addresses that the links in SXML, an HTML page, lead to, as they are written there, last first."
  (let loop ((tree sxml) (links '()))
    (match tree
      (('a ('@ . attributes) . body)
       (fold loop
             (match (assq 'href attributes)
               ((_ url) (cons url links))
               (_ links))
             body))
      (('@ . _) links)
      (((? symbol?) . body) (fold loop links body))
      (_ links))))

(define (page-links uri)
  "Return the URIs, as strings, that the page at URI has links to."
  (let* ((port (http-fetch/cached uri #:ttl 3600))
         (links (html-links (html->sxml port))))
    (close-port port)
    (delete-duplicates
     (filter-map (lambda (link)
                   (false-if-exception
                    (uri->string (resolve-uri-reference (string->uri-reference link) uri))))
                 (reverse links)))))

(define (without-query url)
  (match (string-index url (char-set #\? #\#))
    (#f url)
    (end (substring url 0 end))))

(define (link-signature links)
  "Return a procedure that returns the address of the signature of what is at a URL, by LINKS, or #f."
  (let ((names (map (lambda (link) (basename (without-query link))) links)))
    (lambda (url)
      (any (lambda (extension)
             (and (member (string-append (basename url) extension) names)
                  (string-append url extension)))
           %signature-extensions))))

(define (links->sources project links signature rewrite)
  "Return the releases of PROJECT that LINKS lead to."
  (filter-map (lambda (link)
                (let ((url (without-query link)))
                  (and (release-file? project (uri-decode (basename url)))
                       (file->source project url signature rewrite))))
              links))

(define* (latest-html-release project #:key
                              (base-url "https://kernel.org/pub")
                              (directory (string-append "/" project))
                              file->signature
                              (rewrite uri-mirror-rewrite))
  "Return the latest release of PROJECT that the page of DIRECTORY at BASE-URL, or with the empty string that at BASE-URL, has
a link to, or #f.  (FILE->SIGNATURE URL) returns the address of a signature or #f; without it, the page's links tell.  REWRITE
takes an address and returns it as it is to be kept."
  (let* ((page (string->uri (if (string-null? directory)
                                base-url
                                (string-append base-url directory "/"))))
         (links (page-links page)))
    (latest (links->sources project links
                            (or file->signature (link-signature links))
                            rewrite))))

(define (link->entry page)
  "Return a procedure that returns a link of PAGE, the address of a directory, as (NAME TYPE), or #f if it leads elsewhere."
  (lambda (link)
    (and (string-prefix? page link)
         (let ((name (without-query (string-drop link (string-length page)))))
           (cond ((string-null? name) #f)
                 ((string-index name #\/)
                  => (lambda (slash)
                       (and (= slash (- (string-length name) 1))
                            (list (string-drop-right name 1) 'directory))))
                 (else (list name 'file)))))))

(define* (latest-directory-release project site directory #:key
                                   (rewrite uri-mirror-rewrite) (signature (const #f)))
  "Return the latest release of PROJECT in DIRECTORY of SITE, the address of a web server that lists directories, and in its
newest subdirectories; #f if there is none.  REWRITE and SIGNATURE are as for `latest-html-release'."
  (crawl (lambda (directory)
           (let ((page (string-append site directory "/")))
             (filter-map (link->entry page) (page-links (string->uri page)))))
         directory
         (lambda (directory entry)
           (match entry
             (((? (lambda (name) (release-file? project (uri-decode name))) file) 'file)
              (file->source project (string-append site directory "/" file) signature rewrite))
             (_ #f)))))
