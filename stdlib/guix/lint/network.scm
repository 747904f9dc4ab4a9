;;; Commentary:
;;;
;;; Checkers of packages that ask other machines: whether addresses are right, what is newer, what is known to be vulnerable, and
;;; whether sources are archived.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint network)
  #:use-module (guix base16)
  #:use-module ((guix build download)
                #:select (maybe-expand-mirrors open-connection-for-uri resolve-uri-reference))
  #:use-module (guix cve)
  #:use-module (guix download)
  #:use-module (guix ftp-client)
  #:use-module (guix git-download)
  #:use-module (guix gnu-maintenance)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix import stackage)
  #:use-module (guix lint warnings)
  #:use-module (guix memoization)
  #:use-module (guix network-failures)
  #:use-module (guix packages)
  #:use-module (guix svn-download)
  #:use-module ((guix swh) #:hide (origin?))
  #:use-module ((guix ui) #:select (fill-paragraph))
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module ((web client) #:select (http-head http-get))
  #:use-module (web response)
  #:use-module (web uri)
  #:export (check-home-page
            check-source
            check-github-url
            check-gnu-synopsis+description
            check-vulnerabilities
            check-for-updates
            check-archival
            check-haskell-stackage

            package-vulnerabilities))

(define (origin-urls origin)
  (match (origin-uri origin)
    ((? string? url) (list url))
    ((urls ...) urls)))

