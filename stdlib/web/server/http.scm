;;; Commentary:
;;;
;;; Requests from a socket: the implementation that (web server) uses unless told otherwise.
;;;
;;; Code:

(define-module (web server http)
  #:use-module (srfi srfi-9)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 poll)
  #:use-module (web request)
  #:use-module (web response)
  #:use-module (web server)
  #:export (http))

(define-record-type http-server
  (make-http-server socket poll-set)
  http-server?
  (socket http-socket)
  (poll-set http-poll-set))

(define (make-default-socket family addr port)
  (let ((sock (socket PF_INET SOCK_STREAM 0)))
    (setsockopt sock SOL_SOCKET SO_REUSEADDR 1)
    (fcntl sock F_SETFD FD_CLOEXEC)
    (bind sock family addr port)
    sock))

(define events (logior POLLIN POLLPRI))

(define* (http-open #:key (host #f) (family AF_INET)
                    (addr (if host (inet-pton family host) INADDR_LOOPBACK))
                    (port 8080) (socket (make-default-socket family addr port)))
  (listen socket 128)
  (sigaction SIGPIPE SIG_IGN)
  (let ((set (make-empty-poll-set)))
    (poll-set-add! set socket events)
    (make-http-server socket set)))

(define (bad-request port)
  (write-response (build-response #:version '(1 . 0) #:code 400 #:headers '((content-length . 0))) port)
  (close-port port))

(define (read-from port)
  "The request on PORT, or three times #f when there is none."
  (catch #t
    (lambda ()
      (cond ((eof-object? (peek-char port))
             (close-port port)
             (values #f #f #f))
            (else
             (let ((request (read-request port)))
               (values port request (read-request-body request))))))
    (lambda (key . args)
      (if (memq key '(interrupt quit)) (apply throw key args))
      (false-if-exception (bad-request port))
      (if (not (port-closed? port)) (false-if-exception (close-port port)))
      (values #f #f #f))))

(define (http-read server)
  (let ((set (http-poll-set server)))
    (let wait ()
      (poll set)
      (let loop ((k (- (poll-set-nfds set) 1)))
        (cond ((< k 0) (wait))
              ((zero? (poll-set-revents set k)) (loop (- k 1)))
              ((zero? k)
               (set-poll-set-revents! set 0 0)
               (let* ((client (accept (http-socket server)))
                      (port (car client)))
                 (setvbuf port 'block)
                 (setsockopt port IPPROTO_TCP TCP_NODELAY 1)
                 ;; Its request may still be on the way: others come first.
                 (poll-set-add! set port events)
                 (wait)))
              (else
               (let ((port (poll-set-remove! set k)))
                 (call-with-values (lambda () (read-from port))
                   (lambda (client request body)
                     (if client
                         (values client request body)
                         (wait)))))))))))

(define (keep-alive? response)
  (let ((version (response-version response)))
    (and (not (memq 'close (response-connection response '())))
         (or (response-content-length response) (response-transfer-encoding response)
             (response-must-not-include-body? response))
         (or (equal? version '(1 . 1))
             (and (equal? version '(1 . 0))
                  (memq 'keep-alive (response-connection response '())))))))

(define (http-write server client response body)
  (let ((response (write-response response client)))
    (if (and (bytevector? body) (> (bytevector-length body) 0))
        (write-response-body response body))
    (force-output client)
    (if (keep-alive? response)
        (poll-set-add! (http-poll-set server) client events)
        (close-port client))
    (values)))

(define (http-close server)
  (let ((set (http-poll-set server)))
    (let loop ((k (- (poll-set-nfds set) 1)))
      (if (>= k 0)
          (begin
            (close-port (poll-set-remove! set k))
            (loop (- k 1)))))))

(define-server-impl http http-open http-read http-write http-close)
