;;; Commentary:
;;;
;;; Uniform resource identifiers as RFC 3986 has them: taking apart, putting together, escaping.
;;;
;;; Code:

(define-module (web uri)
  #:use-module ((srfi srfi-1) #:select (alist-delete))
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 control)
  #:use-module (ice-9 iconv)
  #:use-module (rnrs bytevectors)
  #:export (uri-scheme uri-userinfo uri-host uri-port uri-path uri-query uri-fragment
            build-uri build-uri-reference build-relative-ref declare-default-port!
            string->uri string->uri-reference string->relative-ref uri->string
            uri-decode uri-encode split-and-decode-uri-path encode-and-join-uri-path
            uri-reference? uri? relative-ref?))

(define-record-type <uri>
  (make-uri scheme userinfo host port path query fragment)
  uri-reference?
  (scheme uri-scheme)
  (userinfo uri-userinfo)
  (host uri-host)
  (port uri-port)
  (path uri-path)
  (query uri-query)
  (fragment uri-fragment))

(define (uri? x)
  "Return #t when X is a URI with a scheme."
  (and (uri-reference? x) (symbol? (uri-scheme x))))
(define (relative-ref? x)
  "Return #t when X is a URI reference without a scheme."
  (and (uri-reference? x) (not (uri-scheme x))))

