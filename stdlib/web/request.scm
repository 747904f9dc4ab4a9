;;; Commentary:
;;;
;;; HTTP requests: records, reading and writing them and their bodies.
;;;
;;; Code:

(define-module (web request)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:use-module (web uri)
  #:use-module (web http)
  #:export (request? request-method request-uri request-version request-headers request-meta request-port
            build-request read-request write-request read-request-body write-request-body request-absolute-uri
            request-cache-control request-connection request-date request-pragma request-trailer
            request-transfer-encoding request-upgrade request-via request-warning request-allow
            request-content-encoding request-content-language request-content-length request-content-location
            request-content-md5 request-content-range request-content-type request-expires request-last-modified
            request-accept request-accept-charset request-accept-encoding request-accept-language
            request-authorization request-expect request-from request-host request-if-match
            request-if-modified-since request-if-none-match request-if-range request-if-unmodified-since
            request-max-forwards request-proxy-authorization request-range request-referer request-te
            request-user-agent))

(define-record-type <request>
  (make-request method uri version headers meta port)
  request?
  (method request-method)
  (uri request-uri)
  (version request-version)
  (headers request-headers)
  (meta request-meta)
  (port request-port))

(define (bad-request message . args)
  (throw 'bad-request message args))

(define (validate-headers headers)
  (if (not (list? headers)) (bad-request "Headers not a list: ~a" headers))
  (for-each (lambda (header)
              (cond ((not (and (pair? header) (symbol? (car header))))
                     (bad-request "Header not a pair: ~a" header))
                    ((not (valid-header? (car header) (cdr header)))
                     (bad-request "Bad value for header ~a: ~s" (car header) (cdr header)))))
            headers))

(define* (build-request uri #:key (method 'GET) (version '(1 . 1)) (headers '()) port (meta '())
                        (validate-headers? #t))
  "Return a request for URI; a Host header is added in HTTP/1.1 when there is none."
  (let ((headers (if (and (equal? version '(1 . 1)) (not (assq 'host headers)) uri (uri-host uri))
                     (acons 'host (cons (uri-host uri) (uri-port uri)) headers)
                     headers)))
    (cond ((not (and (pair? version) (exact-integer? (car version)) (exact-integer? (cdr version))))
           (bad-request "Bad version: ~a" version))
          ((not (or (not uri) (uri-reference? uri)))
           (bad-request "Bad uri: ~a" uri))
          ((and (equal? version '(1 . 1)) (not (assq 'host headers)))
           (bad-request "HTTP/1.1 request without Host header and no host in URI: ~a" uri))
          ((not (or (not port) (port? port)))
           (bad-request "Bad port: ~a" port))
          ((not (symbol? method))
           (bad-request "Bad method: ~a" method))
          ((not (list? meta))
           (bad-request "Bad metadata alist" meta)))
    (if validate-headers? (validate-headers headers))
    (make-request method uri version headers meta port)))

(define* (read-request port #:optional (meta '()))
  "Read a request from PORT, without its body."
  (set-port-encoding! port "ISO-8859-1")
  (call-with-values (lambda () (read-request-line port))
    (lambda (method uri version)
      (make-request method uri version (read-headers port) meta port))))

(define (write-request request port)
  "Write REQUEST to PORT, without a body; return a request on PORT."
  (write-request-line (request-method request) (request-uri request) (request-version request) port)
  (write-headers (request-headers request) port)
  (display "\r\n" port)
  (if (eq? port (request-port request))
      request
      (make-request (request-method request) (request-uri request) (request-version request)
                    (request-headers request) (request-meta request) port)))

(define (read-request-body request)
  "Read the body of REQUEST, a bytevector; #f when it has none."
  (let ((size (request-content-length request)))
    (and size
         (let ((bytes (get-bytevector-n (request-port request) size)))
           (cond ((zero? size) #vu8())
                 ((and (not (eof-object? bytes)) (= (bytevector-length bytes) size)) bytes)
                 (else
                  (bad-request "EOF while reading request body: ~a bytes of ~a"
                               (if (eof-object? bytes) 0 (bytevector-length bytes)) size)))))))

(define (write-request-body request bytes)
  "Write BYTES to the port of REQUEST."
  (put-bytevector (request-port request) bytes))

;; An accessor for each header: its value, or the optional second argument.
(define-syntax-rule (define-header-accessors headers-of (accessor name) ...)
  (begin
    (define* (accessor message #:optional default)
      "Return the value of the header of this name, or DEFAULT."
      (let ((entry (assq 'name (headers-of message))))
        (if entry (cdr entry) default)))
    ...))

(define-header-accessors request-headers
  (request-cache-control cache-control)
  (request-connection connection)
  (request-date date)
  (request-pragma pragma)
  (request-trailer trailer)
  (request-transfer-encoding transfer-encoding)
  (request-upgrade upgrade)
  (request-via via)
  (request-warning warning)
  (request-allow allow)
  (request-content-encoding content-encoding)
  (request-content-language content-language)
  (request-content-length content-length)
  (request-content-location content-location)
  (request-content-md5 content-md5)
  (request-content-range content-range)
  (request-content-type content-type)
  (request-expires expires)
  (request-last-modified last-modified)
  (request-accept accept)
  (request-accept-charset accept-charset)
  (request-accept-encoding accept-encoding)
  (request-accept-language accept-language)
  (request-authorization authorization)
  (request-expect expect)
  (request-from from)
  (request-host host)
  (request-if-match if-match)
  (request-if-modified-since if-modified-since)
  (request-if-none-match if-none-match)
  (request-if-range if-range)
  (request-if-unmodified-since if-unmodified-since)
  (request-max-forwards max-forwards)
  (request-proxy-authorization proxy-authorization)
  (request-range range)
  (request-referer referer)
  (request-te te)
  (request-user-agent user-agent))

(define* (request-absolute-uri request #:optional default-host default-port default-scheme)
  "Return the absolute URI that REQUEST is for."
  (let ((uri (request-uri request)))
    (if (uri-host uri)
        uri
        (let ((host (cond ((request-host request))
                          (default-host (cons default-host default-port))
                          (else (bad-request "URI not absolute, no Host header, and no default: ~s" uri)))))
          (build-uri (or (uri-scheme uri) default-scheme (bad-request "URI not absolute and no default-port" uri))
                     #:host (car host) #:port (cdr host)
                     #:path (uri-path uri) #:query (uri-query uri) #:fragment (uri-fragment uri))))))