(define (downloaded-origin package)
  "Return the source of PACKAGE if it is downloaded by `url-fetch', or #f."
  (match (package-source package)
    ((? origin? origin) (and (eq? url-fetch (origin-method origin)) origin))
    (_ #f)))


;;; Addresses.

(define %redirections '(301 302 303 307 308))

(define (ask uri timeout)
  "Return the response of the server of URI."
  (let ((port (open-connection-for-uri uri #:timeout timeout)))
    (call-with-values
        (lambda () (http-get uri #:port port #:streaming? #t
                             #:headers '((User-Agent . "GNU Guile") (Accept . "*/*"))))
      (lambda (response body)
        (close-port port)
        response))))

(define (location response uri)
  "Return where RESPONSE, of the server of URI, says that something is, or #f."
  (and=> (response-location response)
         (lambda (location) (resolve-uri-reference location uri))))

(define* (follow uri timeout #:optional (visited '()))
  "Return the response for URI, or for where it leads; that which says that something moved forever, if it is there."
  (let* ((response (ask uri timeout))
         (code (response-code response))
         (target (and (memv code %redirections) (location response uri))))
    (if (or (not target) (member target visited))
        response
        (let ((final (follow target timeout (cons target visited))))
          (if (and (= 301 code) (= 200 (response-code final)))
              response
              final)))))

(define (response-problem uri response)
  "Return what is wrong with RESPONSE, for URI, as the arguments of a warning, or #f."
  (let ((text (uri->string uri)))
    (match (response-code response)
      (200
       (let ((length (response-content-length response)))
         ;; Some servers give a small page for what is not there.
         (and length (<= length 1000)
              (list (G_ "URI ~a returned suspiciously small file (~a bytes)") text length))))
      (301
       (match (location response uri)
         (#f (list (G_ "invalid permanent redirect from ~a") text))
         (target (list (G_ "permanent redirect from ~a to ~a") text (uri->string target)))))
      (code
       (list (G_ "URI ~a not reachable: ~a (~s)") text code (response-reason-phrase response))))))

(define (ftp-problem uri timeout)
  "Return what is wrong with URI, of a file at an FTP server, or #f."
  (catch 'ftp-error
    (lambda ()
      (let ((connection (ftp-open (uri-host uri) #:timeout timeout)))
        (dynamic-wind
          (const #t)
          (lambda ()
            (ftp-chdir connection (dirname (uri-path uri)))
            (ftp-size connection (basename (uri-path uri))))
          (lambda () (ftp-close connection))))
      #f)
    (lambda (key port command code text)
      (list (G_ "URI ~a not reachable: ~a (~s)") (uri->string uri) code (string-trim-both text)))))

(define* (uri-problem uri #:key (timeout 3))
  "Return what is wrong with what is at URI, as the arguments of a warning, #f if nothing is, or `unknown'."
  (catch #t
    (lambda ()
      (case (uri-scheme uri)
        ((http https) (response-problem uri (follow uri timeout)))
        ((ftp) (ftp-problem uri timeout))
        (else 'unknown)))
    (lambda (key . args)
      (case key
        ((getaddrinfo-error)
         (list (G_ "URI ~a domain not found: ~a") (uri->string uri) (gai-strerror (car args))))
        ((system-error)
         (list (G_ "URI ~a unreachable: ~a") (uri->string uri)
               (strerror (system-error-errno (cons key args)))))
        ((tls-certificate-error)
         (list (G_ "TLS certificate error: ~a")
               (call-with-output-string
                 (lambda (port) (print-exception port #f key args)))))
        ;; Servers that do not speak as they should are none of the package's mistakes.
        ((gnutls-error bad-header bad-header-component bad-response) 'unknown)
        (else (apply throw key args))))))

(define (check-home-page package)
  "Return a warning if the home page of PACKAGE is no address, or nothing is there."
  (match (package-home-page package)
    (#f
     (warnings-of package
       ((not (or (string-contains (package-name package) "bootstrap")
                 (string=? (package-name package) "ld-wrapper")))
        'home-page "invalid value for home page")))
    (url
     (match (string->uri url)
       (#f (list (make-warning package 'home-page "invalid home page URL: ~s" url)))
       (uri
        (match (uri-problem uri)
          ((? pair? problem) (list (apply make-warning package 'home-page problem)))
          (_ '())))))))

(define (problems uris package)
  "Return the warnings about URIs of the source of PACKAGE; none if one of them works."
  (let loop ((uris uris) (warnings '()))
    (match uris
      (() (reverse warnings))
      ((uri . rest)
       (match (uri-problem uri)
         (#f '())
         ('unknown (loop rest warnings))
         (problem (loop rest (cons (apply make-warning package 'source problem) warnings))))))))

(define (svn-uri reference)
  "Return the URI of REFERENCE, to a Subversion repository, with the name and the password that it has."
  (match reference
    ((? svn-reference?)
     (with-user (svn-reference-url reference)
                (svn-reference-user-name reference) (svn-reference-password reference)))
    ((? svn-multi-reference?)
     (with-user (svn-multi-reference-url reference)
                (svn-multi-reference-user-name reference) (svn-multi-reference-password reference)))))

(define (with-user url user password)
  (let ((uri (string->uri url)))
    (if (and user (memq (uri-scheme uri) '(http https)))
        (build-uri (uri-scheme uri)
                   #:userinfo (if password (string-append user ":" password) user)
                   #:host (uri-host uri) #:port (uri-port uri) #:path (uri-path uri)
                   #:query (uri-query uri) #:fragment (uri-fragment uri))
        uri)))

(define (check-source package)
  "Return warnings if the source of PACKAGE is nowhere where it is said to be."
  (match (package-source package)
    ((? origin? origin)
     (match (origin-uri origin)
       ((? git-reference? reference)
        (problems (list (string->uri (git-reference-url reference))) package))
       ((? (lambda (uri) (or (svn-reference? uri) (svn-multi-reference? uri))) reference)
        (let ((uri (svn-uri reference)))
          (if (memq (uri-scheme uri) '(http https))
              (problems (list uri) package)
              '())))
       (_
        (if (eq? url-fetch (origin-method origin))
            (let* ((uris (append-map (lambda (url) (maybe-expand-mirrors (string->uri url) %mirrors))
                                     (origin-urls origin)))
                   (warnings (problems uris package)))
              ;; As long as there is hope, nothing is said.
              (if (and (pair? uris) (= (length uris) (length warnings)))
                  (cons (make-warning package 'source "all the source URIs are unreachable:") warnings)
                  '()))
            '()))))
    (_ '())))

(define* (check-github-url package #:key (timeout 3))
  "Return warnings about addresses of the source of PACKAGE that lead to GitHub."
  (define (github-url url)
    (cond ((string-prefix? "https://github.com/" url) url)
          ((string-prefix? "http" url)
           (let* ((uri (string->uri url))
                  (port (open-connection-for-uri uri #:timeout timeout))
                  (response (http-head uri #:port port)))
             (close-port port)
             (and (memv (response-code response) '(301 302))
                  (and=> (location response uri) (compose github-url uri->string)))))
          (else #f)))

  (match (downloaded-origin package)
    (#f '())
    (origin
     (filter-map (lambda (url)
                   (match (despite-network-failures (format #f (G_ "while accessing '~a'") url) #f
                            (github-url url))
                     ((and (? string? better) (? (lambda (better) (not (string=? better url)))))
                      (make-warning package 'source "URL should be '~a'" better))
                     (_ #f)))
                 (origin-urls origin)))))


;;; What others know of a package.

(define gnu-packages
  (mlambda ()
    (despite-network-failures (G_ "while fetching the list of GNU packages") '()
      (official-gnu-packages))))

(define (check-gnu-synopsis+description package)
  "Return warnings if PACKAGE is GNU's and says something else of itself than GNU does."
  (match (find (lambda (descriptor) (equal? (gnu-package-name descriptor) (package-name package)))
               (gnu-packages))
    (#f '())
    (descriptor
     (let ((synopsis (gnu-package-doc-summary descriptor))
           (description (gnu-package-doc-description descriptor)))
       (define (filled text)
         (and (string? text) (fill-paragraph text 100)))

       (warnings-of package
         ((and synopsis (not (equal? synopsis (package-synopsis package))))
          'synopsis "proposed synopsis: ~s~%" synopsis)
         ((and description (not (equal? (filled description) (filled (package-description package)))))
          'description "proposed description:~%     \"~a\"~%"
          (fill-paragraph (string-replace-substring description "\"" "\\\"") 77 7)))))))

(define vulnerability-lookup
  (mlambda ()
    (vulnerabilities->lookup-proc
     (despite-network-failures (G_ "while retrieving CVE vulnerabilities") '()
       (current-vulnerabilities #:timeout 4)))))

(define (package-vulnerabilities package)
  "Return the list of the vulnerabilities that PACKAGE is known to have."
  (let ((properties (package-properties package)))
    ((vulnerability-lookup) (or (assq-ref properties 'cpe-name) (package-name package))
                            (or (assq-ref properties 'cpe-version) (package-version package)))))

(define* (check-vulnerabilities package #:optional (package-vulnerabilities package-vulnerabilities))
  "Return a warning if PACKAGE, or what it is grafted with, has vulnerabilities that no patch is for.  PACKAGE-VULNERABILITIES
returns those that are known of a package."
  (let* ((package (or (package-replacement package) package))
         (safe (append (package-patched-vulnerabilities package)
                       (or (assq-ref (package-properties package) 'lint-hidden-cve) '())))
         (open (remove (lambda (id) (member id safe))
                       (map vulnerability-id (package-vulnerabilities package)))))
    (warnings-of package
      ((pair? open) #f "probably vulnerable to ~a" (string-join open ", ")))))

(define (latest-release package updaters)
  (despite-network-failures (format #f (G_ "while retrieving upstream info for '~a'") (package-name package)) #f
    (package-latest-release package updaters)))

(define (check-for-updates package)
  "Return a warning if there is a later version of PACKAGE, or none is known."
  (match (lookup-updater package)
    (#f (list (make-warning package 'source "no updater for ~a" (package-name package))))
    (updater
     (match (latest-release package (force %updaters))
       (#f (list (make-warning package 'source "updater '~a' failed to find upstream releases"
                               (upstream-updater-name updater))))
       (source
        (warnings-of package
          ((version>? (upstream-source-version source) (package-version package))
           'version "can be upgraded to ~a" (upstream-source-version source))))))))

(define (check-haskell-stackage package)
  "Return a warning if PACKAGE is one of Haskell's and later than what goes with the others."
  (match (latest-release package (list %stackage-updater))
    (#f '())
    (source
     (warnings-of package
       ((version>? (package-version package) (upstream-source-version source))
        'version "ahead of Stackage LTS version ~a" (upstream-source-version source))))))


;;; Software Heritage.

(define (directory-names tree)
  "Return the names of the directories that TREE, what Disarchive knows of an archive, mentions."
  (define prefix "swh:1:dir:")

  (let loop ((tree tree) (names '()))
    (match tree
      ((? string? text)
       (if (string-prefix? prefix text)
           (cons (string-drop text (string-length prefix)) names)
           names))
      ((head . tail) (loop tail (loop head names)))
      (_ names))))

(define (disarchive-directories hash)
  "Return the names of the directories that Disarchive says the archive with HASH is made of, or #f."
  (any (lambda (mirror)
         (despite-network-failures (format #f (G_ "failed to access Disarchive database at ~a") mirror) #f
           (guard (c ((http-get-error? c) #f))
             (let* ((port (http-fetch (string->uri
                                       (string-append mirror (symbol->string (content-hash-algorithm hash)) "/"
                                                      (bytevector->base16-string (content-hash-value hash))))
                                      #:text? #t))
                    (tree (read port)))
               (close-port port)
               (directory-names tree)))))
       %disarchive-mirrors))

(define (check-archived-repository package reference)
  "Return warnings about REFERENCE, the source of PACKAGE, and ask for it to be archived if it is not."
  (let ((url (git-reference-url reference))
        (commit (git-reference-commit reference)))
    (if (or (and (commit-id? commit) (lookup-revision commit))
            (lookup-origin-revision url commit))
        '()
        (catch 'swh-error
          (lambda ()
            (save-origin url "git")
            (list (make-warning package 'source "scheduled Software Heritage archival")))
          (lambda (key url method response)
            (if (= 429 (response-code response))
                (list (make-warning package 'source "archival rate limit exceeded; try again later"))
                (throw key url method response)))))))

(define (check-archived-file package hash)
  "Return warnings about the source of PACKAGE, a file with HASH, or #f if that is not known."
  (if (and hash (content-hash-value hash)
           (not (lookup-content (content-hash-value hash)
                                (symbol->string (content-hash-algorithm hash)))))
      (match (disarchive-directories hash)
        (#f
         (list (make-warning package 'source
                             "source not archived on Software Heritage and missing from the Disarchive database")))
        (names
         (match (find (lambda (name) (not (lookup-directory name))) names)
           (#f '())
           (name
            (list (make-warning package 'source
                                "Disarchive entry refers to non-existent SWH directory '~a'" name))))))
      '()))

(define (check-archival package)
  "Return warnings unless the source of PACKAGE is in Software Heritage's archive; if it is a repository, ask for it to be archived.
When no more requests are allowed, that is told once."
  (define (refused url method response)
    (list (if (request-rate-limit-reached? url method)
              (make-warning package 'source "Software Heritage rate limit reached; try again later")
              (make-warning package 'source "'~a' returned ~a" url (response-code response)))))

  (define stop (make-symbol "stop"))

  (catch stop
    (lambda ()
      (catch 'swh-error
        (lambda ()
          (parameterize ((%allow-request? (lambda (url method)
                                            (or (not (request-rate-limit-reached? url method))
                                                (throw stop)))))
            (despite-network-failures (G_ "while connecting to Software Heritage") '()
              (match (package-source package)
                ((? origin? origin)
                 (match (origin-uri origin)
                   ((? git-reference? reference) (check-archived-repository package reference))
                   (_ (check-archived-file package (origin-hash origin)))))
                (#f '())
                (_ (list (make-warning package 'source "unsupported source type")))))))
        (lambda (key url method response) (refused url method response))))
    (const '())))
