;;; Commentary:
;;;
;;; Network interfaces and routes: their names, flags and addresses, as `ioctl' on a socket and `getifaddrs' have them.
;;; Addresses are those that `make-socket-address' makes.  Layouts: netdevice(7), getifaddrs(3), <linux/route.h>.
;;;
;;; Code:

(define-module (guix build syscalls network)
  #:use-module (rnrs bytevectors)
  #:use-module ((srfi srfi-1) #:select (unfold))
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (system foreign)
  #:use-module (guix build syscalls calls)
  #:export (PF_PACKET AF_PACKET
            IFF_UP IFF_BROADCAST IFF_LOOPBACK IFF_RUNNING IFF_NOARP

            all-network-interface-names
            network-interface-names
            network-interface-flags
            network-interface-address
            network-interface-netmask
            network-interface-running?
            loopback-network-interface?
            arp-network-interface?
            set-network-interface-flags
            set-network-interface-address
            set-network-interface-netmask
            set-network-interface-up
            configure-network-interface

            add-network-route/gateway
            delete-network-route

            interface?
            interface-name
            interface-flags
            interface-address
            interface-netmask
            interface-broadcast-address
            network-interfaces))

(define PF_PACKET 17)
(define AF_PACKET PF_PACKET)

(define IFF_UP #x1)
(define IFF_BROADCAST #x2)
(define IFF_LOOPBACK #x8)
(define IFF_RUNNING #x40)
(define IFF_NOARP #x80)

(define %SIOCADDRT #x890b)
(define %SIOCDELRT #x890c)
(define %SIOCGIFCONF #x8912)
(define %SIOCGIFFLAGS #x8913)
(define %SIOCSIFFLAGS #x8914)
(define %SIOCGIFADDR #x8915)
(define %SIOCSIFADDR #x8916)
(define %SIOCGIFNETMASK #x891b)
(define %SIOCSIFNETMASK #x891c)

(define-syntax-rule (with-socket (port family) exp ...)
  "Evaluate EXP... with PORT, a socket of FAMILY that is closed afterwards."
  (let ((port (socket family SOCK_STREAM 0)))
    (dynamic-wind
      (const #t)
      (lambda () exp ...)
      (lambda () (close-port port)))))


;;;
;;; Socket addresses in memory.
;;;

(define (read-socket-address bytes index)
  "Return the socket address at INDEX of BYTES; a vector of the family alone when it is not one of the Internet's."
  (define (network-number offset size)
    (bytevector-uint-ref bytes (+ index offset) (endianness big) size))

  (let ((family (bytevector-u16-native-ref bytes index)))
    (cond ((= family AF_INET)
           (make-socket-address family (network-number 4 4) (network-number 2 2)))
          ((= family AF_INET6)
           (make-socket-address family (network-number 8 16) (network-number 2 2)
                                (network-number 4 4)
                                (bytevector-u32-native-ref bytes (+ index 24))))
          (else (vector family)))))

(define (write-socket-address! address bytes index)
  "Put ADDRESS, a socket address of the Internet, at INDEX of BYTES."
  (define (put! offset size number)
    (bytevector-uint-set! bytes (+ index offset) number (endianness big) size))

  (let ((family (sockaddr:fam address)))
    (unless (memv family (list AF_INET AF_INET6))
      (error "unsupported socket address" address))
    (bytevector-u16-native-set! bytes index family)
    (put! 2 2 (sockaddr:port address))
    (cond ((= family AF_INET)
           (put! 4 4 (sockaddr:addr address)))
          (else
           (put! 4 4 (sockaddr:flowinfo address))
           (put! 8 16 (sockaddr:addr address))
           (bytevector-u32-native-set! bytes (+ index 24) (sockaddr:scopeid address))))))


;;;
;;; Requests about one interface.
;;;

(define %name-size 16)

(define %request-size
  ;; A name and a union whose largest part is `struct ifmap', of two words and eight bytes more.
  (+ %name-size (* 2 (sizeof '*)) 8))

(define (interface-request name)
  "Return the bytes of a request about the interface NAME."
  (let ((request (make-bytevector %request-size 0))
        (bytes (string->utf8 name)))
    (bytevector-copy! bytes 0 request 0 (min (bytevector-length bytes) (- %name-size 1)))
    request))

(define* (interface-ioctl procedure socket name operation #:optional (fill! (const #t)))
  "Do OPERATION to the interface NAME by SOCKET, after FILL! has been applied to the request; return the request.  PROCEDURE
is the name that an error shows."
  (let ((request (interface-request name)))
    (fill! request)
    (call (list procedure #:message (string-append procedure " on ~A") name)
          c-ioctl (fileno socket) operation (bytevector->pointer request))
    request))

(define (network-interface-flags socket name)
  "Return the flags of the interface NAME, IFF_* constants, asked for by SOCKET."
  (bytevector-s16-native-ref (interface-ioctl "network-interface-flags" socket name %SIOCGIFFLAGS)
                             %name-size))

(define (network-interface-address socket name)
  "Return the address of the interface NAME, asked for by SOCKET."
  (read-socket-address (interface-ioctl "network-interface-address" socket name %SIOCGIFADDR)
                       %name-size))

(define (network-interface-netmask socket name)
  "Return the network mask of the interface NAME, a socket address, asked for by SOCKET."
  (read-socket-address (interface-ioctl "network-interface-netmask" socket name %SIOCGIFNETMASK)
                       %name-size))

(define (set-network-interface-flags socket name flags)
  "Let the flags of the interface NAME be FLAGS, IFF_* constants."
  (interface-ioctl "set-network-interface-flags" socket name %SIOCSIFFLAGS
                   (lambda (request)
                     (bytevector-u16-native-set! request %name-size (logand flags #xffff))))
  *unspecified*)

(define (set-network-interface-address socket name sockaddr)
  "Let the address of the interface NAME be SOCKADDR."
  (interface-ioctl "set-network-interface-address" socket name %SIOCSIFADDR
                   (lambda (request)
                     (write-socket-address! sockaddr request %name-size)))
  *unspecified*)

(define (set-network-interface-netmask socket name sockaddr)
  "Let the network mask of the interface NAME be SOCKADDR."
  (interface-ioctl "set-network-interface-netmask" socket name %SIOCSIFNETMASK
                   (lambda (request)
                     (write-socket-address! sockaddr request %name-size)))
  *unspecified*)

(define (interface-has-flag? name flag)
  (with-socket (socket AF_INET)
    (not (zero? (logand flag (network-interface-flags socket name))))))

(define (loopback-network-interface? name)
  "Return #t when the interface NAME leads back to this machine."
  (interface-has-flag? name IFF_LOOPBACK))

(define (network-interface-running? name)
  "Return #t when the interface NAME is running."
  (interface-has-flag? name IFF_RUNNING))

(define (arp-network-interface? name)
  "Return #t when the interface NAME resolves addresses by ARP."
  (not (interface-has-flag? name IFF_NOARP)))

(define* (configure-network-interface name sockaddr flags #:key netmask)
  "Give the interface NAME the address SOCKADDR, FLAGS, IFF_* constants, and NETMASK, a socket address, unless it is #f."
  (with-socket (socket (sockaddr:fam sockaddr))
    (set-network-interface-address socket name sockaddr)
    (set-network-interface-flags socket name flags)
    (when netmask
      (set-network-interface-netmask socket name netmask))))

(define* (set-network-interface-up name #:key (family AF_INET))
  "Turn the interface NAME on."
  (with-socket (socket family)
    (set-network-interface-flags socket name
                                 (logior IFF_UP (network-interface-flags socket name)))))


;;;
;;; Which interfaces there are.
;;;

(define (interface-requests socket)
  "Return the bytes of the requests that the kernel has for the interfaces with an address."
  (define (ask size pointer)
    (let ((place (make-c-struct (list int '*) (list size pointer))))
      (call '("network-interface-list" #:message "network-interface-list")
            c-ioctl (fileno socket) %SIOCGIFCONF place)
      (car (parse-c-struct place (list int '*)))))

  ;; Without a place for them, it says how much place they take.
  (let* ((room (make-bytevector (+ %request-size (ask 0 %null-pointer)) 0))
         (size (ask (bytevector-length room) (bytevector->pointer room))))
    (unfold (lambda (index) (> (+ index %request-size) size))
            (lambda (index)
              (let ((request (make-bytevector %request-size)))
                (bytevector-copy! room index request 0 %request-size)
                request))
            (lambda (index) (+ index %request-size))
            0)))

(define (request-name request)
  (utf8-bytes->string (list-head (bytevector->u8-list request) %name-size)))

(define* (network-interface-names #:optional sock)
  "Return the names of the interfaces that have an address, asked for by SOCK, a socket, if given."
  (map request-name
       (if sock
           (interface-requests sock)
           (with-socket (socket AF_INET)
             (interface-requests socket)))))

(define (all-network-interface-names)
  "Return the names of all interfaces, those that are off too."
  (call-with-input-file "/proc/net/dev"
    (lambda (port)
      (let loop ((names '()))
        (match (read-line port)
          ((? eof-object?) (reverse names))
          ;; An alias has a colon in its name.
          ((= (lambda (line) (cons line (string-rindex line #\:))) (line . colon))
           (loop (if colon
                     (cons (string-trim-both (string-take line colon)) names)
                     names))))))))

(define-record-type <interface>
  (make-interface name flags address netmask broadcast-address)
  interface?
  (name interface-name)
  (flags interface-flags)                        ;IFF_* constants
  (address interface-address)                    ;this and the next: socket address or #f
  (netmask interface-netmask)
  (broadcast-address interface-broadcast-address))

(set-record-type-printer!
 <interface>
 (lambda (interface port)
   (format port "#<interface ~s ~a" (interface-name interface)
           (if (zero? (logand IFF_UP (interface-flags interface))) "" "up "))
   (and=> (interface-address interface)
          (lambda (address)
            (let ((family (sockaddr:fam address)))
              (format port "~a "
                      (if (memv family (list AF_INET AF_INET6))
                          (inet-ntop family (sockaddr:addr address))
                          (format #f "family:~a" family))))))
   (format port "~a>" (number->string (object-address interface) 16))))

(define c-getifaddrs (c-function int "getifaddrs" '(*)))
(define c-freeifaddrs (c-function void "freeifaddrs" '(*)))

(define (socket-address-at pointer)
  "Return the socket address that POINTER points to; #f when it points nowhere."
  (and (not (null-pointer? pointer))
       (let* ((family (bytevector-u16-native-ref (pointer->bytevector pointer 2) 0))
              (size (cond ((= family AF_INET) 16)
                          ((= family AF_INET6) 28)
                          (else 2))))
         (read-socket-address (pointer->bytevector pointer size) 0))))

(define (interfaces-at pointer)
  "Return the interfaces of the linked list that POINTER points to."
  (if (null-pointer? pointer)
      '()
      (match (parse-c-struct pointer (list '* '* unsigned-int '* '* '* '*))
        ((next name flags address netmask broadcast _)
         (cons (make-interface (and (not (null-pointer? name)) (pointer->string name -1 "UTF-8"))
                               flags
                               (socket-address-at address)
                               (socket-address-at netmask)
                               (socket-address-at broadcast))
               (interfaces-at next))))))

(define (network-interfaces)
  "Return the list of interfaces, one for each address of one."
  (let ((place (bytevector->pointer (make-bytevector (sizeof '*) 0))))
    (call '("network-interfaces") c-getifaddrs place)
    (let* ((pointer (dereference-pointer place))
           (interfaces (interfaces-at pointer)))
      (c-freeifaddrs pointer)
      interfaces)))


;;;
;;; Routes.
;;;

(define %any-address (make-socket-address AF_INET INADDR_ANY 0))

(define (route-entry destination gateway genmask flags)
  "Return the bytes of a `struct rtentry'; an address that is #f stays zero."
  (let ((entry (make-bytevector 120 0))
        (word (sizeof '*)))
    (for-each (lambda (address index)
                (when address
                  (write-socket-address! address entry index)))
              (list destination gateway genmask)
              (list word (+ word 16) (+ word 32)))
    (bytevector-u16-native-set! entry (+ word 48) flags)
    entry))

(define (route-ioctl procedure socket operation entry)
  (call (list procedure #:message procedure)
        c-ioctl (fileno socket) operation (bytevector->pointer entry)))

(define* (add-network-route/gateway socket gateway #:key (destination %any-address) (genmask %any-address))
  "Add the route to DESTINATION, a network of GENMASK, by GATEWAY; all are socket addresses.  Without DESTINATION it is the
default route."
  (define up+gateway #x3)

  (route-ioctl "add-network-route/gateway" socket %SIOCADDRT
               (route-entry destination gateway genmask up+gateway)))

(define (delete-network-route socket destination)
  "Remove the route to DESTINATION, a socket address."
  (route-ioctl "delete-network-route" socket %SIOCDELRT
               (route-entry destination #f #f 0)))
