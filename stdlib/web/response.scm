;;; Commentary:
;;;
;;; HTTP responses: records, reading and writing them and their bodies.
;;;
;;; Code:

(define-module (web response)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:use-module (web http)
  #:export (response? response-version response-code response-reason-phrase response-headers response-port
            build-response read-response write-response adapt-response-version response-must-not-include-body?
            response-body-port read-response-body write-response-body text-content-type?
            response-cache-control response-connection response-date response-pragma response-trailer
            response-transfer-encoding response-upgrade response-via response-warning response-allow
            response-content-encoding response-content-language response-content-length
            response-content-location response-content-md5 response-content-range response-content-type
            response-expires response-last-modified response-accept-ranges response-age response-etag
            response-location response-proxy-authenticate response-retry-after response-server response-vary
            response-www-authenticate))

(define-record-type <response>
  (make-response version code reason-phrase headers port)
  response?
  (version response-version)
  (code response-code)
  (reason-phrase %response-reason-phrase)
  (headers response-headers)
  (port response-port))

(define (bad-response message . args)
  (throw 'bad-response message args))

(define reasons
  '((100 . "Continue")
    (101 . "Switching Protocols")
    (200 . "OK")
    (201 . "Created")
    (202 . "Accepted")
    (203 . "Non-Authoritative Information")
    (204 . "No Content")
    (205 . "Reset Content")
    (206 . "Partial Content")
    (300 . "Multiple Choices")
    (301 . "Moved Permanently")
    (302 . "Found")
    (303 . "See Other")
    (304 . "Not Modified")
    (305 . "Use Proxy")
    (307 . "Temporary Redirect")
    (400 . "Bad Request")
    (401 . "Unauthorized")
    (402 . "Payment Required")
    (403 . "Forbidden")
    (404 . "Not Found")
    (405 . "Method Not Allowed")
    (406 . "Not Acceptable")
    (407 . "Proxy Authentication Required")
    (408 . "Request Timeout")
    (409 . "Conflict")
    (410 . "Gone")
    (411 . "Length Required")
    (412 . "Precondition Failed")
    (413 . "Request Entity Too Large")
    (414 . "Request-URI Too Long")
    (415 . "Unsupported Media Type")
    (416 . "Requested Range Not Satisfiable")
    (417 . "Expectation Failed")
    (418 . "I'm a teapot")
    (500 . "Internal Server Error")
    (501 . "Not Implemented")
    (502 . "Bad Gateway")
    (503 . "Service Unavailable")
    (504 . "Gateway Timeout")
    (505 . "HTTP Version Not Supported")))

(define (response-reason-phrase response)
  "Return the reason RESPONSE gives, or the usual one of its code."
  (or (%response-reason-phrase response)
      (assv-ref reasons (response-code response))
      "(Unknown)"))

(define* (build-response #:key (version '(1 . 1)) (code 200) reason-phrase (headers '()) port
                         (validate-headers? #t))
  "Return a response with these parts."
  (cond ((not (and (pair? version) (exact-integer? (car version)) (exact-integer? (cdr version))))
         (bad-response "Bad version: ~a" version))
        ((not (and (exact-integer? code) (>= code 0)))
         (bad-response "Bad code: ~a" code))
        ((not (or (not reason-phrase) (string? reason-phrase)))
         (bad-response "Bad reason phrase" reason-phrase))
        ((not (or (not port) (port? port)))
         (bad-response "Bad port: ~a" port)))
  (if validate-headers?
      (for-each (lambda (header)
                  (cond ((not (and (pair? header) (symbol? (car header))))
                         (bad-response "Header not a pair: ~a" header))
                        ((not (valid-header? (car header) (cdr header)))
                         (bad-response "Bad value for header ~a: ~s" (car header) (cdr header)))))
                headers))
  (make-response version code reason-phrase headers port))

(define (adapt-response-version response version)
  "Return RESPONSE in VERSION of HTTP."
  (build-response #:code (response-code response) #:version version #:headers (response-headers response)
                  #:port (response-port response)))

(define (read-response port)
  "Read a response from PORT, without its body."
  (set-port-encoding! port "ISO-8859-1")
  (call-with-values (lambda () (read-response-line port))
    (lambda (version code reason-phrase)
      (make-response version code reason-phrase (read-headers port) port))))

(define (write-response response port)
  "Write RESPONSE to PORT, without a body; return a response on PORT."
  (write-response-line (response-version response) (response-code response) (response-reason-phrase response) port)
  (write-headers (response-headers response) port)
  (display "\r\n" port)
  (if (eq? port (response-port response))
      response
      (make-response (response-version response) (response-code response) (%response-reason-phrase response)
                     (response-headers response) port)))

(define (response-must-not-include-body? response)
  "Return #t when RESPONSE has no body by its code."
  (let ((code (response-code response)))
    (or (<= 100 code 199) (= code 204) (= code 304))))

(define (make-delimited-input-port port size keep-alive?)
  "A port that reads SIZE bytes of PORT."
  (define left size)
  (define (read! bytes start count)
    (let ((n (if (zero? left) 0 (get-bytevector-n! port bytes start (min left count)))))
      (if (eof-object? n)
          (bad-response "EOF while reading response body: ~a bytes of ~a" (- size left) size))
      (set! left (- left n))
      n))
  (make-custom-binary-input-port "delimited input port" read! #f #f
                                 (lambda () (if (not keep-alive?) (close-port port)))))

(define* (response-body-port response #:key (decode? #t) (keep-alive? #t))
  "Return a port that reads the body of RESPONSE, with the encoding its type names if DECODE?; #f when there is none."
  (let ((port
         (cond ((member '(chunked) (or (response-transfer-encoding response) '()))
                (make-chunked-input-port (response-port response) #:keep-alive? keep-alive?))
               ((response-must-not-include-body? response) #f)
               ((response-content-length response)
                => (lambda (size) (make-delimited-input-port (response-port response) size keep-alive?)))
               ;; Whatever comes until the server closes.
               (else (response-port response)))))
    (if (and port decode?)
        (let ((type (response-content-type response)))
          (if type
              (let ((charset (assq-ref (cdr type) 'charset)))
                (if charset (set-port-encoding! port charset))))))
    port))

(define (read-response-body response)
  "Read the body of RESPONSE, a bytevector; #f when it has none."
  (let ((port (response-body-port response #:decode? #f)))
    (and port
         (let ((bytes (get-bytevector-all port)))
           (if (eof-object? bytes) #vu8() bytes)))))

(define (write-response-body response bytes)
  "Write BYTES to the port of RESPONSE."
  (put-bytevector (response-port response) bytes))

(define (text-content-type? type)
  "Return #t when TYPE is a media type of text."
  (let ((type (symbol->string type)))
    (or (string-prefix? "text/" type)
        (string-suffix? "/xml" type)
        (string-suffix? "+xml" type))))

;; An accessor for each header: its value, or the optional second argument.
(define-syntax-rule (define-header-accessors headers-of (accessor name) ...)
  (begin
    (define* (accessor message #:optional default)
      "Return the value of the header of this name, or DEFAULT."
      (let ((entry (assq 'name (headers-of message))))
        (if entry (cdr entry) default)))
    ...))

(define-header-accessors response-headers
  (response-cache-control cache-control)
  (response-connection connection)
  (response-date date)
  (response-pragma pragma)
  (response-trailer trailer)
  (response-transfer-encoding transfer-encoding)
  (response-upgrade upgrade)
  (response-via via)
  (response-warning warning)
  (response-allow allow)
  (response-content-encoding content-encoding)
  (response-content-language content-language)
  (response-content-length content-length)
  (response-content-location content-location)
  (response-content-md5 content-md5)
  (response-content-range content-range)
  (response-content-type content-type)
  (response-expires expires)
  (response-last-modified last-modified)
  (response-accept-ranges accept-ranges)
  (response-age age)
  (response-etag etag)
  (response-location location)
  (response-proxy-authenticate proxy-authenticate)
  (response-retry-after retry-after)
  (response-server server)
  (response-vary vary)
  (response-www-authenticate www-authenticate))
