;;; Commentary:
;;;
;;; Downloading over HTTP and HTTPS: redirections, mirrors, archives that keep what was published elsewhere.  The TLS and the
;;; sockets are those of (web client).
;;; It uses modules of the host, so it is here and not in build-side: builds import it with them.
;;; Interface: (guix build download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build download)
  #:use-module (guix build utils)
  #:use-module (guix base64)
  #:autoload   (guix ftp-client) (ftp-open ftp-retr ftp-close)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 match)
  #:use-module (web client)
  #:use-module (web response)
  #:use-module (web uri)
  #:re-export (open-socket-for-uri)
  #:export (open-connection-for-uri
            http-fetch
            %x509-certificate-directory
            close-connection
            resolve-uri-reference
            maybe-expand-mirrors
            url-fetch
            byte-count->string
            uri-abbreviation
            nar-uri-abbreviation
            store-path-abbreviation))


;;;
;;; Names for people.
;;;

(define (ellipsis)
  "Return three dots, as one character where the output port can write it."
  (if (equal? (port-encoding (current-output-port)) "UTF-8") "…" "..."))

(define* (store-path-abbreviation store-path #:optional (prefix-length 6))
  "Return STORE-PATH, when it is the name of a store item, without the store and with PREFIX-LENGTH characters of the hash."
  (if (store-file-name? store-path)
      (let ((base (basename store-path)))
        (string-append (string-take base prefix-length) (ellipsis) (string-drop base 32)))
      store-path))

(define (nar-uri-abbreviation uri)
  "Return the name in URI, that of an archive of a store item, without the hash."
  (let ((base (basename (uri-path (if (string? uri) (string->uri uri) uri)))))
    (if (and (> (string-length base) 33)
             (char=? #\- (string-ref base 32)))
        (string-drop base 33)
        base)))

(define* (uri-abbreviation uri #:optional (max-length 42))
  "Return the text of URI, or scheme, host and the end of the path when it has more than MAX-LENGTH characters."
  (define full (uri->string uri))

  (define (short)
    (let* ((base (basename (uri-path uri)))
           (start (string-append (symbol->string (uri-scheme uri)) "://" (or (uri-host uri) "")
                                 "/" (ellipsis) "/")))
      (if (> (+ (string-length start) (string-length base)) max-length)
          (string-append start (ellipsis)
                         (string-drop base (quotient (string-length base) 2)))
          (string-append start base))))

  (if (> (string-length full) max-length)
      (let ((short (short)))
        (if (< (string-length short) (string-length full)) short full))
      full))

(define (byte-count->string size)
  "Return the text for SIZE, a number of bytes, in the unit that fits."
  (define (in unit name)
    (let ((tenths (round (/ (* 10. size) unit))))
      (string-append (number->string (/ tenths 10)) name)))

  (cond ((< size 1024) (string-append (number->string size) "B"))
        ((< size (expt 1024 2)) (in 1024 "KiB"))
        ((< size (expt 1024 3)) (in (expt 1024 2) "MiB"))
        (else (in (expt 1024 3) "GiB"))))


;;;
;;; Addresses.
;;;

(define (remove-dot-segments path)
  "Return PATH without the components \".\" and \"..\", as RFC 3986 says."
  (let loop ((components (drop-while (lambda (component) (member component '("." "..")))
                                     (string-split path #\/)))
             (result '()))
    (match components
      (() (string-join (reverse result) "/"))
      (("." . rest) (loop rest result))
      ((".." . rest)
       (match result
         ((or () ("")) (error "remove-dot-segments: too many '..' components" path))
         ((_ . above) (loop rest above))))
      ((component . rest) (loop rest (cons component result))))))

(define (resolve-uri-reference ref base)
  "Return the URI that REF, a URI reference, means in the document at BASE, by section 5.2.2 of RFC 3986."
  (define path (uri-path ref))
  (define same-authority?
    (not (or (uri-scheme ref) (uri-host ref))))

  (define (target path query)
    (let ((authority (if same-authority? base ref)))
      (build-uri (or (uri-scheme ref) (uri-scheme base))
                 #:userinfo (uri-userinfo authority)
                 #:host (uri-host authority)
                 #:port (uri-port authority)
                 #:path (remove-dot-segments path)
                 #:query query
                 #:fragment (uri-fragment ref))))

  (cond ((not same-authority?)
         (target path (uri-query ref)))
        ((string-null? path)
         (target (uri-path base) (or (uri-query ref) (uri-query base))))
        ((string-prefix? "/" path)
         (target path (uri-query ref)))
        (else
         (let ((directory (string-join (drop-right (string-split (uri-path base) #\/) 1) "/")))
           (target (string-append directory "/" path) (uri-query ref))))))

(define (maybe-expand-mirrors uri mirrors)
  "Return the list of the URIs that URI stands for: its own, or those at the MIRRORS, an alist from kinds to lists of URLs, for
one like \"mirror://KIND/PATH\"."
  (if (eq? 'mirror (uri-scheme uri))
      (match (assq-ref mirrors (string->symbol (uri-host uri)))
        ((urls ..1)
         (map (lambda (url)
                (string->uri (string-append (string-trim-right url #\/) "/"
                                            (string-trim (uri-path uri) #\/))))
              urls))
        (_ (error "unsupported URL mirror kind" (string->symbol (uri-host uri)) uri)))
      (list uri)))

(define (internet-archive-uri uri)
  "Return the URI where the Internet Archive has what is at URI, if it has, or #f."
  (and (memq (uri-scheme uri) '(http https))
       (build-uri 'https
                  #:host "web.archive.org"
                  #:path (string-append "/web/"
                                        (date->string (current-date 0) "~Y~m~d~H~M~S")
                                        "/" (uri->string uri)))))


;;;
;;; Connections.
;;;

(define %x509-certificate-directory
  ;; Where the certificates of authorities are.
  (make-parameter (or (getenv "GUIX_TLS_CERTIFICATE_DIRECTORY")
                      (getenv "SSL_CERT_DIR")
                      "/etc/ssl/certs")))

(define* (open-connection-for-uri uri #:key timeout (verify-certificate? #t))
  "Return a port connected to the server of URI, with TLS for HTTPS.  The certificate is checked if VERIFY-CERTIFICATE? is
true."
  (parameterize ((x509-certificate-directory (%x509-certificate-directory)))
    (open-socket-for-uri uri #:verify-certificate? verify-certificate?)))

(define (close-connection port)
  "Close PORT."
  (close-port port))

(define %redirections '(301 302 303 307 308))

(define* (http-fetch uri #:key timeout (verify-certificate? #t))
  "Return a port to read what is at URI from, and how many bytes there are, or #f when the server does not say."
  (define headers
    `((User-Agent . "GNU Guile")
      (Accept . "*/*")
      ,@(match (uri-userinfo uri)
          (#f '())
          (user
           `((Authorization . ,(string-append "Basic " (base64-encode (string->utf8 user)))))))))

  (let ((connection (open-connection-for-uri uri #:timeout timeout
                                             #:verify-certificate? verify-certificate?)))
    (call-with-values
        (lambda ()
          (http-get uri #:port connection #:decode-body? #f #:streaming? #t #:headers headers))
      (lambda (response body)
        (let ((code (response-code response)))
          (cond ((= code 200)
                 (values body (response-content-length response)))
                ((memv code %redirections)
                 (let ((target (resolve-uri-reference (response-location response) uri)))
                   (format #t "following redirection to `~a'...~%" (uri->string target))
                   (close-port connection)
                   (http-fetch target #:timeout timeout #:verify-certificate? verify-certificate?)))
                (else
                 (close-port connection)
                 (error "download failed" (uri->string uri) code (response-reason-phrase response)))))))))


;;;
;;; Files.
;;;

(define (ftp-fetch uri file timeout)
  "Write what the FTP server of URI has there to FILE."
  (let ((connection (ftp-open (uri-host uri) (or (uri-port uri) "ftp") #:timeout timeout)))
    (dynamic-wind
      (const #t)
      (lambda ()
        (call-with-output-file file
          (lambda (output)
            (let ((port (ftp-retr connection (basename (uri-path uri)) (dirname (uri-path uri)))))
              (dump-port port output)
              (close-port port)))))
      (lambda ()
        (ftp-close connection)))))

(define (fetch-to-file uri file timeout verify-certificate?)
  "Write what is at URI to FILE and return FILE, or #f after saying why that failed."
  (format #t "~%Starting download of ~a~%From ~a...~%" file (uri->string uri))
  (catch #t
    (lambda ()
      (case (uri-scheme uri)
        ((http https)
         (call-with-values
             (lambda () (http-fetch uri #:timeout timeout #:verify-certificate? verify-certificate?))
           (lambda (port size)
             (call-with-output-file file
               (lambda (output) (dump-port port output)))
             (close-port port)
             (format #t " ~a  ~a~%" (uri-abbreviation uri)
                     (byte-count->string (stat:size (stat file))))
             file)))
        ((ftp)
         (ftp-fetch uri file timeout)
         file)
        ((file)
         (copy-file (uri-path uri) file)
         file)
        (else
         (format #t "skipping URI with unsupported scheme: ~s~%" uri)
         #f)))
    (lambda (key . args)
      (print-exception (current-error-port) #f key args)
      #f)))

(define (content-addresses mirrors hashes file)
  "Return the URIs where MIRRORS, procedures from a name, an algorithm and a hash to a URL or #f, have the file with HASHES."
  (define name (strip-store-file-name file))

  (append-map (lambda (make-url)
                (filter-map (match-lambda
                              ((algorithm . hash)
                               (and=> (make-url name algorithm hash) string->uri)))
                            hashes))
              mirrors))

(define* (url-fetch url file
                    #:key
                    (timeout 10) (verify-certificate? #t)
                    (mirrors '()) (content-addressed-mirrors '())
                    (disarchive-mirrors '()) (hashes '())
                    print-build-trace?)
  "Download FILE from URL, a string or a list of them, the first that works, and return FILE, or #f when none does.  MIRRORS
tells what \"mirror://\" stands for, as for `maybe-expand-mirrors'.  When all fail, the file with HASHES, an alist from
algorithms to bytevectors, is looked for at CONTENT-ADDRESSED-MIRRORS, procedures from a name, an algorithm and a hash to a URL,
and in the Internet Archive."
  (define uris
    (append-map (lambda (url) (maybe-expand-mirrors (string->uri url) mirrors))
                (if (string? url) (list url) url)))

  (setvbuf (current-output-port) 'none)
  (setvbuf (current-error-port) 'line)
  (or (any (lambda (uri) (fetch-to-file uri file timeout verify-certificate?))
           (append uris
                   (content-addresses content-addressed-mirrors hashes file)
                   (match uris
                     ((first . _) (or (and=> (internet-archive-uri first) list) '()))
                     (() '()))))
      (begin
        (format (current-error-port) "failed to download ~s from ~s~%" file url)
        ;; Part of it may be there.
        (when (file-exists? file)
          (delete-file file))
        #f)))
