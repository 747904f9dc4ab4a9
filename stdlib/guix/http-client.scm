;;; Commentary:
;;;
;;; Fetching what is at a URI, with errors that say what the server answered, many requests over one connection, and a cache
;;; of answers.  Interface: (guix http-client) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix http-client)
  #:use-module (guix base64)
  #:use-module ((guix build download)
                #:select (open-socket-for-uri open-connection-for-uri resolve-uri-reference))
  #:use-module ((guix build utils) #:select (mkdir-p dump-port))
  #:use-module (guix i18n)
  #:use-module (guix utils)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module ((web client) #:select (http-get))
  #:use-module (web http)
  #:use-module (web request)
  #:use-module (web response)
  #:use-module (web uri)
  #:autoload (gcrypt hash) (sha256)
  #:re-export (open-socket-for-uri)
  #:export (&http-get-error
            http-get-error?
            http-get-error-uri
            http-get-error-code
            http-get-error-reason
            http-get-error-headers

            http-fetch
            http-multiple-get

            %http-cache-ttl
            http-fetch/cached))

(define-condition-type &http-get-error &error
  http-get-error?
  (uri     http-get-error-uri)
  (code    http-get-error-code)         ;integer
  (reason  http-get-error-reason)       ;string
  (headers http-get-error-headers))     ;alist

