;;; Commentary:
;;;
;;; A client for FTP, as far as anonymous listing and fetching goes, in passive mode.  Protocol: RFC 959 and, for EPSV,
;;; RFC 2428.  Interface: (guix ftp-client) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix ftp-client)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:export (ftp-connection?
            ftp-connection-addrinfo

            connect*
            ftp-open
            ftp-close
            ftp-chdir
            ftp-size
            ftp-list
            ftp-retr))

(define-record-type <ftp-connection>
  (make-ftp-connection socket addrinfo)
  ftp-connection?
  (socket   ftp-connection-socket)
  (addrinfo ftp-connection-addrinfo))


;;; Commands and replies.

(define (reply port)
  "Read a reply of the server from PORT and return its code and its text; when the connection ends, #f and the empty string."
  (match (read-line port)
    ((? eof-object?) (values #f ""))
    ;; Of a reply of several lines, the last one has a space behind the code.
    (line (match (string-match "^([0-9]{3}) (.*)$" (string-trim-right line #\return))
            (#f (reply port))
            (m (values (string->number (match:substring m 1)) (match:substring m 2)))))))

(define (request connection command . expected)
  "Send COMMAND over CONNECTION and return the code and the text of the reply.  Throw to `ftp-error' unless the code is one of
those EXPECTED."
  (let ((port (ftp-connection-socket connection)))
    (display (string-append command "\r\n") port)
    (force-output port)
    (expect connection command expected)))

(define (expect connection command expected)
  (call-with-values (lambda () (reply (ftp-connection-socket connection)))
    (lambda (code text)
      (unless (memv code expected)
        (throw 'ftp-error connection command code text))
      (values code text))))

(define (request-text connection command expected)
  "Return the text of the reply to COMMAND."
  (call-with-values (lambda () (request connection command expected))
    (lambda (code text) text)))


;;; Connections.

(define* (connect* s address #:optional timeout)
  "Connect the socket S to ADDRESS, in at most TIMEOUT seconds unless it is #f."
  (define (fail errno)
    (scm-error 'system-error "connect*" "~A" (list (strerror errno)) (list errno)))

  (if (not timeout)
      (connect s address)
      (let ((flags (fcntl s F_GETFL)))
        (fcntl s F_SETFL (logior flags O_NONBLOCK))
        (catch 'system-error
          (lambda () (connect s address))
          (lambda args
            (unless (= EINPROGRESS (system-error-errno args))
              (apply throw args))))
        (match (select '() (list s) '() timeout)
          ((() () ()) (fail ETIMEDOUT))
          (_ (fcntl s F_SETFL flags)))
        (let ((errno (getsockopt s SOL_SOCKET SO_ERROR)))
          (unless (zero? errno)
            (fail errno))))))

(define (stream-socket info)
  "Return a socket for addresses like INFO."
  (with-fluids ((%default-port-encoding #f))
    (socket (addrinfo:fam info) SOCK_STREAM IPPROTO_IP)))

(define (log-in connection user password)
  (expect connection "log-in" '(220))
  (call-with-values (lambda () (request connection (string-append "USER " user) 230 331))
    (lambda (code text)
      (when (= code 331)
        (request connection (string-append "PASS " password) 230 202)))))

(define* (ftp-open host #:optional (port "ftp")
                   #:key timeout (username "anonymous") (password "guix@example.com"))
  "Return a connection to the FTP server on HOST at PORT, a number or the name of a service, logged in as USERNAME with
PASSWORD.  Connecting takes at most TIMEOUT seconds unless it is #f."
  (define service
    (match port
      ((? number?) (number->string port))
      ("ftp" "21")                      ;not every machine has a list of services
      (name name)))

  (let loop ((addresses (getaddrinfo host service
                                     (if (string->number service) AI_NUMERICSERV 0)
                                     AF_UNSPEC SOCK_STREAM)))
    (match addresses
      ((info . rest)
       (let* ((s (stream-socket info))
              (connection (make-ftp-connection s info)))
         (catch #t
           (lambda ()
             (connect* s (addrinfo:addr info) timeout)
             (setvbuf s 'block)
             (log-in connection username password)
             connection)
           (lambda (key . args)
             (close-port s)
             (if (and (eq? key 'system-error) (pair? rest))
                 (loop rest)
                 (apply throw key args)))))))))

(define (ftp-close connection)
  "Close CONNECTION."
  (close-port (ftp-connection-socket connection)))


;;; Passive mode.

(define (extended-passive-port connection)
  (let ((text (request-text connection "EPSV" 229)))
    (and=> (string-match "\\(([^0-9])\\1\\1([0-9]+)\\1\\)" text)
           (lambda (m) (string->number (match:substring m 2))))))

(define (passive-port connection)
  (let ((text (request-text connection "PASV" 227)))
    (match (string-match "[0-9]+,[0-9]+,[0-9]+,[0-9]+,([0-9]+),([0-9]+)" text)
      (#f (throw 'ftp-error connection "PASV" 227 text))
      (m (+ (* 256 (string->number (match:substring m 1)))
            (string->number (match:substring m 2)))))))

(define (address-at address port)
  "Return the socket address like ADDRESS at PORT."
  (let ((family (sockaddr:fam address)))
    (if (= family AF_INET6)
        (make-socket-address family (sockaddr:addr address) port
                             (sockaddr:flowinfo address) (sockaddr:scopeid address))
        (make-socket-address family (sockaddr:addr address) port))))

(define (data-port connection timeout)
  "Return a port for the data of the next command of CONNECTION."
  (let* ((info (ftp-connection-addrinfo connection))
         (port (or (catch 'ftp-error
                     (lambda () (extended-passive-port connection))
                     (const #f))
                   (passive-port connection)))
         (s (stream-socket info)))
    (connect* s (address-at (addrinfo:addr info) port) timeout)
    (setvbuf s 'block)
    s))

(define (end-transfer connection command port)
  "Close PORT and read what the server says about the end of COMMAND."
  (close-port port)
  (expect connection command '(226 250)))


;;; Directories and files.

(define (ftp-chdir connection directory)
  "Make DIRECTORY the current one of CONNECTION."
  ;; One step at a time: some servers hang after a change to a nested directory.
  (when (string-prefix? "/" directory)
    (request connection "CWD /" 250 200))
  (for-each (lambda (name)
              (request connection (string-append "CWD " name) 250 200))
            (remove string-null? (string-split directory #\/))))

(define (ftp-size connection file)
  "Return the size of FILE in bytes."
  (request connection "TYPE I" 200)
  (string->number (string-trim-both (request-text connection (string-append "SIZE " file) 213))))

(define (parse-listing-line line)
  "Return LINE, as `ls -l' prints it, as (NAME TYPE), where TYPE is `directory' or `file'; #f when it names nothing."
  (match (reverse (string-tokenize line))
    (() #f)
    ((name) (list name 'file))
    ((count "total") #f)
    ((name _ ... permissions)
     (list name (if (char=? #\d (string-ref permissions 0)) 'directory 'file)))))

(define* (ftp-list connection #:optional directory #:key timeout)
  "Return the list of (NAME TYPE) of what is in DIRECTORY, or in the current directory; TYPE is `directory' or `file'."
  (when directory
    (ftp-chdir connection directory))
  (let ((port (data-port connection timeout)))
    (catch 'ftp-error
      (lambda () (request connection "LIST" 150 125))
      (lambda args
        (close-port port)
        (apply throw args)))
    (let loop ((entries '()))
      (match (read-line port)
        ((? eof-object?)
         (end-transfer connection "LIST" port)
         (reverse (filter identity entries)))
        (line
         (loop (cons (parse-listing-line (string-trim-right line #\return)) entries)))))))

(define* (ftp-retr connection file #:optional directory #:key timeout)
  "Return a binary port to read FILE, in DIRECTORY or in the current directory.  It has to be closed before CONNECTION is used
again."
  (when directory
    (ftp-chdir connection directory))
  (request connection "TYPE I" 200)
  (let ((port (data-port connection timeout))
        (command (string-append "RETR " file)))
    (request connection command 150 125)
    (make-custom-binary-input-port "ftp"
                                   (lambda (bv start count)
                                     (match (get-bytevector-some! port bv start count)
                                       ((? eof-object?) 0)
                                       (n n)))
                                   #f #f
                                   (lambda () (end-transfer connection command port)))))
