;;; Commentary:
;;;
;;; What programs use of `strata publish', the server of substitutes: starting it with the command line of `guix publish', or
;;; on a socket of theirs.  The server is a process of its own, which ends with the one that started it; while it runs, the
;;; thread that waits for it lets the others run.
;;; Interface: (guix scripts publish) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts publish)
  #:use-module (strata channels)
  #:use-module (guix config)
  #:use-module (guix i18n)
  #:use-module (guix pki)
  #:use-module (guix scripts)
  #:use-module (guix store)
  #:use-module (guix ui)
  #:use-module (guix utils)
  #:use-module (gcrypt hash)
  #:use-module (gcrypt pk-crypto)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-37)
  #:export (%default-gzip-compression
            %public-key %private-key signed-string
            open-server-socket publish-service-type run-publish-server guix-publish))

(define-record-type <compression>
  (compression type level)
  compression?
  (type  compression-type)
  (level compression-level))

(define %default-gzip-compression (compression 'gzip 3))

(define publish-service-type
  ;; What servers on the local network are found by.
  "_guix_publish._tcp")

(define %public-key (make-parameter #f))
(define %private-key (make-parameter #f))

(define (signed-string string)
  "Return the signature of the SHA-256 of STRING with the current key pair, a canonical s-expression."
  (signature-sexp (bytevector->hash-data (sha256 (string->utf8 string)) #:key-type (key-type (%public-key)))
                  (%private-key)
                  (%public-key)))

(define (open-server-socket address)
  "Return a TCP socket bound to ADDRESS, a socket address."
  (let ((sock (socket (sockaddr:fam address) SOCK_STREAM 0)))
    (setsockopt sock SOL_SOCKET SO_REUSEADDR 1)
    (bind sock address)
    sock))

(define (serve arguments)
  "Run the server with ARGUMENTS until it ends, and print what it prints; return its status."
  (let ((server (apply open-pipe* OPEN_READ (%strata-command) "publish" "--end-with-parent" arguments)))
    ;; No `dynamic-wind': whenever another thread goes on, this one's extent is left.
    (let loop ()
      (match (read-line server)
        ((? eof-object?) (status:exit-val (close-pipe server)))
        (line (format #t "~a~%" line) (loop))))))

(define (call-with-key-file key extension proc)
  "Call PROC with the arguments that name a file with KEY, if there is one, as the option EXTENSION."
  (if key
      (call-with-temporary-output-file
       (lambda (file port)
         (chmod file #o600)
         (display (canonical-sexp->string key) port)
         (close-port port)
         (proc (list (string-append extension "=" file)))))
      (proc '())))

(define* (run-publish-server socket store
                             #:key advertise? port (compressions (list (compression 'none 0))) (nar-path "nar")
                             narinfo-ttl narinfo-negative-ttl cache pool)
  "Serve the items of STORE where SOCKET is bound, signed with the current key pair; SOCKET is closed.  POOL is ignored: the
server has workers of its own."
  (define address (getsockname socket))
  (close-port socket)
  (call-with-key-file (%public-key) "--public-key"
    (lambda (public)
      (call-with-key-file (%private-key) "--private-key"
        (lambda (private)
          (serve `(,(string-append "--listen=" (inet-ntop (sockaddr:fam address) (sockaddr:addr address)))
                   ,(string-append "--port=" (number->string (sockaddr:port address)))
                   ,(string-append "--nar-path=" nar-path)
                   ,@(if advertise? '("--advertise") '())
                   ,@(map (match-lambda
                            (($ <compression> 'none) "--compression=none")
                            (($ <compression> type level) (format #f "--compression=~a:~a" type level)))
                          compressions)
                   ,@(if narinfo-ttl (list (format #f "--ttl=~a" narinfo-ttl)) '())
                   ,@(if narinfo-negative-ttl (list (format #f "--negative-ttl=~a" narinfo-negative-ttl)) '())
                   ,@(if cache (list (string-append "--cache=" cache)) '())
                   ,@public
                   ,@private)))))))

(define-command (guix-publish . args)
  (category packaging)
  (synopsis "publish build results over HTTP")
  (serve args))
