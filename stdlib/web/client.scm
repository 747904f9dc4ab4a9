;;; Commentary:
;;;
;;; HTTP requests over sockets, and over TLS, which Node speaks in a process of its own.
;;;
;;; Code:

(define-module (web client)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 textual-ports)
  #:use-module (ice-9 iconv)
  #:use-module (srfi srfi-1)
  #:use-module (web uri)
  #:use-module (web http)
  #:use-module (web request)
  #:use-module (web response)
  #:export (current-http-proxy current-https-proxy x509-certificate-directory open-socket-for-uri
            http-request http-get http-head http-post http-put http-delete http-trace http-options))

(define (environment-parameter . names)
  (make-parameter (or-map (lambda (name)
                            (let ((value (getenv name))) (and value (not (string-null? value)) value)))
                          names)))
(define current-http-proxy (environment-parameter "http_proxy"))
(define current-https-proxy (environment-parameter "https_proxy"))
(define x509-certificate-directory
  (environment-parameter "GUILE_TLS_CERTIFICATE_DIRECTORY" "SSL_CERT_DIR"))

(define (ensure-uri x)
  (cond ((string? x) (or (string->uri-reference x)
                         (scm-error 'misc-error "http-request" "not a URI: ~S" (list x) #f)))
        ((uri-reference? x) x)
        (else (scm-error 'misc-error "http-request" "not a URI: ~S" (list x) #f))))

;; Connections

(define (connected-socket host service)
  "A socket connected to the first of the addresses of HOST that answers."
  (let ((addresses (delete-duplicates
                    (getaddrinfo host service
                                 (if (string->number service) AI_NUMERICSERV 0))
                    (lambda (a b) (equal? (addrinfo:addr a) (addrinfo:addr b))))))
    (let loop ((addresses addresses))
      (let* ((info (car addresses))
             (sock (with-fluids ((%default-port-encoding #f))
                     (socket (addrinfo:fam info) SOCK_STREAM IPPROTO_IP))))
        (catch 'system-error
          (lambda ()
            (connect sock (addrinfo:addr info))
            ;; Whole buffers, not single bytes.
            (setvbuf sock 'block)
            sock)
          (lambda args
            (close-port sock)
            (if (null? (cdr addresses))
                (apply throw args)
                (loop (cdr addresses)))))))))

(define (service-of uri)
  (cond ((uri-port uri) => number->string)
        ((eq? (uri-scheme uri) 'https) "443")
        (else "80")))

(define (read-report port)
  "The line of text that comes first from PORT; #f if there is none."
  (let loop ((bytes '()))
    (let ((byte (get-u8 port)))
      (cond ((eof-object? byte) #f)
            ((= byte 10) (utf8->string (u8-list->bytevector (reverse bytes))))
            (else (loop (cons byte bytes)))))))

(define (tls-port sock host verify?)
  "A port on SOCK, encrypted: a process carries the bytes between the two."
  (let ((ends (socketpair PF_UNIX SOCK_STREAM 0)))
    ;; The process must not keep what it does not need: it ends when this end does.
    (fcntl (car ends) F_SETFD FD_CLOEXEC)
    (fcntl sock F_SETFD FD_CLOEXEC)
    (%start-tls (dup->fdes (fileno sock)) (dup->fdes (fileno (cdr ends))) host verify?
                (x509-certificate-directory))
    (close-port (cdr ends))
    (close-port sock)
    (setvbuf (car ends) 'block)
    (let ((report (read-report (car ends))))
      (if (not (equal? report ""))
          (begin
            (close-port (car ends))
            (throw 'tls-certificate-error 'server-certificate host (or report "no connection")))))
    (car ends)))

(define* (open-socket-for-uri uri-or-string #:key (verify-certificate? #t))
  "Return a port connected to the server of a URI."
  (let* ((uri (ensure-uri uri-or-string))
         (https? (eq? (uri-scheme uri) 'https))
         (proxy (if https? (current-https-proxy) (current-http-proxy)))
         (proxy (and proxy (not (string-null? proxy)) (ensure-uri proxy)))
         (server (or proxy uri))
         (sock (connected-socket (uri-host server) (service-of server))))
    (cond ((and https? proxy)
           ;; A tunnel through the proxy.
           (let* ((target (string-append (uri-host uri) ":" (service-of uri))))
             (put-string sock (string-append "CONNECT " target " HTTP/1.1\r\nHost: " target "\r\n\r\n"))
             (force-output sock)
             (let ((response (read-response sock)))
               (if (not (= 200 (response-code response)))
                   (begin
                     (close-port sock)
                     (scm-error 'misc-error "open-socket-for-uri" "proxy refused: ~A ~A"
                                (list (response-code response) (response-reason-phrase response)) #f))))
             (tls-port sock (uri-host uri) verify-certificate?)))
          (https? (tls-port sock (uri-host uri) verify-certificate?))
          (else
           (if proxy (set-http-proxy-port?! sock #t))
           sock))))

;; Requests

(define (extend-headers request . more)
  (build-request (request-uri request) #:method (request-method request) #:version (request-version request)
                 #:headers (append more (request-headers request)) #:port (request-port request)
                 #:meta (request-meta request) #:validate-headers? #f))

(define (sanitize-request request body)
  "REQUEST with the headers that BODY asks for, and BODY as bytes, a procedure or #f."
  (define (with-length request bytes)
    (if (and (request-content-length request)
             (not (= (request-content-length request) (bytevector-length bytes))))
        (scm-error 'misc-error "http-request" "bad content-length: ~S" (list (request-content-length request)) #f))
    (values (if (request-content-length request)
                request
                (extend-headers request (cons 'content-length (bytevector-length bytes))))
            bytes))
  (cond ((not body)
         (values (if (memq (request-method request) '(POST PUT))
                     (if (request-content-length request)
                         request
                         (extend-headers request '(content-length . 0)))
                     request)
                 #f))
        ((string? body)
         (let ((type (request-content-type request)))
           (if type
               (let ((charset (assq-ref (cdr type) 'charset)))
                 (with-length request (string->bytevector body (or charset "iso-8859-1"))))
               (with-length (extend-headers request '(content-type text/plain (charset . "utf-8")))
                            (string->utf8 body)))))
        ((bytevector? body)
         (with-length request body))
        ((procedure? body)
         (values (if (request-transfer-encoding request)
                     request
                     (extend-headers request '(transfer-encoding (chunked))))
                 body))
        (else
         (scm-error 'misc-error "http-request" "unexpected body type: ~S" (list body) #f))))

(define (decode-response-body response body)
  (if (bytevector? body)
      (let ((type (response-content-type response)))
        (if (and type (text-content-type? (car type)))
            (bytevector->string body (or (assq-ref (cdr type) 'charset) "iso-8859-1"))
            body))
      body))

(define* (http-request uri #:key (body #f) (verify-certificate? #t)
                       (port #f) (method 'GET) (version '(1 . 1)) (keep-alive? #f) (headers '())
                       (decode-body? #t) (streaming? #f) (request #f))
  "Send a request to the server of URI and return its response, and the body: text, bytes, or a port if STREAMING?."
  (let* ((uri (ensure-uri uri))
         (port (or port (open-socket-for-uri uri #:verify-certificate? verify-certificate?)))
         (request (or request
                      (build-request uri #:method method #:version version
                                     #:headers (if (or keep-alive? (assq 'connection headers))
                                                   headers
                                                   (acons 'connection '(close) headers))
                                     #:port port))))
    (call-with-values (lambda () (sanitize-request request body))
      (lambda (request body)
        (let ((request (write-request request port)))
          (cond ((bytevector? body) (write-request-body request body))
                ((procedure? body)
                 (let ((chunks (make-chunked-output-port port #:keep-alive? #t)))
                   (body chunks)
                   (close-port chunks)
                   (put-string port "\r\n"))))
          (force-output port)
          (let ((response (read-response port)))
            (cond ((eq? (request-method request) 'HEAD)
                   (if (not keep-alive?) (close-port port))
                   (values response #f))
                  (streaming?
                   (values response
                           (response-body-port response #:keep-alive? keep-alive? #:decode? decode-body?)))
                  (else
                   (let ((body (read-response-body response)))
                     (if (not keep-alive?) (close-port port))
                     (values response
                             (if decode-body? (decode-response-body response body) body)))))))))))

(define-syntax-rule (define-method name method doc)
  (define* (name uri #:key (body #f) (verify-certificate? #t) (port (open-socket-for-uri uri #:verify-certificate? verify-certificate?))
                 (version '(1 . 1)) (keep-alive? #f) (headers '()) (decode-body? #t) (streaming? #f))
    doc
    (http-request uri #:body body #:verify-certificate? verify-certificate? #:method method #:port port
                  #:version version #:keep-alive? keep-alive? #:headers headers #:decode-body? decode-body?
                  #:streaming? streaming?)))
(define-method http-get 'GET "Fetch the resource at URI; return the response and its body.")
(define-method http-head 'HEAD "Ask for the headers of the resource at URI; return the response.")
(define-method http-post 'POST "Post BODY to the resource at URI; return the response and its body.")
(define-method http-put 'PUT "Store BODY as the resource at URI; return the response and its body.")
(define-method http-delete 'DELETE "Delete the resource at URI; return the response and its body.")
(define-method http-trace 'TRACE "Have a request for URI sent back; return the response and its body.")
(define-method http-options 'OPTIONS "Ask what can be done with URI; return the response and its body.")