(define %default-headers
  ;; Several sites refuse requests that do not say who asks.
  '((user-agent . "GNU Guile")))

(define (->uri uri)
  (if (string? uri) (string->uri uri) uri))

(define (raise-get-error uri response)
  (let ((code (response-code response))
        (reason (response-reason-phrase response)))
    (raise (condition (&http-get-error
                       (uri uri)
                       (code code)
                       (reason reason)
                       (headers (response-headers response)))
                      (&message
                       (message (format #f (G_ "~a: HTTP download failed: ~a (~s)")
                                        (uri->string uri) code reason)))))))

(define (with-credentials uri headers)
  "Return HEADERS with what the user information in URI, if any, asks for."
  (match (uri-userinfo uri)
    ((? string? user)
     (acons 'Authorization
            (string-append "Basic " (base64-encode (string->utf8 user)))
            headers))
    (_ headers)))

(define (skip-body port length)
  "Read and forget LENGTH bytes of PORT, or all that are left if it is #f."
  (dump-port port (%make-void-port "w0") length))


;;; One request.

(define* (http-fetch uri #:key port (text? #f) (buffered? #t)
                     (open-connection open-connection-for-uri)
                     (keep-alive? #f)
                     (verify-certificate? #t)
                     (headers %default-headers)
                     (log-port (current-error-port))
                     timeout)
  "Return a port to read what is at URI from, and its length in bytes or #f.  TEXT? tells that it is text; BUFFERED? that the
port may read ahead; HEADERS is an alist of headers to send.  PORT is a connection to use instead of what OPEN-CONNECTION
returns; with KEEP-ALIVE?, it stays open.  TIMEOUT, in seconds or #f, is for establishing a connection; VERIFY-CERTIFICATE?
tells whether HTTPS servers have to prove who they are.  Redirections are followed, and reported to LOG-PORT.

Raise an &http-get-error when the server answers anything else."
  (define (connection uri)
    (open-connection uri #:verify-certificate? verify-certificate? #:timeout timeout))

  (let follow ((uri (->uri uri)) (port port))
    (let ((port (or port (connection uri))))
      (when (and (not buffered?) (file-port? port))
        (setvbuf port 'none))
      (call-with-values
          (lambda ()
            (http-get uri #:port port #:streaming? #t #:keep-alive? keep-alive?
                      #:headers (with-credentials uri headers)))
        (lambda (response body)
          (match (response-code response)
            (200 (values body (response-content-length response)))
            ((or 301 302 303 307 308)
             (let* ((target (resolve-uri-reference (response-location response) uri))
                    (same-server? (and keep-alive?
                                       (equal? (uri-host target) (uri-host uri)))))
               (if keep-alive?
                   (skip-body body (response-content-length response))
                   (close-port port))
               (format log-port (G_ "following redirection to `~a'...~%") (uri->string target))
               (follow target (and same-server? port))))
            (_ (raise-get-error uri response))))))))


;;; Many requests.

(define (stale-connection? key args)
  "Return true if the exception KEY with ARGS is what a connection that the server closed leads to."
  (or (and (eq? key 'system-error)
           (memv (system-error-errno (cons key args)) (list EPIPE ECONNRESET)))
      (memq key '(bad-response bad-header bad-header-component gnutls-error))))

(define (unless-stale thunk)
  "Return what THUNK returns, or #f if the connection that it uses has gone."
  (catch #t
    thunk
    (lambda (key . args)
      (and (not (stale-connection? key args))
           (apply throw key args)))))

(define (send-requests requests port)
  "Write REQUESTS to PORT in one go."
  (call-with-values open-bytevector-output-port
    (lambda (buffer bytes)
      (set-http-proxy-port?! buffer (http-proxy-port? port))
      (for-each (lambda (request) (write-request request buffer)) requests)
      (put-bytevector port (bytes))
      (force-output port))))

(define (closing? response)
  "Return true if RESPONSE is the last one that its server gives on the connection."
  (match (assq 'connection (response-headers response))
    (('connection . tokens) (->bool (memq 'close tokens)))
    (_ #f)))

(define* (http-multiple-get base-uri proc seed requests
                            #:key port (verify-certificate? #t)
                            (open-connection open-connection-for-uri)
                            (keep-alive? #t)
                            (batch-size 1000))
  "Send REQUESTS to the server of BASE-URI, without waiting in between, and fold PROC over the answers from SEED on: it is
called with the request, the response, a port for the body, and the previous result.  Return the last result, a list,
reversed.  PORT is a connection to begin with; OPEN-CONNECTION opens another when the server has closed it.  At most
BATCH-SIZE requests are under way.  Unless KEEP-ALIVE? is true, the connection is closed in the end."
  (define (connection)
    (open-connection base-uri #:verify-certificate? verify-certificate?))

  (let next-batch ((port port) (requests requests) (result seed))
    (if (null? requests)
        (begin
          (unless (or keep-alive? (not port))
            (close-port port))
          (reverse result))
        (let ((port (or port (connection)))
              (batch (if (< batch-size (length requests))
                         (take requests batch-size)
                         requests)))
          (when (file-port? port)
            (setvbuf port 'block (expt 2 16)))
          ;; What cannot be sent is noticed when the answers are read.
          (unless-stale (lambda () (send-requests batch port)))
          (let next-answer ((sent batch) (left requests) (result result))
            (match sent
              (() (next-batch port left result))
              ((request . sent)
               (match (unless-stale (lambda () (read-response port)))
                 (#f
                  (close-port port)
                  (next-batch #f left result))
                 (response
                  (let ((result (proc request response (response-body-port response) result)))
                    (if (closing? response)
                        (begin
                          (close-port port)
                          (next-batch #f (cdr left) result))
                        (next-answer sent (cdr left) result))))))))))))


;;; A cache of what was fetched.

(define %http-cache-ttl
  ;; For how many seconds what is in the cache is used without asking the server.
  (make-parameter
   (* 3600
      (or (and=> (getenv "GUIX_HTTP_CACHE_TTL") string->number)
          36))))

(define (cache-file-for-uri uri)
  "Return the name of the file for what is at URI."
  (let ((digest (sha256 (string->utf8 (uri->string uri)))))
    (string-append (cache-directory) "/http/"
                   (base64-encode digest 0 (bytevector-length digest) #f #f base64url-alphabet))))

(define* (http-fetch/cached uri #:key (ttl (%http-cache-ttl)) text?
                            (headers %default-headers)
                            (write-cache dump-port)
                            (cache-miss (const #t))
                            (log-port (current-error-port))
                            (timeout 10))
  "Return a port to read what is at URI from, like `http-fetch', out of a cache if it was fetched less than TTL seconds ago.
When it is older, the server is asked whether it changed.  (WRITE-CACHE INPUT OUTPUT) writes what comes from the server to
the cache, after CACHE-MISS was called with URI."
  (let* ((uri (->uri uri))
         (file (cache-file-for-uri uri))
         (status (stat file #f)))
    (define (cached)
      (open-input-file file))

    (define (fetch)
      (define conditional-headers
        (if status
            (acons 'if-modified-since
                   (time-utc->date (make-time time-utc 0 (stat:mtime status)) 0)
                   headers)
            headers))

      (guard (c ((and status (http-get-error? c) (= 304 (http-get-error-code c)))
                 ;; Not modified: it is as good as new.
                 (utime file)))
        (let ((port (http-fetch uri #:text? text? #:headers conditional-headers
                                #:log-port log-port #:timeout timeout)))
          (cache-miss uri)
          (mkdir-p (dirname file))
          (with-atomic-file-output file
            (lambda (output) (write-cache port output)))
          (close-port port))))

    (unless (and status
                 (< (time-second (current-time time-utc))
                    (+ (stat:mtime status) ttl)))
      (fetch))
    (cached)))