(define (uri-error message . args)
  (throw 'uri-error message args))

;; Grammar

(define scheme-rx (make-regexp "^[a-zA-Z][a-zA-Z0-9+.-]*$"))
(define ipv4-rx (make-regexp "^[0-9.]+$"))
(define ipv6-rx (make-regexp "^[0-9a-fA-F:.]+(%.+)?$"))
(define domain-label-rx (make-regexp "^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$"))
(define top-label-rx (make-regexp "^[a-zA-Z]([a-zA-Z0-9-]*[a-zA-Z0-9])?$"))

(define (valid-host? host)
  (cond ((string-null? host) #f)
        ((string-index host #\:)
         (and (regexp-exec ipv6-rx host)
              (false-if-exception (inet-pton AF_INET6 (car (string-split host #\%))))
              #t))
        ((regexp-exec ipv4-rx host)
         (let ((parts (string-split host #\.)))
           (and (= (length parts) 4)
                (and-map (lambda (part) (let ((n (string->number part))) (and n (<= n 255)))) parts))))
        (else
         (let* ((labels (string-split host #\.))
                ;; A dot may end the name.
                (labels (if (and (pair? (cdr labels)) (string-null? (car (last-pair labels))))
                            (list-head labels (- (length labels) 1))
                            labels)))
           (and (and-map (lambda (label) (regexp-exec domain-label-rx label)) labels)
                (regexp-exec top-label-rx (car (last-pair labels)))
                #t)))))

(define authority-rx (make-regexp "^(([^@]*)@)?(\\[([^]]*)\\]|([^:]*))(:([0-9]*))?$"))

(define (parse-authority text fail)
  "Return the user, host and port in TEXT, or call FAIL."
  (if (string-null? text)
      ;; As in file:///etc.
      (values #f #f #f)
      (let ((m (regexp-exec authority-rx text)))
        (if (and m (valid-host? (or (match:substring m 4) (match:substring m 5) "")))
            (values (match:substring m 2)
                    (or (match:substring m 4) (match:substring m 5))
                    (let ((port (match:substring m 7)))
                      (and port (not (string-null? port)) (string->number port))))
            (fail)))))

(define (validate scheme userinfo host port path query fragment)
  (cond ((not (or (not scheme) (symbol? scheme)))
         (uri-error "Expected a symbol for the URI scheme: ~s" scheme))
        ((and (or userinfo port) (not host))
         (uri-error "Expected a host, given userinfo or port"))
        ((and port (not (and (integer? port) (exact? port) (positive? port))))
         (uri-error "Expected port to be an integer: ~s" port))
        ((and host (or (not (string? host)) (not (valid-host? host))))
         (uri-error "Expected valid host: ~s" host))
        ((and userinfo (not (string? userinfo)))
         (uri-error "Expected string for userinfo: ~s" userinfo))
        ((not (string? path))
         (uri-error "Expected string for path: ~s" path))
        ((and query (not (string? query)))
         (uri-error "Expected string for query: ~s" query))
        ((and fragment (not (string? fragment)))
         (uri-error "Expected string for fragment: ~s" fragment)))
  (cond (host
         (if (and (not (string-null? path)) (not (string-prefix? "/" path)))
             (uri-error "Expected absolute path starting with \"/\": ~a" path)))
        ((string-prefix? "//" path)
         (uri-error "Expected path not starting with \"//\" (no host): ~a" path))
        ((and (not scheme)
              (let ((colon (string-index path #\:)) (slash (string-index path #\/)))
                (and colon (or (not slash) (< colon slash)))))
         (uri-error "Expected relative path's first segment without \":\" (no scheme): ~a" path))))

(define* (build-uri scheme #:key userinfo host port (path "") query fragment (validate? #t))
  "Return the URI of SCHEME with these components; with VALIDATE?, raise uri-error where they do not fit."
  (if validate?
      (begin
        (if (not scheme) (uri-error "Expected a symbol for the URI scheme: ~s" scheme))
        (validate scheme userinfo host port path query fragment)))
  (make-uri scheme userinfo host port path query fragment))
(define* (build-uri-reference #:key scheme userinfo host port (path "") query fragment (validate? #t))
  "Return the URI reference with these components; with VALIDATE?, raise uri-error where they do not fit."
  (if validate? (validate scheme userinfo host port path query fragment))
  (make-uri scheme userinfo host port path query fragment))
(define* (build-relative-ref #:key userinfo host port (path "") query fragment (validate? #t))
  "Return the relative reference with these components; with VALIDATE?, raise uri-error where they do not fit."
  (if validate? (validate #f userinfo host port path query fragment))
  (make-uri #f userinfo host port path query fragment))

(define uri-rx
  (make-regexp "^(([a-zA-Z][a-zA-Z0-9+.-]*):)?(//([^/?#]*))?([^?#]*)(\\?([^#]*))?(#(.*))?$"))

(define (string->uri-reference string)
  "Return the URI reference that STRING is, or #f."
  (let ((m (regexp-exec uri-rx string)))
    (and m
         (let/ec return
           (let* ((fail (lambda () (return #f)))
                  (scheme (match:substring m 2))
                  (authority (match:substring m 4))
                  (path (match:substring m 5)))
             (call-with-values
                 (lambda () (if authority (parse-authority authority fail) (values #f #f #f)))
               (lambda (userinfo host port)
                 (if (and (not scheme)
                          (let ((colon (string-index path #\:)) (slash (string-index path #\/)))
                            (and colon (or (not slash) (< colon slash)))))
                     (fail))
                 (make-uri (and scheme (string->symbol (string-downcase scheme)))
                           userinfo host port path (match:substring m 7) (match:substring m 9)))))))))
(define (string->uri string)
  "Return the URI that STRING is, or #f."
  (let ((uri (string->uri-reference string)))
    (and uri (uri-scheme uri) uri)))
(define (string->relative-ref string)
  "Return the relative reference that STRING is, or #f."
  (let ((uri (string->uri-reference string)))
    (and uri (not (uri-scheme uri)) uri)))

(define default-ports '((http . 80) (https . 443)))
(define (declare-default-port! scheme port)
  "Let PORT be the port that SCHEME has without saying so."
  (set! default-ports (acons scheme port (alist-delete scheme default-ports eq?))))

(define* (uri->string uri #:key (include-fragment? #t))
  "Return URI as a string."
  (let ((scheme (uri-scheme uri))
        (host (uri-host uri))
        (port (uri-port uri)))
    (string-append
     (if scheme (string-append (symbol->string scheme) ":") "")
     (cond (host
            (string-append "//"
                           (if (uri-userinfo uri) (string-append (uri-userinfo uri) "@") "")
                           (if (string-index host #\:) (string-append "[" host "]") host)
                           (if (and port (not (eqv? port (assq-ref default-ports scheme))))
                               (string-append ":" (number->string port))
                               "")))
           ((eq? scheme 'file) "//")
           (else ""))
     (uri-path uri)
     (if (uri-query uri) (string-append "?" (uri-query uri)) "")
     (if (and include-fragment? (uri-fragment uri)) (string-append "#" (uri-fragment uri)) ""))))

;; Escapes

(define hex-digits (string->char-set "0123456789abcdefABCDEF"))
(define* (uri-decode string #:key (encoding "utf-8") (decode-plus-to-space? #t))
  "Return STRING with its %XX escapes, bytes in ENCODING, replaced (#f: the bytes themselves)."
  (let* ((source (string->utf8 string))
         (size (bytevector-length source))
         (target (make-bytevector size)))
    (define (hex k)
      (and (< k size)
           (let ((c (integer->char (bytevector-u8-ref source k))))
             (and (char-set-contains? hex-digits c) (string->number (make-string 1 c) 16)))))
    (let loop ((i 0) (n 0))
      (if (< i size)
          (let ((byte (bytevector-u8-ref source i)))
            (cond ((and (= byte 37) (hex (+ i 1)) (hex (+ i 2)))
                   (bytevector-u8-set! target n (+ (* 16 (hex (+ i 1))) (hex (+ i 2))))
                   (loop (+ i 3) (+ n 1)))
                  (else
                   (bytevector-u8-set! target n (if (and decode-plus-to-space? (= byte 43)) 32 byte))
                   (loop (+ i 1) (+ n 1)))))
          (let ((bytes (make-bytevector n)))
            (bytevector-copy! target 0 bytes 0 n)
            (if encoding
                (bytevector->string bytes encoding)
                bytes))))))

(define unreserved
  (string->char-set "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"))
(define* (uri-encode string #:key (encoding "utf-8") (unescaped-chars unreserved))
  "Return STRING with all but UNESCAPED-CHARS as %XX escapes of its bytes in ENCODING."
  (call-with-output-string
   (lambda (port)
     (string-for-each
      (lambda (c)
        (if (char-set-contains? unescaped-chars c)
            (write-char c port)
            (for-each (lambda (byte)
                        (display "%" port)
                        (if (< byte 16) (display "0" port))
                        (display (string-upcase (number->string byte 16)) port))
                      (bytevector->u8-list (string->bytevector (make-string 1 c) encoding)))))
      string))))

(define (split-and-decode-uri-path path)
  "Return the list of the parts of PATH, decoded; empty ones are left out."
  (filter (lambda (part) (not (string-null? part)))
          (map (lambda (part) (uri-decode part #:decode-plus-to-space? #f))
               (string-split path #\/))))
(define (encode-and-join-uri-path parts)
  "Return the path made of PARTS, encoded, with slashes between them."
  (string-join (map uri-encode parts) "/"))
