;;; Commentary:
;;;
;;; What guix-daemon asks to sign exported archives and to check imported ones: requests on standard input, a line each, and
;;; answers `CODE LENGTH:TEXT' on standard output.  Strata's own daemon needs no such program.
;;; Interface: (guix scripts authenticate) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts authenticate)
  #:use-module (gcrypt pk-crypto)
  #:use-module (guix base16)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix pki)
  #:use-module (guix scripts)
  #:use-module (guix ui)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 iconv)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:export (guix-authenticate))

;; Signatures hold bytes, which are characters in this encoding.
(define %encoding "ISO-8859-1")

(define (public-key-file secret-key-file)
  (string-append (string-drop-right secret-key-file (string-length ".sec")) ".pub"))

(define (read-key-pair file)
  "Return the pair of the public and the secret key, of which FILE has the latter."
  (define (read-key file)
    (string->canonical-sexp (call-with-input-file file get-string-all)))
  (catch 'system-error
    (lambda ()
      (cons (read-key (public-key-file file)) (read-key file)))
    (lambda args
      (raise (formatted-message (G_ "failed to load key pair at '~a': ~a~%")
                                file (strerror (system-error-errno args)))))))

(define (signature-of hash key-pair)
  "Return, as text, the signature of HASH, a bytevector, with KEY-PAIR."
  (match key-pair
    ((public . secret)
     (canonical-sexp->string
      (signature-sexp (bytevector->hash-data hash #:key-type (key-type public)) secret public)))))

(define (authenticated-hash text)
  "Return the hash in the signature TEXT, a bytevector, if it is valid and by a key that is authorized."
  (define signature
    (catch 'gcry-error
      (lambda () (string->canonical-sexp text))
      (lambda (key proc reason . _)
        (raise (formatted-message (G_ "corrupt signature data: ~a") text)))))
  (define signed-data (signature-signed-data signature))
  (define signer (signature-subject signature))

  (define (refuse format-string sexp)
    (raise (formatted-message format-string (canonical-sexp->string sexp))))

  (unless (and signed-data signer)
    (refuse (G_ "corrupt signature data: ~a") signature))
  (unless (authorized-key? signer (current-acl))
    (refuse (G_ "unauthorized public key: ~a") signer))
  (unless (valid-signature? signature)
    (refuse (G_ "invalid signature: ~a") signature))
  (hash-data->bytevector signed-data))

(define (read-request port)
  "Return the words of the next request at PORT: the first one ends at white space, each argument is LENGTH:TEXT.  Return
the empty list at the end."
  (define (read-argument)
    (let* ((length (string->number (read-delimited ":" port)))
           (bytes  (get-bytevector-n port length)))
      (bytevector->string bytes %encoding)))
  (match (read-delimited " \t\n\r" port 'peek)
    ((? eof-object?) '())
    (command
     (let loop ((words (list command)))
       (match (lookahead-u8 port)
         ((? eof-object?) (reverse words))
         (byte
          (case (integer->char byte)
            ((#\newline)
             (get-u8 port)
             (reverse words))
            ((#\space #\tab #\return)
             (get-u8 port)
             (loop words))
            (else
             (loop (cons (read-argument) words))))))))))

(define (write-reply code text)
  (let ((bytes (string->bytevector text %encoding))
        (port  (current-output-port)))
    (put-bytevector port (string->bytevector (format #f "~a ~a:" code (string-length text)) %encoding))
    (put-bytevector port bytes)
    (force-output port)))

(define (serve)
  "Answer requests until there are no more."
  (define key-pairs (make-hash-table))
  (define (key-pair file)
    (or (hash-ref key-pairs file)
        (let ((pair (read-key-pair file)))
          (hash-set! key-pairs file pair)
          pair)))
  (define-syntax-rule (reply expression)
    (guard (c ((formatted-message? c)
               (write-reply 500 (apply format #f (formatted-message-string c) (formatted-message-arguments c)))))
      (write-reply 0 expression)))

  (let loop ()
    (match (read-request (current-input-port))
      (() #t)
      (("sign" key-file hash)
       (reply (signature-of (base16-string->bytevector hash) (key-pair key-file)))
       (loop))
      (("verify" signature)
       (reply (bytevector->base16-string (authenticated-hash signature)))
       (loop))
      (request
       (warning (G_ "~s: invalid command; ignoring~%") request)
       (write-reply 404 "invalid command")
       (loop)))))

(define-command (guix-authenticate . args)
  (category internal)
  (synopsis "sign or verify signatures on normalized archives (nars)")
  (match args
    (("--help")
     (display (G_ "Usage: guix authenticate OPTION...
Sign data or verify signatures, as guix-daemon asks on standard input.\n")))
    (("--version")
     (show-version-and-exit "guix authenticate"))
    (()
     (set-port-encoding! (current-output-port) %encoding)
     (with-fluids ((%default-port-encoding %encoding))
       (serve)))
    (_
     (leave (G_ "wrong arguments~%")))))
