;;; Commentary:
;;;
;;; Sockets, addresses and the network databases, which (guile) exports: the C library's, called through
;;; (system foreign).  Loaded when a program first mentions one of them.
;;;
;;; Code:

(define-module (ice-9 networking)
  #:use-module (system foreign)
  #:use-module (system foreign-library)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 c-calls)
  #:export (AF_UNSPEC AF_UNIX AF_INET AF_INET6 PF_UNSPEC PF_UNIX PF_INET PF_INET6
            SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_CLOEXEC SOCK_NONBLOCK
            SOL_SOCKET SO_DEBUG SO_REUSEADDR SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF
            SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT
            MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_DONTWAIT IPPROTO_IP IPPROTO_TCP IPPROTO_UDP TCP_NODELAY TCP_CORK
            IP_MULTICAST_IF IP_MULTICAST_TTL IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP
            INADDR_ANY INADDR_BROADCAST INADDR_LOOPBACK INADDR_NONE
            AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_V4MAPPED AI_ALL AI_ADDRCONFIG AI_NUMERICSERV
            EAI_BADFLAGS EAI_NONAME EAI_AGAIN EAI_FAIL EAI_NODATA EAI_FAMILY EAI_SOCKTYPE EAI_SERVICE
            EAI_ADDRFAMILY EAI_MEMORY EAI_SYSTEM EAI_OVERFLOW EAI_INPROGRESS EAI_CANCELED EAI_NOTCANCELED
            EAI_ALLDONE EAI_INTR EAI_IDN_ENCODE
            socket socketpair bind connect listen accept shutdown send recv! sendto recvfrom!
            getsockopt setsockopt getsockname getpeername
            make-socket-address sockaddr:fam sockaddr:addr sockaddr:port sockaddr:path sockaddr:flowinfo
            sockaddr:scopeid
            inet-pton inet-ntop inet-makeaddr inet-lnaof inet-netof
            getaddrinfo gai-strerror addrinfo:flags addrinfo:fam addrinfo:socktype addrinfo:protocol
            addrinfo:addr addrinfo:canonname
            gethost gethostbyname gethostbyaddr gethostent sethostent endhostent sethost
            hostent:name hostent:aliases hostent:addrtype hostent:length hostent:addr-list
            getserv getservbyname getservbyport getservent setservent endservent setserv
            servent:name servent:aliases servent:port servent:proto
            getproto getprotobyname getprotobynumber getprotoent setprotoent endprotoent setproto
            protoent:name protoent:aliases protoent:proto
            getnet getnetbyname getnetbyaddr getnetent setnetent endnetent setnet
            netent:name netent:aliases netent:addrtype netent:net
            select))

