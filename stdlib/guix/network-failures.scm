;;; Commentary:
;;;
;;; Going on when the network fails: the failures that are nobody's mistake here, in words.
;;;
;;; Code:

(define-module (guix network-failures)
  #:use-module (guix diagnostics)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (web uri)
  #:export (call-despite-network-failures
            despite-network-failures))

(define (exception-text key args)
  (string-trim-right
   (call-with-output-string
     (lambda (port) (print-exception port #f key args)))))

(define (network-errno? errno)
  (memv errno (list ECONNRESET ECONNABORTED ECONNREFUSED ENETUNREACH EHOSTUNREACH ETIMEDOUT EPIPE)))

(define (failure-text key args)
  "Return what the exception KEY with ARGS says, if it is a failure of the network, or #f."
  (match (cons key args)
    (('getaddrinfo-error code) (format #f (G_ "host lookup failure: ~a") (gai-strerror code)))
    (('tls-certificate-error . _) (format #f (G_ "TLS certificate error: ~a") (exception-text key args)))
    (('gnutls-error . _) (format #f (G_ "TLS error: ~a") (exception-text key args)))
    (((or 'bad-response 'bad-header 'bad-header-component) . _) (exception-text key args))
    (('ftp-error _ command code text) (format #f (G_ "~a: ~a ~a") command code text))
    (('system-error . _)
     (and (network-errno? (system-error-errno (cons key args)))
          (exception-text key args)))
    (_ #f)))

(define (call-despite-network-failures message value thunk)
  "Call THUNK and return what it returns; when the network fails, warn of that, with MESSAGE, and return VALUE."
  (guard (c ((http-get-error? c)
             (warning (G_ "~a: HTTP GET error for ~a: ~a (~s)~%")
                      message (uri->string (http-get-error-uri c))
                      (http-get-error-code c) (http-get-error-reason c))
             value))
    (catch #t
      thunk
      (lambda (key . args)
        (match (failure-text key args)
          (#f (apply throw key args))
          (text
           (warning (G_ "~a: ~a~%") message text)
           value))))))

(define-syntax-rule (despite-network-failures message value body ...)
  ;; Evaluate BODY; when the network fails, VALUE is returned after a warning with MESSAGE.
  (call-despite-network-failures message value (lambda () body ...)))
