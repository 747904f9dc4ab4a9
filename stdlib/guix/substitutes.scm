;;; Commentary:
;;;
;;; Asking servers of substitutes what they have, with a cache of their answers on disk.  The store's own questions are
;;; asked by runtime/substitutes; this is for programs.  Interface: (guix substitutes) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix substitutes)
  #:use-module (guix base32)
  #:use-module (guix build utils)
  #:use-module (guix cache)
  #:use-module (guix config)
  #:use-module (guix diagnostics)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix narinfo)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (cache-directory with-atomic-file-output))
  #:use-module (gcrypt hash)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-26)
  #:use-module (web request)
  #:use-module (web response)
  #:use-module (web uri)
  #:export (%narinfo-cache-directory
            call-with-connection-error-handling
            lookup-narinfos
            lookup-narinfos/diverse))


;;;
;;; The cache: below a directory for each server a file for each item.
;;;

(define %narinfo-cache-directory
  (match (and (zero? (getuid)) (getenv "XDG_CACHE_HOME"))
    (#f (if (zero? (getuid))
            (string-append %state-directory "/substitute/cache")
            (string-append (cache-directory #:ensure? #f) "/substitute")))
    (directory (string-append directory "/guix/substitute"))))

;; How many seconds answers are good for, unless the server says: what it has, what it has not, and that it had trouble.
(define %ttl (* 36 3600))
(define %negative-ttl (* 10 60))
(define %trouble-ttl (* 5 60))

(define (cache-file url path)
  "Return the name of the file that keeps what the server at URL said of PATH."
  (let ((hash-part (store-path-hash-part path)))
    (unless hash-part
      (leave (G_ "'~a' does not name a store item~%") path))
    (string-append %narinfo-cache-directory "/"
                   (bytevector->base32-string (sha256 (string->utf8 url)))
                   "/" hash-part)))

(define (now)
  (current-time time-monotonic))

(define (remember! url path narinfo ttl)
  "Keep that the server at URL answered NARINFO, or #f, when it was asked for PATH; for TTL seconds."
  (let ((file (cache-file url path)))
    (mkdir-p (dirname file))
    (with-atomic-file-output file
      (lambda (port)
        (write `(narinfo (version 2)
                         (cache-uri ,url)
                         (date ,(time-second (now)))
                         (ttl ,ttl)
                         (value ,(and=> narinfo narinfo->string)))
               port)))))

(define (remembered url path)
  "Return the narinfo of PATH that the server at URL gave before, 'missing when it had none, or #f when that is not known."
  (match (false-if-exception (call-with-input-file (cache-file url path) read))
    (('narinfo ('version 2) ('cache-uri uri) ('date date) ('ttl ttl) ('value value))
     (cond ((obsolete? date (now) ttl) #f)
           (value (string->narinfo value uri))
           (else 'missing)))
    (_ #f)))


;;;
;;; Servers.
;;;

(define %unreachable-hosts
  ;; Those that there was a warning about.
  (make-hash-table))

(define (call-with-connection-error-handling uri proc)
  "Call PROC and return what it returns; #f, with a warning, when the host of URI cannot be reached."
  (define (unreachable format-string problem)
    (unless (hash-ref %unreachable-hosts (uri-host uri))
      (hash-set! %unreachable-hosts (uri-host uri) #t)
      (warning format-string (uri-host uri) problem))
    #f)

  (catch #t
    proc
    (match-lambda*
      (('getaddrinfo-error code . _)
       (unreachable (G_ "~a: host not found: ~a~%") (gai-strerror code)))
      (('system-error . args)
       (unreachable (G_ "~a: connection failed: ~a~%") (strerror (system-error-errno (cons 'system-error args)))))
      (args (apply throw args)))))

(define (of-this-store? narinfo)
  (string=? (dirname (narinfo-path narinfo)) (%store-prefix)))

(define (read-from-directory directory url paths)
  "Return the narinfos of PATHS in DIRECTORY, which is what URL names."
  (filter-map (lambda (path)
                (let ((file (string-append directory "/" (store-path-hash-part path) ".narinfo")))
                  (and (file-exists? file)
                       (call-with-input-file file (cut read-narinfo <> url)))))
              paths))

(define (ask-server uri url paths open-connection)
  "Return the narinfos of PATHS that the server at URL, also as URI, has, and remember what it says."
  (define (request path)
    (build-request (string->uri (string-append (string-trim-right url #\/) "/"
                                               (store-path-hash-part path) ".narinfo"))
                   #:method 'GET
                   #:headers '((User-Agent . "GNU Guile"))))

  (define (path-of request)
    (let ((hash-part (basename (uri-path (request-uri request)) ".narinfo")))
      (find (lambda (path) (string=? hash-part (store-path-hash-part path))) paths)))

  (define (take request response port result)
    (let* ((code   (response-code response))
           (length (response-content-length response))
           (path   (path-of request))
           (ttl    (and=> (response-cache-control response) (cut assoc-ref <> 'max-age))))
      ;; What follows may belong to the next answer.
      (define body
        (match (if length (get-bytevector-n port length) (get-bytevector-all port))
          ((? eof-object?) #vu8())
          (bytes bytes)))
      (if (= code 200)
          (let ((narinfo (string->narinfo (utf8->string body) url)))
            (if (of-this-store? narinfo)
                (begin
                  (remember! url path narinfo (or ttl %ttl))
                  (cons narinfo result))
                result))
          (begin
            (remember! url path #f (if (memv code '(404 202)) (or ttl %negative-ttl) %trouble-ttl))
            result))))

  (or (call-with-connection-error-handling
       uri
       (lambda ()
         (http-multiple-get uri take '() (map request paths)
                            #:open-connection open-connection
                            #:verify-certificate? #f)))
      '()))

(define (ask url paths open-connection)
  "Return the narinfos of PATHS that the server, or directory, at URL has."
  (let ((uri (string->uri url)))
    (match (and=> uri uri-scheme)
      ((or 'http 'https) (ask-server uri url paths open-connection))
      ('file (read-from-directory (uri-path uri) url paths))
      (scheme (leave (G_ "~s: unsupported server URI scheme~%") (or scheme url))))))

(define* (lookup-narinfos url paths
                          #:key (open-connection (@ (guix build download) open-connection-for-uri))
                          make-progress-reporter)
  "Return two values: the narinfos of PATHS, as far as the server at URL has them or had them lately, and how many it was
asked for."
  (let*-values (((answers) (map (cut remembered url <>) paths))
                ((wanted)  (filter-map (lambda (path answer) (and (not answer) path)) paths answers)))
    (values (append (filter narinfo? answers)
                    (if (null? wanted) '() (ask url wanted open-connection)))
            (length wanted))))

(define* (lookup-narinfos/diverse urls paths authorized?
                                  #:key (open-connection (@ (guix build download) open-connection-for-uri))
                                  make-progress-reporter)
  "Return narinfos of PATHS, at most one of each, from the servers at URLS, the first ones preferred.  Each is AUTHORIZED?,
or of the same contents as one that is."
  (define found
    ;; Path to narinfos, the last server's first.
    (make-hash-table))

  (define (choose path)
    (match (reverse (hash-ref found path '()))
      (() #f)
      (narinfos
       (and=> (find authorized? narinfos)
              (lambda (authorized) (find (cut equivalent-narinfo? <> authorized) narinfos))))))

  (let loop ((urls urls) (wanted paths))
    (if (or (null? urls) (null? wanted))
        (filter-map choose (delete-duplicates paths))
        (let ((narinfos (lookup-narinfos (first urls) wanted #:open-connection open-connection)))
          (for-each (lambda (narinfo)
                      (let ((path (narinfo-path narinfo)))
                        (hash-set! found path (cons narinfo (hash-ref found path '())))))
                    narinfos)
          (loop (cdr urls)
                (lset-difference string=? wanted
                                 (map narinfo-path (filter authorized? narinfos))))))))