(define AF_UNSPEC 0) (define AF_UNIX 1) (define AF_INET 2) (define AF_INET6 10)
(define PF_UNSPEC 0) (define PF_UNIX 1) (define PF_INET 2) (define PF_INET6 10)
(define SOCK_STREAM 1) (define SOCK_DGRAM 2) (define SOCK_RAW 3) (define SOCK_RDM 4) (define SOCK_SEQPACKET 5)
(define SOCK_CLOEXEC 524288) (define SOCK_NONBLOCK 2048)
(define SOL_SOCKET 1) (define SO_DEBUG 1) (define SO_REUSEADDR 2) (define SO_TYPE 3) (define SO_ERROR 4)
(define SO_DONTROUTE 5) (define SO_BROADCAST 6) (define SO_SNDBUF 7) (define SO_RCVBUF 8)
(define SO_KEEPALIVE 9) (define SO_OOBINLINE 10) (define SO_NO_CHECK 11) (define SO_PRIORITY 12)
(define SO_LINGER 13) (define SO_REUSEPORT 15)
(define MSG_OOB 1) (define MSG_PEEK 2) (define MSG_DONTROUTE 4) (define MSG_DONTWAIT 64)
(define IPPROTO_IP 0) (define IPPROTO_TCP 6) (define IPPROTO_UDP 17) (define TCP_NODELAY 1) (define TCP_CORK 3)
(define IP_MULTICAST_IF 32) (define IP_MULTICAST_TTL 33) (define IP_ADD_MEMBERSHIP 35) (define IP_DROP_MEMBERSHIP 36)
(define INADDR_ANY 0) (define INADDR_BROADCAST #xffffffff) (define INADDR_NONE #xffffffff)
(define INADDR_LOOPBACK #x7f000001)
(define AI_PASSIVE 1) (define AI_CANONNAME 2) (define AI_NUMERICHOST 4) (define AI_V4MAPPED 8) (define AI_ALL 16)
(define AI_ADDRCONFIG 32) (define AI_NUMERICSERV 1024)
(define EAI_BADFLAGS -1) (define EAI_NONAME -2) (define EAI_AGAIN -3) (define EAI_FAIL -4) (define EAI_NODATA -5)
(define EAI_FAMILY -6) (define EAI_SOCKTYPE -7) (define EAI_SERVICE -8) (define EAI_ADDRFAMILY -9)
(define EAI_MEMORY -10) (define EAI_SYSTEM -11) (define EAI_OVERFLOW -12) (define EAI_INPROGRESS -100)
(define EAI_CANCELED -101) (define EAI_NOTCANCELED -102) (define EAI_ALLDONE -103) (define EAI_INTR -104)
(define EAI_IDN_ENCODE -105)

;; Addresses

(define (sockaddr:fam a) "Return the address family of A." (vector-ref a 0))
(define (sockaddr:path a) "Return the path of A, the address of a Unix socket." (vector-ref a 1))
(define (sockaddr:addr a) "Return the host of A." (vector-ref a 1))
(define (sockaddr:port a) "Return the port of A." (vector-ref a 2))
(define (sockaddr:flowinfo a) "Return the flow of A." (vector-ref a 3))
(define (sockaddr:scopeid a) "Return the scope of A." (vector-ref a 4))

(define (address-from-arguments who family args)
  (cond ((= family AF_UNIX) (vector family (car args)))
        ((= family AF_INET) (vector family (car args) (cadr args)))
        ((= family AF_INET6)
         (vector family (car args) (cadr args)
                 (if (pair? (cddr args)) (caddr args) 0)
                 (if (and (pair? (cddr args)) (pair? (cdddr args))) (cadddr args) 0)))
        (else (scm-error 'misc-error who "Unrecognized address family: ~S" (list family) #f))))

(define (make-socket-address family . args)
  "Return the address of FAMILY that ARGS describe: a path, or a host and a port."
  (address-from-arguments "make-socket-address" family args))

(define (address->bytes address)
  (let ((family (sockaddr:fam address)))
    (cond ((= family AF_UNIX)
           (let* ((path (string->utf8 (sockaddr:path address)))
                  (bytes (make-bytevector (+ 3 (bytevector-length path)) 0)))
             (bytevector-u16-native-set! bytes 0 family)
             (bytevector-copy! path 0 bytes 2 (bytevector-length path))
             bytes))
          ((= family AF_INET)
           (let ((bytes (make-bytevector 16 0)))
             (bytevector-u16-native-set! bytes 0 family)
             (bytevector-u16-set! bytes 2 (sockaddr:port address) (endianness big))
             (bytevector-u32-set! bytes 4 (sockaddr:addr address) (endianness big))
             bytes))
          (else
           (let ((bytes (make-bytevector 28 0)))
             (bytevector-u16-native-set! bytes 0 family)
             (bytevector-u16-set! bytes 2 (sockaddr:port address) (endianness big))
             (bytevector-u32-set! bytes 4 (sockaddr:flowinfo address) (endianness big))
             (bytevector-uint-set! bytes 8 (sockaddr:addr address) (endianness big) 16)
             (bytevector-u32-native-set! bytes 24 (sockaddr:scopeid address))
             bytes)))))

(define (bytes->address bytes size)
  (if (< size 2)
      #f
      (let ((family (bytevector-u16-native-ref bytes 0)))
        (cond ((= family AF_UNIX)
               (let loop ((end 2))
                 (if (and (< end size) (not (zero? (bytevector-u8-ref bytes end))))
                     (loop (+ end 1))
                     (let ((path (make-bytevector (- end 2))))
                       (bytevector-copy! bytes 2 path 0 (- end 2))
                       (vector family (and (> end 2) (utf8->string path)))))))
              ((= family AF_INET)
               (vector family
                       (bytevector-u32-ref bytes 4 (endianness big))
                       (bytevector-u16-ref bytes 2 (endianness big))))
              ((= family AF_INET6)
               (vector family
                       (bytevector-uint-ref bytes 8 (endianness big) 16)
                       (bytevector-u16-ref bytes 2 (endianness big))
                       (bytevector-u32-ref bytes 4 (endianness big))
                       (bytevector-u32-native-ref bytes 24)))
              (else (vector family))))))

(define-c %inet-pton "inet_pton" int int '* '*)
(define (inet-pton family address)
  "Return the number that ADDRESS, in the notation of FAMILY, stands for."
  (let ((bytes (make-bytevector 16 0)))
    (case (%inet-pton family (string->pointer address) (bytevector->pointer bytes))
      ((1) (bytevector-uint-ref bytes 0 (endianness big) (if (= family AF_INET) 4 16)))
      (else (scm-error 'misc-error "inet-pton" "Bad address" '() #f)))))
(define-c %inet-ntop "inet_ntop" '* int '* '* uint32)
(define (inet-ntop family address)
  "Return the notation in FAMILY of ADDRESS, a number."
  (let ((bytes (make-bytevector 16 0))
        (text (make-bytevector 64 0)))
    (bytevector-uint-set! bytes 0 address (endianness big) (if (= family AF_INET) 4 16))
    (let ((result (%inet-ntop family (bytevector->pointer bytes) (bytevector->pointer text) 64)))
      (if (null-pointer? result)
          (scm-error 'system-error "inet-ntop" "~A" (list (strerror EAFNOSUPPORT)) (list EAFNOSUPPORT))
          (pointer->string result)))))
(define (class-bits address)
  (cond ((not (logbit? 31 address)) 24)
        ((not (logbit? 30 address)) 16)
        (else 8)))
(define (inet-lnaof address)
  "Return the local part of ADDRESS, by the old classes."
  (logand address (- (ash 1 (class-bits address)) 1)))
(define (inet-netof address)
  "Return the network part of ADDRESS, by the old classes."
  (ash address (- (class-bits address))))
(define (inet-makeaddr net lna)
  "Return the address with network NET and local part LNA."
  (logior (cond ((< net 128) (ash net 24))
                ((< net 65536) (ash net 16))
                ((< net #x1000000) (ash net 8))
                (else net))
          lna))

;; Sockets

(define (socket-port fd)
  (let ((port (fdopen fd "r+0")))
    (set-port-filename! port "socket")
    port))

(define-c/errno %socket "socket" int int int int)
(define (socket family style proto)
  "Return a new socket as a port."
  (socket-port (checked "socket" (%socket family (logior style SOCK_CLOEXEC) proto))))

(define-c/errno %socketpair "socketpair" int int int int '*)
(define (socketpair family style proto)
  "Return a pair of connected sockets."
  (let ((fds (make-bytevector 8)))
    (checked "socketpair" (%socketpair family style proto (bytevector->pointer fds)))
    (cons (socket-port (bytevector-s32-native-ref fds 0))
          (socket-port (bytevector-s32-native-ref fds 4)))))

(define (address-argument who address-or-family args)
  (address->bytes (if (vector? address-or-family)
                      address-or-family
                      (address-from-arguments who address-or-family args))))

(define-c/errno %bind "bind" int int '* uint32)
(define (bind sock address . args)
  "Give the socket SOCK an address."
  (let ((bytes (address-argument "bind" address args)))
    (checked "bind" (%bind (fileno sock) (bytevector->pointer bytes) (bytevector-length bytes)))
    *unspecified*))

(define-c/errno %connect "connect" int int '* uint32)
(define (connect sock address . args)
  "Connect SOCK to an address. Return #f when that goes on in the background."
  (let ((bytes (address-argument "connect" address args)))
    (call-with-values
        (lambda () (%connect (fileno sock) (bytevector->pointer bytes) (bytevector-length bytes)))
      (lambda (result errno)
        (cond ((zero? result) #t)
              ((= errno EINPROGRESS) #f)
              (else (raise-errno "connect" errno)))))))

(define-c/errno %listen "listen" int int int)
(define (listen sock backlog)
  "Let SOCK take connections, with BACKLOG of them waiting."
  (checked "listen" (%listen (fileno sock) backlog))
  *unspecified*)

(define-c/errno %accept4 "accept4" int int '* '* int)
(define* (accept sock #:optional (flags 0))
  "Wait for a connection to SOCK; return the new socket and the peer's address, or #f if SOCK does not block and there
is none."
  (let ((address (make-bytevector 128 0))
        (size (make-bytevector 4 0))
        (fd (fileno sock)))
    (bytevector-u32-native-set! size 0 128)
    (if (zero? (logand (fcntl fd F_GETFL) O_NONBLOCK))
        (wait-for-descriptor fd POLLIN))
    (call-with-values
        (lambda () (%accept4 fd (bytevector->pointer address) (bytevector->pointer size) flags))
      (lambda (result errno)
        (cond ((>= result 0)
               (cons (socket-port result)
                     (bytes->address address (bytevector-u32-native-ref size 0))))
              ((= errno EAGAIN) #f)
              (else (raise-errno "accept" errno)))))))

(define-c/errno %shutdown "shutdown" int int int)
(define (shutdown sock how)
  "End receiving (0), sending (1) or both (2) on SOCK."
  (if (port? sock) (force-output sock))
  (checked "shutdown" (%shutdown (fileno sock) how))
  *unspecified*)

(define-c/errno %send "send" ssize_t int '* size_t int)
(define* (send sock message #:optional (flags 0))
  "Send the bytevector MESSAGE; return how many bytes were sent."
  (checked "send" (%send (fileno sock) (bytevector->pointer message) (bytevector-length message)
                         (logior flags #x4000))))
(define-c/errno %recv "recv" ssize_t int '* size_t int)
(define* (recv! sock buffer #:optional (flags 0))
  "Receive into the bytevector BUFFER; return how many bytes."
  (if (zero? (logand flags MSG_DONTWAIT)) (wait-for-descriptor (fileno sock) POLLIN))
  (checked "recv" (%recv (fileno sock) (bytevector->pointer buffer) (bytevector-length buffer) flags)))

(define-c/errno %sendto "sendto" ssize_t int '* size_t int '* uint32)
(define (sendto sock message address-or-family . args)
  "Send the bytevector MESSAGE to an address; return how many bytes were sent."
  (let* ((vector? (vector? address-or-family))
         (args (if vector? (cons address-or-family args) args))
         (address (if vector?
                      (car args)
                      (address-from-arguments "sendto" address-or-family args)))
         (used (cond (vector? 1) ((= address-or-family AF_UNIX) 1) (else 2)))
         (flags (if (> (length args) used) (list-ref args used) 0))
         (bytes (address->bytes address)))
    (checked "sendto" (%sendto (fileno sock) (bytevector->pointer message) (bytevector-length message) flags
                               (bytevector->pointer bytes) (bytevector-length bytes)))))
(define-c/errno %recvfrom "recvfrom" ssize_t int '* size_t int '* '*)
(define* (recvfrom! sock buffer #:optional (flags 0) (start 0) (end (bytevector-length buffer)))
  "Receive into BUFFER from START up to END; return how many bytes and from which address."
  (let ((address (make-bytevector 128 0))
        (size (make-bytevector 4 0)))
    (bytevector-u32-native-set! size 0 128)
    (if (zero? (logand flags MSG_DONTWAIT)) (wait-for-descriptor (fileno sock) POLLIN))
    (let ((count (checked "recvfrom!" (%recvfrom (fileno sock) (bytevector->pointer buffer start) (- end start) flags
                                                (bytevector->pointer address) (bytevector->pointer size)))))
      (cons count (bytes->address address (bytevector-u32-native-ref size 0))))))

(define (name-of who call sock)
  (let ((address (make-bytevector 128 0))
        (size (make-bytevector 4 0)))
    (bytevector-u32-native-set! size 0 128)
    (checked who (call (fileno sock) (bytevector->pointer address) (bytevector->pointer size)))
    (bytes->address address (bytevector-u32-native-ref size 0))))
(define-c/errno %getsockname "getsockname" int int '* '*)
(define (getsockname sock)
  "Return the address of SOCK."
  (name-of "getsockname" %getsockname sock))
(define-c/errno %getpeername "getpeername" int int '* '*)
(define (getpeername sock)
  "Return the address SOCK is connected to."
  (name-of "getpeername" %getpeername sock))

(define-c/errno %getsockopt "getsockopt" int int int int '* '*)
(define (getsockopt sock level option)
  "Return the value of a socket option: a number, or a pair for SO_LINGER."
  (let ((value (make-bytevector 8 0))
        (size (make-bytevector 4 0)))
    (bytevector-u32-native-set! size 0 8)
    (checked "getsockopt" (%getsockopt (fileno sock) level option (bytevector->pointer value) (bytevector->pointer size)))
    (if (and (= level SOL_SOCKET) (= option SO_LINGER))
        (cons (bytevector-s32-native-ref value 0) (bytevector-s32-native-ref value 4))
        (bytevector-s32-native-ref value 0))))
(define-c/errno %setsockopt "setsockopt" int int int int '* uint32)
(define (setsockopt sock level option value)
  "Set a socket option."
  (let ((bytes (make-bytevector 8 0)))
    (bytevector-s32-native-set! bytes 0 (if (pair? value) (car value) value))
    (if (pair? value) (bytevector-s32-native-set! bytes 4 (cdr value)))
    (checked "setsockopt" (%setsockopt (fileno sock) level option (bytevector->pointer bytes) (if (pair? value) 8 4)))
    *unspecified*))

;; Databases

(define (memory pointer size)
  (pointer->bytevector pointer size))
(define (string-at pointer)
  (and (not (null-pointer? pointer)) (pointer->string pointer)))
(define (pointers-at pointer)
  "The pointers of a C array that ends in a null."
  (if (null-pointer? pointer)
      '()
      (let loop ((address (pointer-address pointer)))
        (let ((next (dereference-pointer (make-pointer address))))
          (if (null-pointer? next)
              '()
              (cons next (loop (+ address 8))))))))

(define (addrinfo:flags a) "Return the flags of A." (vector-ref a 0))
(define (addrinfo:fam a) "Return the family of A." (vector-ref a 1))
(define (addrinfo:socktype a) "Return the socket type of A." (vector-ref a 2))
(define (addrinfo:protocol a) "Return the protocol of A." (vector-ref a 3))
(define (addrinfo:addr a) "Return the socket address of A." (vector-ref a 4))
(define (addrinfo:canonname a) "Return the canonical name of A, or #f." (vector-ref a 5))

(define-c %getaddrinfo "getaddrinfo" int '* '* '* '*)
(define-c %freeaddrinfo "freeaddrinfo" void '*)
(define-c %gai-strerror "gai_strerror" '* int)
(define (gai-strerror code)
  "Return the text of the error CODE of getaddrinfo."
  (pointer->string (%gai-strerror code)))
(define addrinfo-types (list int int int int uint32 '* '* '*))
(define* (getaddrinfo name #:optional service (flags 0) (family AF_UNSPEC) (socktype 0) (protocol 0))
  "Return the addresses of the host NAME, or #f, and SERVICE, a name, number as a string, or #f."
  (let ((hints (make-c-struct addrinfo-types
                              (list flags family socktype protocol 0 %null-pointer %null-pointer %null-pointer)))
        (result (make-bytevector 8 0)))
    (define (text string)
      (if string (string->pointer (if (number? string) (number->string string) string)) %null-pointer))
    (let ((code (%getaddrinfo (text name) (text service) hints (bytevector->pointer result))))
      (if (not (zero? code))
          (throw 'getaddrinfo-error code))
      (let* ((head (make-pointer (bytevector-u64-native-ref result 0)))
             (found (let loop ((at head))
                      (if (null-pointer? at)
                          '()
                          (apply (lambda (flags family socktype protocol size address canonname next)
                                   (cons (vector flags family socktype protocol
                                                 (bytes->address (memory address size) size)
                                                 (string-at canonname))
                                         (loop next)))
                                 (parse-c-struct at addrinfo-types))))))
        (%freeaddrinfo head)
        found))))

(define (hostent:name h) "Return the name of H." (vector-ref h 0))
(define (hostent:aliases h) "Return the other names of H." (vector-ref h 1))
(define (hostent:addrtype h) "Return the address family of H." (vector-ref h 2))
(define (hostent:length h) "Return the length of the addresses of H." (vector-ref h 3))
(define (hostent:addr-list h) "Return the addresses of H." (vector-ref h 4))

(define (parse-host pointer)
  (apply (lambda (name aliases type size addresses)
           (vector (string-at name) (map pointer->string (pointers-at aliases)) type size
                   (map (lambda (address)
                          (bytevector-uint-ref (memory address size) 0 (endianness big) size))
                        (pointers-at addresses))))
         (parse-c-struct pointer (list '* '* int int '*))))
(define-c %gethostbyname "gethostbyname" '* '*)
(define-c %gethostbyaddr "gethostbyaddr" '* '* uint32 int)
(define-c %gethostent "gethostent" '*)
(define-c %h-errno "__h_errno_location" '*)
(define (host-error)
  (let ((code (bytevector-s32-native-ref (memory (%h-errno) 4) 0)))
    (case code
      ((1) (scm-error 'host-not-found "gethost" "Unknown host" '() '()))
      ((2) (scm-error 'try-again "gethost" "Host name lookup failure" '() '()))
      ((3) (scm-error 'no-recovery "gethost" "Unknown server error" '() '()))
      ((4) (scm-error 'no-data "gethost" "No address associated with name" '() '()))
      (else (scm-error 'misc-error "gethost" "Unknown resolver error" '() '())))))
(define (host-or-error pointer)
  (if (null-pointer? pointer) (host-error) (parse-host pointer)))
(define* (gethost #:optional host)
  "Return the entry of HOST, a name or an IPv4 address; without it, the next entry or #f."
  (cond ((not host)
         (let ((entry (%gethostent)))
           (and (not (null-pointer? entry)) (parse-host entry))))
        ((string? host) (host-or-error (%gethostbyname (string->pointer host))))
        (else
         (let ((bytes (make-bytevector 4)))
           (bytevector-u32-set! bytes 0 host (endianness big))
           (host-or-error (%gethostbyaddr (bytevector->pointer bytes) 4 AF_INET))))))
(define (gethostbyname name) "Return the entry of the host NAME." (gethost name))
(define (gethostbyaddr address) "Return the entry of the host at ADDRESS." (gethost address))
(define (gethostent) "Return the next host, or #f." (gethost))

(define (named-entry types build)
  (lambda (pointer)
    (apply (lambda (name aliases . rest)
             (apply build (string-at name) (map pointer->string (pointers-at aliases)) rest))
           (parse-c-struct pointer types))))

(define-syntax-rule (define-database (set set-c) (set-open end end-c))
  (begin
    (define-c %set set-c void int)
    (define-c %end end-c void)
    (define* (set #:optional stay-open?)
      "Go back to the first entry; without STAY-OPEN?, close the database."
      (if stay-open? (%set 1) (%end)))
    (define* (set-open #:optional stay-open?)
      "Go back to the first entry."
      (%set (if stay-open? 1 0)))
    (define (end)
      "Close the database."
      (%end))))
(define-database (sethost "sethostent") (sethostent endhostent "endhostent"))
(define-database (setserv "setservent") (setservent endservent "endservent"))
(define-database (setproto "setprotoent") (setprotoent endprotoent "endprotoent"))
(define-database (setnet "setnetent") (setnetent endnetent "endnetent"))

(define (found-or-error pointer parse who message . args)
  (if (null-pointer? pointer)
      (scm-error 'system-error who message args (list 0))
      (parse pointer)))
(define (next-entry pointer parse)
  (and (not (null-pointer? pointer)) (parse pointer)))

(define (servent:name s) "Return the name of S." (vector-ref s 0))
(define (servent:aliases s) "Return the other names of S." (vector-ref s 1))
(define (servent:port s) "Return the port of S." (vector-ref s 2))
(define (servent:proto s) "Return the protocol of S." (vector-ref s 3))
(define (swap-bytes port)
  (logior (ash (logand port 255) 8) (logand 255 (ash port -8))))
(define parse-service
  (named-entry (list '* '* int '*)
               (lambda (name aliases port proto)
                 (vector name aliases (swap-bytes port) (string-at proto)))))
(define-c %getservbyname "getservbyname" '* '* '*)
(define-c %getservbyport "getservbyport" '* int '*)
(define-c %getservent "getservent" '*)
(define* (getserv #:optional name protocol)
  "Return the entry of the service NAME, a name or port, over PROTOCOL; without them, the next entry or #f."
  (cond ((not name) (next-entry (%getservent) parse-service))
        ((string? name)
         (found-or-error (%getservbyname (string->pointer name) (string->pointer protocol))
                         parse-service "getserv" "no such service ~A" name))
        (else
         (found-or-error (%getservbyport (swap-bytes name) (string->pointer protocol))
                         parse-service "getserv" "no such service ~A" name))))
(define (getservbyname name protocol) "Return the entry of the service NAME over PROTOCOL." (getserv name protocol))
(define (getservbyport port protocol) "Return the entry of the service at PORT over PROTOCOL." (getserv port protocol))
(define (getservent) "Return the next service, or #f." (getserv))

(define (protoent:name p) "Return the name of P." (vector-ref p 0))
(define (protoent:aliases p) "Return the other names of P." (vector-ref p 1))
(define (protoent:proto p) "Return the number of P." (vector-ref p 2))
(define parse-protocol (named-entry (list '* '* int) vector))
(define-c %getprotobyname "getprotobyname" '* '*)
(define-c %getprotobynumber "getprotobynumber" '* int)
(define-c %getprotoent "getprotoent" '*)
(define* (getproto #:optional protocol)
  "Return the entry of PROTOCOL, a name or number; without it, the next entry or #f."
  (cond ((not protocol) (next-entry (%getprotoent) parse-protocol))
        ((string? protocol)
         (found-or-error (%getprotobyname (string->pointer protocol)) parse-protocol
                         "getproto" "no such protocol ~A" protocol))
        (else
         (found-or-error (%getprotobynumber protocol) parse-protocol "getproto" "no such protocol ~A" protocol))))
(define (getprotobyname name) "Return the entry of the protocol NAME." (getproto name))
(define (getprotobynumber number) "Return the entry of the protocol NUMBER." (getproto number))
(define (getprotoent) "Return the next protocol, or #f." (getproto))

(define (netent:name n) "Return the name of N." (vector-ref n 0))
(define (netent:aliases n) "Return the other names of N." (vector-ref n 1))
(define (netent:addrtype n) "Return the address family of N." (vector-ref n 2))
(define (netent:net n) "Return the number of N." (vector-ref n 3))
(define parse-network (named-entry (list '* '* int uint32) vector))
(define-c %getnetbyname "getnetbyname" '* '*)
(define-c %getnetbyaddr "getnetbyaddr" '* uint32 int)
(define-c %getnetent "getnetent" '*)
(define* (getnet #:optional net)
  "Return the entry of NET, a name or number; without it, the next entry or #f."
  (cond ((not net) (next-entry (%getnetent) parse-network))
        ((string? net)
         (found-or-error (%getnetbyname (string->pointer net)) parse-network "getnet" "no such network ~A" net))
        (else
         (found-or-error (%getnetbyaddr net AF_INET) parse-network "getnet" "no such network ~A" net))))
(define (getnetbyname name) "Return the entry of the network NAME." (getnet name))
(define (getnetbyaddr address) "Return the entry of the network ADDRESS." (getnet address))
(define (getnetent) "Return the next network, or #f." (getnet))

;; Waiting

(define* (select reads writes excepts #:optional seconds (microseconds 0))
  "Wait until one of the ports or descriptors is ready, up to SECONDS; return the ready ones of each of the three
lists (or vectors)."
  (define (->list x) (if (vector? x) (vector->list x) x))
  (define (like x l) (if (vector? x) (list->vector l) l))
  (define (fd x) (if (port? x) (fileno x) x))
  (let* ((buffered (filter (lambda (x) (and (port? x) (%port-buffered? x))) (->list reads)))
         (entries (append (map (lambda (x) (list x 'read POLLIN)) (->list reads))
                          (map (lambda (x) (list x 'write POLLOUT)) (->list writes))
                          (map (lambda (x) (list x 'except POLLPRI)) (->list excepts))))
         (fds (make-bytevector (* 8 (length entries)) 0)))
    (let loop ((entries entries) (at 0))
      (if (pair? entries)
          (begin
            (bytevector-s32-native-set! fds at (fd (car (car entries))))
            (bytevector-s16-native-set! fds (+ at 4) (caddr (car entries)))
            (loop (cdr entries) (+ at 8)))))
    (poll-cooperatively fds (cond ((pair? buffered) 0)
                                  (seconds (inexact->exact (ceiling (+ (* 1000 seconds) (/ microseconds 1000)))))
                                  (else -1)))
    (let loop ((entries entries) (at 0) (ready '()))
      (if (pair? entries)
          (loop (cdr entries) (+ at 8)
                (let ((entry (car entries)))
                  (if (or (logtest (bytevector-s16-native-ref fds (+ at 6))
                                   (case (cadr entry)
                                     ((read) (logior POLLIN POLLHUP POLLERR))
                                     ((write) (logior POLLOUT POLLERR))
                                     (else POLLPRI)))
                          (and (eq? (cadr entry) 'read) (memq (car entry) buffered)))
                      (cons entry ready)
                      ready)))
          (let ((of-kind (lambda (kind)
                           (reverse (map car (filter (lambda (entry) (eq? (cadr entry) kind)) ready))))))
            (list (like reads (of-kind 'read))
                  (like writes (of-kind 'write))
                  (like excepts (of-kind 'except))))))))
