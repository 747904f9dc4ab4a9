;;; Behaviour of what (guix build syscalls) has of networks, terminals, accounts and locks, next to the programs that show the
;;; same: ip, stty and who.  Runs in an empty directory.

(use-modules (guix build syscalls)
             (checks)
             (srfi srfi-1)
             (srfi srfi-11)
             (srfi srfi-19)
             (ice-9 binary-ports)
             (ice-9 match)
             (ice-9 popen)
             (ice-9 rdelim)
             (ice-9 textual-ports)
             (rnrs bytevectors))

(define (output-of . command)
  "Return what COMMAND prints; #f when it cannot be run."
  (let* ((pipe (apply open-pipe* OPEN_READ "sh" "-c" "exec \"$@\" 2>/dev/null" "sh" command))
         (text (get-string-all pipe)))
    (and (zero? (status:exit-val (close-pipe pipe))) text)))

(define (errno-of thunk)
  "Return the number of the system error that THUNK raises."
  (catch 'system-error
    (lambda () (thunk) 'none)
    (lambda args (system-error-errno args))))

(define (address text)
  (make-socket-address AF_INET (inet-pton AF_INET text) 0))

(define (has? flags flag)
  (not (zero? (logand flags flag))))


;;; Networks.

(define (interface-lines)
  "Return the interfaces that ip shows: lists of the number with a colon, name, family, address and the rest."
  (map string-tokenize
       (string-split (string-trim-right (or (output-of "ip" "-o" "addr" "show") "")) #\newline)))

(define addresses
  ;; Pairs of an interface and an address, as `network-interfaces' has them.
  (filter-map (lambda (interface)
                (match (interface-address interface)
                  ((? vector? address)
                   (and (memv (sockaddr:fam address) (list AF_INET AF_INET6))
                        (cons (interface-name interface)
                              (inet-ntop (sockaddr:fam address) (sockaddr:addr address)))))
                  (#f #f)))
              (network-interfaces)))

(let ((shown (filter-map (match-lambda
                           ((_ name (or "inet" "inet6") address . _)
                            (cons name (first (string-split address #\/))))
                           (_ #f))
                         (interface-lines))))
  (check "addresses are those that ip shows" #t
         (or (null? shown)
             (lset= equal? shown addresses))))

(check "all names are those of /sys/class/net" #t
       (lset= string=?
              (all-network-interface-names)
              (if (file-exists? "/sys/class/net")
                  (filter (lambda (name) (file-exists? (string-append "/sys/class/net/" name "/flags")))
                          (map car (scandir* "/sys/class/net")))
                  (all-network-interface-names))))
(check-that "names with an address are among all" (lset<= string=? (network-interface-names) (all-network-interface-names)))
(check-that "a socket may be given" (member "lo" (network-interface-names (socket AF_INET SOCK_STREAM 0))))

(let ((port (socket AF_INET SOCK_STREAM 0)))
  (check "address" (address "127.0.0.1") (network-interface-address port "lo"))
  (check "netmask" (address "255.0.0.0") (network-interface-netmask port "lo"))
  (let ((flags (network-interface-flags port "lo")))
    (check "flags" '(#t #t #f)
           (map (lambda (flag) (has? flags flag)) (list IFF_UP IFF_LOOPBACK IFF_BROADCAST))))
  (check "address of an interface that is not" ENODEV
         (errno-of (lambda () (network-interface-address port "no-such-if"))))
  (check "setting one that is not" #t
         (->bool (memv (errno-of (lambda () (set-network-interface-address port "no-such-if" (address "10.1.2.3"))))
                       (list ENODEV EPERM EACCES))))
  (check-raises "an address that is not of the Internet"
                (const #t)
                (set-network-interface-address port "lo" (make-socket-address AF_UNIX "x")))
  (close-port port))

(check "lo leads back" #t (loopback-network-interface? "lo"))
(check "lo is running" #t (network-interface-running? "lo"))
(check "the message of an error"
       "network-interface-flags on no-such-if: No such device"
       (catch 'system-error
         (lambda () (arp-network-interface? "no-such-if"))
         (lambda (key subr message args . rest)
           (apply format #f message args))))
(check-that "an interface is printed with its address"
            (any (lambda (interface)
                   (string-prefix? "#<interface \"lo\" up 127.0.0.1 " (object->string interface)))
                 (network-interfaces)))


;;; Terminals.

(define-values (controller user) (openpty))

(check-that "settings" (termios? (tcgetattr user)))
(let ((before (tcgetattr user)))
  (check "a new terminal echoes and edits" #t
         (= (local-flags ECHO ICANON)
            (logand (termios-local-flags before) (local-flags ECHO ICANON))))
  (tcsetattr user (tcsetattr-action TCSANOW) before)
  (check "settings are written as they are read" before (tcgetattr user)))

(let ((port (fdopen user "r+0")))
  (check-that "it is a terminal" (isatty? port))
  (let ((name (ttyname port)))
    (check "stty changes what is read" '(#f #t #f "^X" 9600)
           (begin
             (system* "stty" "-F" name "-echo" "-ixon" "intr" "^X" "9600" "rows" "33" "cols" "120")
             (let ((settings (tcgetattr (fileno port))))
               (list (has? (termios-local-flags settings) (local-flags ECHO))
                     (has? (termios-local-flags settings) (local-flags ICANON))
                     (has? (termios-input-flags settings) (input-flags IXON))
                     (string-append "^" (string (integer->char (+ 64 (first (termios-control-chars settings))))))
                     ;; 13 is B9600.
                     (if (= 13 (termios-output-speed settings)) 9600 (termios-output-speed settings)))))))
  (check "its size" '(33 120)
         (let ((size (terminal-window-size port)))
           (list (window-size-rows size) (window-size-columns size))))
  (check "columns" 120 (terminal-columns port))
  (check "rows" 33 (terminal-rows port))
  (close-port port))
(close-fdes controller)

(check "no flags" 0 (local-flags))
(check "settings of what is no terminal" ENOTTY
       (errno-of (lambda ()
                   (call-with-input-file "/dev/null"
                     (lambda (port) (tcgetattr (fileno port)))))))


;;; Accounts.

(define* (utmpx-bytes type pid line id user host seconds #:key (exit 0) (session 0) (address '(0 0 0 0)))
  "Return the bytes of an entry, as utmp(5) shows them."
  (define bytes (make-bytevector 384 0))
  (define (text! at text)
    (let ((utf8 (string->utf8 text)))
      (bytevector-copy! utf8 0 bytes at (bytevector-length utf8))))

  (bytevector-s16-native-set! bytes 0 type)
  (bytevector-s32-native-set! bytes 4 pid)
  (text! 8 line)
  (text! 40 id)
  (text! 44 user)
  (text! 76 host)
  (bytevector-s16-native-set! bytes 334 exit)
  (bytevector-s32-native-set! bytes 336 session)
  (bytevector-s32-native-set! bytes 340 seconds)
  (bytevector-s32-native-set! bytes 344 250000)
  (for-each (lambda (at byte) (bytevector-u32-native-set! bytes at byte)) '(348 352 356 360) address)
  bytes)

(call-with-output-file "accounts"
  (lambda (port)
    (put-bytevector port (utmpx-bytes (login-type BOOT_TIME) 0 "~" "~~" "reboot" "6.1" 1000000000))
    (put-bytevector port (utmpx-bytes (login-type USER_PROCESS) (getpid) "pts/7" "ts/7" "charlie" "example.org" 1600000000
                                      #:exit 3 #:session 9 #:address '(1 2 3 4))))
  #:binary #t)

(define entries
  (call-with-input-file "accounts"
    (lambda (port)
      (let loop ((entries '()))
        (match (read-utmpx port)
          ((? eof-object?) (reverse entries))
          (entry (loop (cons entry entries))))))
    #:binary #t))

(check "types" '(2 7) (map utmpx-login-type entries))
(check "an entry"
       (list (getpid) "pts/7" '(116 115 47 55) "charlie" "example.org" 0 3 9
             (make-time time-utc 250000000 1600000000) '(1 2 3 4))
       (map (lambda (get) (get (second entries)))
            (list utmpx-pid utmpx-line utmpx-id utmpx-user utmpx-host utmpx-termination-status utmpx-exit-status
                  utmpx-session-id utmpx-time utmpx-address)))
(check "who reads the same" (list (utmpx-user (second entries)) (utmpx-line (second entries)))
       (match (output-of "who" "-u" (string-append (getcwd) "/accounts"))
         ((? string? text) (list-head (string-tokenize text) 2))
         (#f '("charlie" "pts/7"))))
(check-raises "half an entry" (const #t)
              (call-with-input-file "accounts"
                (lambda (port)
                  (seek port (+ 384 200) SEEK_SET)
                  (read-utmpx port))
                #:binary #t))
(check-that "the entries of the system" (every utmpx? (utmpx-entries)))


;;; What cannot be, and what may not.

(check "a device that is not" ENOENT (errno-of (lambda () (device-in-use? "no-such-device"))))
(check "what is no device" ENOTTY (errno-of (lambda () (device-in-use? "accounts"))))
(check "entropy is added to random devices alone" ENOTTY
       (errno-of (lambda ()
                   (call-with-input-file "accounts"
                     (lambda (port) (add-to-entropy-count port 8))))))
(check "a copy has its own number, and a status" 7
       (let ((self (getpid)))
         (match (clone SIGCHLD)
           (0 (primitive-_exit (if (= self (getppid)) 7 1)))
           (pid (match (waitpid pid)
                  ((_ . status) (status:exit-val status)))))))
(check "locks of a file that none has" #t (with-file-lock "lock" #t))
