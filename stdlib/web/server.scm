;;; Commentary:
;;;
;;; A web server: a loop of reading a request, calling a handler, writing its response.  How requests come in is up to an
;;; implementation, such as (web server http).
;;;
;;; Code:

(define-module (web server)
  #:use-module (srfi srfi-9)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 iconv)
  #:use-module (web request)
  #:use-module (web response)
  #:export (define-server-impl lookup-server-impl make-server-impl server-impl? server-impl-name server-impl-open
            server-impl-read server-impl-write server-impl-close
            open-server read-client handle-request sanitize-response write-client close-server
            serve-one-client run-server))

(define-record-type server-impl
  (make-server-impl name open read write close)
  server-impl?
  (name server-impl-name)
  (open server-impl-open)
  (read server-impl-read)
  (write server-impl-write)
  (close server-impl-close))

(define-syntax-rule (define-server-impl name open read write close)
  (define name (make-server-impl 'name open read write close)))

(define (lookup-server-impl impl)
  "Return IMPL if it is an implementation, or the one of the module (web server IMPL)."
  (cond ((server-impl? impl) impl)
        ((symbol? impl) (module-ref (resolve-interface `(web server ,impl)) impl))
        (else (error "expected a server-impl or a symbol" impl))))

(define (report-exception key args)
  (let ((port (current-error-port)))
    (display "error: " port)
    (print-exception port #f key args)
    (force-output port)))

(define (open-server impl open-params)
  "Return a server of IMPL opened with OPEN-PARAMS."
  (apply (server-impl-open impl) open-params))
(define (close-server impl server)
  "Close SERVER."
  ((server-impl-close impl) server))

(define (read-client impl server)
  "Wait for a request; return a client, the request and its body, three times #f when it was bad."
  (catch #t
    (lambda () ((server-impl-read impl) server))
    (lambda (key . args)
      (if (memq key '(interrupt quit))
          (apply throw key args)
          (begin
            (report-exception key args)
            (values #f #f #f))))))

(define (call-with-encoded-output-bytes charset proc)
  (if (string-ci=? charset "utf-8")
      (string->utf8 (call-with-output-string proc))
      (call-with-encoded-output-string charset proc)))

(define (extend-response response headers)
  (build-response #:version (response-version response) #:code (response-code response)
                  #:headers (append headers (response-headers response)) #:port (response-port response)))

(define (response-charset response)
  (let ((type (response-content-type response)))
    (or (and type (assq-ref (cdr type) 'charset)) "utf-8")))

(define (sanitize-response request response body)
  "Return RESPONSE, a response or an alist of headers, and BODY, a string, bytes, procedure or #f, as they are sent."
  (cond ((list? response)
         (sanitize-response request
                            (build-response #:version (request-version request) #:headers response)
                            body))
        ((not (equal? (request-version request) (response-version response)))
         (sanitize-response request (adapt-response-version response (request-version request)) body))
        ((not body) (values response #vu8()))
        ((or (string? body) (procedure? body))
         (let* ((response (let ((type (response-content-type response)))
                            (cond ((not type)
                                   (extend-response response '((content-type text/plain (charset . "utf-8")))))
                                  ((assq 'charset (cdr type)) response)
                                  (else
                                   (build-response
                                    #:version (response-version response) #:code (response-code response)
                                    #:headers (map (lambda (header)
                                                     (if (eq? (car header) 'content-type)
                                                         `(content-type ,@type (charset . "utf-8"))
                                                         header))
                                                   (response-headers response)))))))
                (charset (response-charset response)))
           (sanitize-response request response
                              (if (string? body)
                                  (string->bytevector body charset)
                                  (call-with-encoded-output-bytes charset body)))))
        ((not (bytevector? body))
         (error "unexpected body type"))
        ((and (response-must-not-include-body? response) (> (bytevector-length body) 0))
         (error "response with this status code must not include body" response))
        (else
         (let ((size (bytevector-length body)))
           (values (cond ((response-transfer-encoding response) response)
                         ((not (response-content-length response))
                          (extend-response response `((content-length . ,size))))
                         ((= size (response-content-length response)) response)
                         ((eq? (request-method request) 'HEAD) response)
                         (else (error "bad content-length" (response-content-length response) size)))
                   (if (eq? (request-method request) 'HEAD)
                       #vu8()
                       body))))))

(define (handle-request handler request body state)
  "Return what HANDLER makes of REQUEST and BODY: a response, its body as bytes, and the new state."
  (catch #t
    (lambda ()
      (call-with-values (lambda () (apply handler request body state))
        (lambda* (response #:optional (body #f) . new-state)
          (call-with-values (lambda () (sanitize-response request response body))
            (lambda (response body)
              (values response body (if (null? new-state) state new-state)))))))
    (lambda (key . args)
      (if (memq key '(interrupt quit))
          (apply throw key args)
          (begin
            (report-exception key args)
            (values (build-response #:code 500) #vu8() state))))))

(define (write-client impl server client response body)
  "Send RESPONSE and BODY to CLIENT."
  (catch #t
    (lambda () ((server-impl-write impl) server client response body))
    (lambda (key . args)
      (if (memq key '(interrupt quit))
          (apply throw key args)
          (report-exception key args)))))

(define (serve-one-client handler impl server state)
  "Serve one request and return the new state."
  (call-with-values (lambda () (read-client impl server))
    (lambda (client request body)
      (if client
          (call-with-values (lambda () (handle-request handler request body state))
            (lambda (response body state)
              (write-client impl server client response body)
              state))
          state))))

(define* (run-server handler #:optional (impl 'http) (open-params '()) . state)
  "Serve requests with HANDLER, a procedure of a request, its body and STATE that returns a response, a body and the
new state.  Return on an interrupt."
  (let* ((impl (lookup-server-impl impl))
         (server (open-server impl open-params)))
    (catch 'interrupt
      (lambda ()
        (let loop ((state state))
          (loop (serve-one-client handler impl server state))))
      (lambda _
        (close-server impl server)
        (values)))))
