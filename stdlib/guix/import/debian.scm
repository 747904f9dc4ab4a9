;;; Commentary:
;;;
;;; An updater for packages whose source is what Debian keeps of upstream: pool/…/NAME_VERSION.orig.tar.xz and the like.  It
;;; looks in a mirror of Debian: of the user's choice, or the ones that this machine's apt uses.
;;; Names: Debian Policy, sections 5.6.12 and 5.6.16; deb-version(7).
;;;
;;; Code:

(define-module (guix import debian)
  #:use-module ((guix download mirrors) #:select (chosen-mirrors))
  #:use-module ((guix config) #:select (%xz))
  #:use-module (guix diagnostics)
  #:use-module (guix gnu-maintenance releases)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:use-module (web uri)
  #:export (%debian-updater
            debian-version->upstream))

(define %pool-rx
  ;; The directory, the name of the package and the kind of compression.
  (make-regexp "/(pool/[^/]+/[^/]+/[^/]+)/([^/_]+)_[^/]*\\.orig\\.tar\\.[a-z0-9]+$"))

(define (pool-url? url)
  "Return true if URL is that of an upstream tarball in an archive of Debian."
  (and (or (string-prefix? "mirror://debian/" url)
           (string-contains url "/debian/"))
       (regexp-exec %pool-rx url)
       #t))

(define %repacking-rx
  ;; What Debian adds to a version when it leaves something out, as in "7.2+dfsg" and "1.2.13.dfsg".
  (make-regexp "[+~.](dfsg|ds|repack)[0-9.]*$"))

(define (debian-version->upstream version)
  "Return what upstream calls VERSION, Debian's version of an upstream tarball."
  (match (regexp-exec %repacking-rx version)
    ;; "1.2+really1.1" is how Debian goes back to 1.1.
    (#f (match (string-contains version "+really")
          (#f version)
          (start (string-drop version (+ start (string-length "+really"))))))
    (m (debian-version->upstream (match:prefix m)))))

(define (preview? version)
  "Return true if VERSION, of Debian, is one before a release, as \"2.0~rc1\"."
  (string-index version #\~))

(define (tarball-version file name)
  "Return the Debian version in FILE, if it is the main upstream tarball of the package called NAME, or #f."
  (match (string-match "^([^_]+)_(.+)\\.orig\\.tar\\.[a-z0-9]+$" file)
    (#f #f)
    (m (and (string=? name (match:substring m 1))
            (match:substring m 2)))))

;;; What a mirror has: its directories where it lists them, else its index of sources.

(define (listed-files site directory)
  "Return the names of the files in DIRECTORY of SITE; the empty list if SITE does not list its directories."
  (guard (c ((http-get-error? c) '()))
    (map (lambda (link) (uri-decode (basename link)))
         (page-links (string->uri (string-append site "/" directory "/"))))))

(define %suite
  ;; The one whose index is read: upstream's latest releases are in the youngest.
  (make-parameter (or (getenv "STRATA_DEBIAN_SUITE") "unstable")))

(define (read-compressed file)
  "Return the text that FILE, compressed by xz, has."
  (let* ((pipe (open-pipe* OPEN_READ %xz "-dc" file))
         (text (get-string-all pipe)))
    (unless (zero? (status:exit-val (close-pipe pipe)))
      (raise (formatted-message (G_ "~a: cannot be decompressed") file)))
    text))

(define (stanza-positions text)
  "Return a table from the names of the packages in TEXT, an index of sources, to the lists of the positions of theirs."
  (let ((table (make-hash-table))
        (start "\nPackage: "))
    (let loop ((position 0))
      (match (string-contains text start position)
        (#f table)
        (found
         (let* ((name (+ found (string-length start)))
                (end (string-index text #\newline name))
                (key (substring text name end)))
           (hash-set! table key (cons found (hash-ref table key '())))
           (loop end)))))))

(define source-index
  (mlambda (site suite component)
    "Return a procedure from the name of a package to the list of its stanzas in the index of SUITE at SITE, strings."
    (let* ((port (http-fetch/cached (string->uri (string-append site "/dists/" suite "/" component
                                                                "/source/Sources.xz"))
                                    #:log-port (%make-void-port "w")))
           (file (port-filename port))
           (text (begin
                   (close-port port)
                   (string-append "\n" (read-compressed file))))
           (positions (stanza-positions text)))
      (lambda (name)
        (map (lambda (position)
               (substring text position
                          (or (string-contains text "\n\n" (+ 1 position)) (string-length text))))
             (hash-ref positions name '()))))))

(define (indexed-files site directory name)
  "Return the names of the files of the package called NAME, in DIRECTORY, by the index of SITE."
  (guard (c ((http-get-error? c) '()))
    (match (string-split directory #\/)
      ((_ component . _)
       (append-map (lambda (stanza)
                     (filter-map (lambda (line)
                                   (match (string-tokenize line)
                                     ((hash size file) (and (string->number size) file))
                                     (_ #f)))
                                 (string-split stanza #\newline)))
                   ((source-index site (%suite) component) name))))))

(define (latest-debian-release package)
  "Return the latest upstream tarball of PACKAGE in Debian's archive, or #f."
  (define url
    (find pool-url?
          (match (origin-uri (package-source package))
            ((? string? url) (list url))
            (urls urls))))

  (define directory+name
    (let ((m (regexp-exec %pool-rx url)))
      (cons (match:substring m 1) (match:substring m 2))))

  (match directory+name
    ((directory . name)
     (define (file->source file)
       (match (tarball-version file name)
         ((and (? string? version) (? (negate preview?)))
          (upstream-source
           (package (package-name package))
           (version (debian-version->upstream version))
           (urls (list (string-append "mirror://debian/" directory "/" file)))))
         (_ #f)))

     (define (sources files)
       (filter-map file->source (delete-duplicates files)))

     (define (site-sources site)
       (false-if-ftp-error
        (match (sources (listed-files site directory))
          (() (sources (indexed-files site directory name)))
          (sources sources))))

     (match (any (lambda (site)
                   (match (site-sources site)
                     ((or #f ()) #f)
                     (sources sources)))
                 (chosen-mirrors 'debian))
       (#f #f)
       (sources
        (reduce (lambda (a b)
                  (if (version>? (upstream-source-version a) (upstream-source-version b)) a b))
                #f (coalesce-sources sources)))))))

(define %debian-updater
  (upstream-updater
   (name 'debian)
   (description "Updater for upstream tarballs in Debian's archive")
   (pred (url-predicate pool-url?))
   (latest latest-debian-release)))
