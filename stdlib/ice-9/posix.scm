;;; Commentary:
;;;
;;; The less used part of the POSIX interface, which (guile) exports: signals, timers, limits, sessions, C libraries,
;;; and constants.  Loaded when a program first mentions one of them.
;;;
;;; Code:

(define-module (ice-9 posix)
  #:use-module (system foreign)
  #:use-module (system foreign-library)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 c-calls)
  #:use-module (ice-9 posix-primitives)
  #:export (alarm setitimer getitimer pause sigaction restore-signals ttyname ctermid tcgetpgrp tcsetpgrp
            getpgrp setpgid getsid setsid getpriority setpriority nice getrlimit setrlimit flock sendfile
            sethostname chroot crypt getpass seteuid setegid setgroups getaffinity setaffinity getpwent setpwent
            endpwent setpw getgrent setgrent endgrent setgr tmpnam cuserid dynamic-link dynamic-unlink
            dynamic-object? dynamic-pointer dynamic-func dynamic-call EADDRNOTAVAIL EADV EAFNOSUPPORT EALREADY
            EBADE EBADFD EBADMSG EBADR EBADRQC EBADSLT EBFONT ECANCELED ECHRNG ECOMM ECONNABORTED EDEADLK
            EDEADLOCK EDESTADDRREQ EDOTDOT EDQUOT EHOSTDOWN EHOSTUNREACH EHWPOISON EIDRM EILSEQ EISCONN EISNAM
            EKEYEXPIRED EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX
            ELIBSCN ELNRNG EMEDIUMTYPE EMSGSIZE EMULTIHOP ENAVAIL ENETDOWN ENETRESET ENETUNREACH ENFILE ENOANO
            ENOBUFS ENOCSI ENODATA ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMSG ENONET ENOPKG ENOPROTOOPT ENOSR ENOSTR
            ENOTBLK ENOTCONN ENOTNAM ENOTRECOVERABLE ENOTSOCK ENOTUNIQ EOVERFLOW EOWNERDEAD EPFNOSUPPORT
            EPROTONOSUPPORT EPROTOTYPE EREMCHG EREMOTE EREMOTEIO ERESTART ERFKILL ESHUTDOWN ESOCKTNOSUPPORT
            ESRMNT ESTALE ESTRPIPE ETIME ETOOMANYREFS EUCLEAN EUNATCH EUSERS EXFULL F_GETOWN F_SETOWN
            AT_EMPTY_PATH AT_NO_AUTOMOUNT AT_SYMLINK_FOLLOW ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL LC_ADDRESS
            LC_IDENTIFICATION LC_MEASUREMENT LC_NAME LC_PAPER LC_TELEPHONE NSIG O_ASYNC O_DIRECT O_DIRECTORY
            O_LARGEFILE O_NDELAY O_NOATIME O_NOFOLLOW O_PATH O_SYNC O_TMPFILE PIPE_BUF PRIO_PGRP PRIO_PROCESS
            PRIO_USER SA_NOCLDSTOP SA_RESTART SIGBUS SIGCLD SIGFPE SIGILL SIGIO SIGIOT SIGPOLL SIGPROF SIGPWR
            SIGRTMAX SIGRTMIN SIGSTKFLT SIGSTKSZ SIGSYS SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGVTALRM
            SIGWINCH SIGXCPU SIGXFSZ WAIT_ANY WAIT_MYPGRP O_IGNORE_CTTY O_NOLINK O_NOTRANS))

(define EADDRNOTAVAIL 99) (define EADV 68) (define EAFNOSUPPORT 97) (define EALREADY 114) (define EBADE 52)
(define EBADFD 77) (define EBADMSG 74) (define EBADR 53) (define EBADRQC 56) (define EBADSLT 57)
(define EBFONT 59) (define ECANCELED 125) (define ECHRNG 44) (define ECOMM 70) (define ECONNABORTED 103)
(define EDEADLK 35) (define EDEADLOCK 35) (define EDESTADDRREQ 89) (define EDOTDOT 73) (define EDQUOT 122)
(define EHOSTDOWN 112) (define EHOSTUNREACH 113) (define EHWPOISON 133) (define EIDRM 43) (define EILSEQ 84)
(define EISCONN 106) (define EISNAM 120) (define EKEYEXPIRED 127) (define EKEYREJECTED 129)
(define EKEYREVOKED 128) (define EL2HLT 51) (define EL2NSYNC 45) (define EL3HLT 46) (define EL3RST 47)
(define ELIBACC 79) (define ELIBBAD 80) (define ELIBEXEC 83) (define ELIBMAX 82) (define ELIBSCN 81)
(define ELNRNG 48) (define EMEDIUMTYPE 124) (define EMSGSIZE 90) (define EMULTIHOP 72) (define ENAVAIL 119)
(define ENETDOWN 100) (define ENETRESET 102) (define ENETUNREACH 101) (define ENFILE 23) (define ENOANO 55)
(define ENOBUFS 105) (define ENOCSI 50) (define ENODATA 61) (define ENOKEY 126) (define ENOLCK 37)
(define ENOLINK 67) (define ENOMEDIUM 123) (define ENOMSG 42) (define ENONET 64) (define ENOPKG 65)
(define ENOPROTOOPT 92) (define ENOSR 63) (define ENOSTR 60) (define ENOTBLK 15) (define ENOTCONN 107)
(define ENOTNAM 118) (define ENOTRECOVERABLE 131) (define ENOTSOCK 88) (define ENOTUNIQ 76)
(define EOVERFLOW 75) (define EOWNERDEAD 130) (define EPFNOSUPPORT 96) (define EPROTONOSUPPORT 93)
(define EPROTOTYPE 91) (define EREMCHG 78) (define EREMOTE 66) (define EREMOTEIO 121) (define ERESTART 85)
(define ERFKILL 132) (define ESHUTDOWN 108) (define ESOCKTNOSUPPORT 94) (define ESRMNT 69) (define ESTALE 116)
(define ESTRPIPE 86) (define ETIME 62) (define ETOOMANYREFS 109) (define EUCLEAN 117) (define EUNATCH 49)
(define EUSERS 87) (define EXFULL 54) (define F_GETOWN 9) (define F_SETOWN 8) (define AT_EMPTY_PATH 4096)
(define AT_NO_AUTOMOUNT 2048) (define AT_SYMLINK_FOLLOW 1024) (define ITIMER_PROF 2) (define ITIMER_REAL 0)
(define ITIMER_VIRTUAL 1) (define LC_ADDRESS 9) (define LC_IDENTIFICATION 12) (define LC_MEASUREMENT 11)
(define LC_NAME 8) (define LC_PAPER 7) (define LC_TELEPHONE 10) (define NSIG 65) (define O_ASYNC 8192)
(define O_DIRECT 16384) (define O_DIRECTORY 65536) (define O_LARGEFILE 0) (define O_NDELAY 2048)
(define O_NOATIME 262144) (define O_NOFOLLOW 131072) (define O_PATH 2097152) (define O_SYNC 1052672)
(define O_TMPFILE 4259840) (define PIPE_BUF 4096) (define PRIO_PGRP 1) (define PRIO_PROCESS 0)
(define PRIO_USER 2) (define SA_NOCLDSTOP 1) (define SA_RESTART 268435456) (define SIGBUS 7) (define SIGCLD 17)
(define SIGFPE 8) (define SIGILL 4) (define SIGIO 29) (define SIGIOT 6) (define SIGPOLL 29) (define SIGPROF 27)
(define SIGPWR 30) (define SIGRTMAX 64) (define SIGRTMIN 34) (define SIGSTKFLT 16) (define SIGSTKSZ 8192)
(define SIGSYS 31) (define SIGTRAP 5) (define SIGTSTP 20) (define SIGTTIN 21) (define SIGTTOU 22)
(define SIGURG 23) (define SIGVTALRM 26) (define SIGWINCH 28) (define SIGXCPU 24) (define SIGXFSZ 25)
(define WAIT_ANY -1) (define WAIT_MYPGRP 0) (define O_IGNORE_CTTY 0) (define O_NOLINK 0) (define O_NOTRANS 0)

;; Signals and timers

(define saved-signals '())
(define* (sigaction signum #:optional (handler #f) (flags 0) thread)
  "Return the handler of SIGNUM and its flags, and set them: HANDLER is a procedure of the signal's number, SIG_DFL
or SIG_IGN. Handlers run when the program next waits, reads, or asks for signals."
  (let ((old (cons (%signal-handler signum) (or (assv-ref saved-signals signum) 0))))
    (cond ((procedure? handler)
           (%set-signal-handler! signum handler)
           (set! saved-signals (assv-set! saved-signals signum flags)))
          ((integer? handler)
           (%set-signal-handler! signum handler)
           (set! saved-signals (assv-set! saved-signals signum flags)))
          (handler
           (scm-error 'wrong-type-arg "sigaction" "Wrong type argument in position ~A: ~S" (list 2 handler)
                      (list handler))))
    old))
(define (restore-signals)
  "Let every signal do again what it did at the start."
  (for-each (lambda (entry) (%set-signal-handler! (car entry) SIG_DFL)) saved-signals)
  (set! saved-signals '())
  *unspecified*)

(define-c %alarm "alarm" unsigned-int unsigned-int)
(define (alarm seconds)
  "Ask for SIGALRM in SECONDS (0: not any more); return how many were left of the alarm before."
  (%alarm seconds))

(define-c/errno %setitimer "setitimer" int int '* '*)
(define-c/errno %getitimer "getitimer" int int '*)
(define (timer-values bytes)
  (define (at k) (bytevector-s64-native-ref bytes k))
  (list (cons (at 0) (at 8)) (cons (at 16) (at 24))))
(define (setitimer which interval-seconds interval-microseconds value-seconds value-microseconds)
  "Set the timer WHICH; return its old interval and value, pairs of seconds and microseconds."
  (let ((new (make-bytevector 32 0))
        (old (make-bytevector 32 0)))
    (bytevector-s64-native-set! new 0 interval-seconds)
    (bytevector-s64-native-set! new 8 interval-microseconds)
    (bytevector-s64-native-set! new 16 value-seconds)
    (bytevector-s64-native-set! new 24 value-microseconds)
    (checked "setitimer" (%setitimer which (bytevector->pointer new) (bytevector->pointer old)))
    (timer-values old)))
(define (getitimer which)
  "Return the interval and value of the timer WHICH, pairs of seconds and microseconds."
  (let ((bytes (make-bytevector 32 0)))
    (checked "getitimer" (%getitimer which (bytevector->pointer bytes)))
    (timer-values bytes)))
(define (pause)
  "Wait for a signal."
  (if (> (%sleep-until-signal 3600) 0)
      *unspecified*
      (pause)))

;; Terminals, sessions, priorities, limits

(define (descriptor x) (if (port? x) (fileno x) x))

(define-c %ttyname "ttyname" '* int)
(define (ttyname port)
  "Return the name of the terminal of PORT."
  (let ((name (%ttyname (descriptor port))))
    (if (null-pointer? name)
        (raise-errno "ttyname" ENOTTY)
        (pointer->string name))))
(define (ctermid) "Return the name of the controlling terminal." "/dev/tty")
(define-c/errno %tcgetpgrp "tcgetpgrp" int int)
(define (tcgetpgrp port)
  "Return the foreground process group of the terminal PORT."
  (checked "tcgetpgrp" (%tcgetpgrp (descriptor port))))
(define-c/errno %tcsetpgrp "tcsetpgrp" int int int)
(define (tcsetpgrp port pgid)
  "Let PGID be the foreground process group of the terminal PORT."
  (checked "tcsetpgrp" (%tcsetpgrp (descriptor port) pgid))
  *unspecified*)
(define-c/errno %getpgid "getpgid" int int)
(define (getpgrp) "Return the process group of this process." (checked "getpgrp" (%getpgid 0)))
(define-c/errno %setpgid "setpgid" int int int)
(define (setpgid pid pgid)
  "Move the process PID to the group PGID."
  (checked "setpgid" (%setpgid pid pgid))
  *unspecified*)
(define-c/errno %getsid "getsid" int int)
(define (getsid pid) "Return the session of the process PID." (checked "getsid" (%getsid pid)))
(define-c/errno %setsid "setsid" int)
(define (setsid) "Start a new session." (checked "setsid" (%setsid)))
(define-c %errno "__errno_location" '*)
(define-c/errno %getpriority "getpriority" int int int)
(define (getpriority which who)
  "Return the priority of WHO, a process, group or user as WHICH says."
  ;; -1 is a priority as well as an error: errno tells, once it is cleared.
  (bytevector-s32-native-set! (pointer->bytevector (%errno) 4) 0 0)
  (call-with-values (lambda () (%getpriority which who))
    (lambda (result errno)
      (if (and (= result -1) (not (zero? errno)))
          (raise-errno "getpriority" errno)
          result))))
(define-c/errno %setpriority "setpriority" int int int int)
(define (setpriority which who priority)
  "Set the priority of WHO, a process, group or user as WHICH says."
  (checked "setpriority" (%setpriority which who priority))
  *unspecified*)
(define (nice increment)
  "Add INCREMENT to the niceness of this process."
  (setpriority PRIO_PROCESS 0 (+ increment (getpriority PRIO_PROCESS 0))))
(define resources
  '((cpu . 0) (fsize . 1) (data . 2) (stack . 3) (core . 4) (rss . 5) (nproc . 6) (nofile . 7) (memlock . 8) (as . 9)
    (sigpending . 11) (msgqueue . 12) (nice . 13) (rtprio . 14) (rttime . 15)))
(define (resource-number who resource)
  (cond ((integer? resource) resource)
        ((assq-ref resources resource))
        (else (scm-error 'misc-error who "invalid rlimit resource ~A" (list resource) #f))))
(define infinity #xffffffffffffffff)
(define-c/errno %getrlimit "getrlimit" int int '*)
(define (getrlimit resource)
  "Return the soft and the hard limit of RESOURCE, #f for none."
  (let ((bytes (make-bytevector 16 0)))
    (define (limit k)
      (let ((n (bytevector-u64-native-ref bytes k))) (and (not (= n infinity)) n)))
    (checked "getrlimit" (%getrlimit (resource-number "getrlimit" resource) (bytevector->pointer bytes)))
    (values (limit 0) (limit 8))))
(define-c/errno %setrlimit "setrlimit" int int '*)
(define (setrlimit resource soft hard)
  "Set the soft and the hard limit of RESOURCE, #f for none."
  (let ((bytes (make-bytevector 16 0)))
    (bytevector-u64-native-set! bytes 0 (or soft infinity))
    (bytevector-u64-native-set! bytes 8 (or hard infinity))
    (checked "setrlimit" (%setrlimit (resource-number "setrlimit" resource) (bytevector->pointer bytes)))
    *unspecified*))

;; Files

(define-c/errno %flock "flock" int int int)
(define (flock port operation)
  "Lock or unlock the file of PORT."
  (checked "flock" (%flock (descriptor port) operation))
  *unspecified*)
(define-c/errno %sendfile "sendfile" ssize_t int int '* size_t)
(define* (sendfile out in count #:optional offset)
  "Send COUNT bytes from IN, from OFFSET (here), to OUT; return how many."
  (if (port? out) (force-output out))
  (let ((place (and offset (make-bytevector 8))))
    (if place (bytevector-s64-native-set! place 0 offset))
    (let loop ((sent 0))
      (if (= sent count)
          sent
          (call-with-values
              (lambda ()
                (%sendfile (descriptor out) (descriptor in) (if place (bytevector->pointer place) %null-pointer)
                           (- count sent)))
            (lambda (result errno)
              (cond ((zero? result) sent)
                    ((> result 0) (loop (+ sent result)))
                    ((= errno EAGAIN)
                     (wait-for-descriptor (descriptor out) POLLOUT)
                     (loop sent))
                    ((= errno EINTR) (loop sent))
                    ;; The kernel cannot send between these two: copy through a buffer.
                    ((and (= errno EINVAL) (port? in) (port? out))
                     (+ sent (copy-bytes in out (- count sent) offset)))
                    (else (raise-errno "sendfile" errno)))))))))
(define (copy-bytes in out count offset)
  (if offset (seek in offset SEEK_SET))
  (let ((bytes (get-bytevector-n in count)))
    (if (eof-object? bytes)
        0
        (begin
          (put-bytevector out bytes)
          (force-output out)
          (bytevector-length bytes)))))
(define (tmpnam)
  "Return a name no file has."
  (let ((name (string-append "/tmp/file" (number->string (random 1000000000) 36))))
    (if (file-exists? name) (tmpnam) name)))

;; The system

(define-c/errno %sethostname "sethostname" int '* size_t)
(define (sethostname name)
  "Set the name of the host."
  (checked "sethostname" (%sethostname (string->pointer name) (bytevector-length (string->utf8 name))))
  *unspecified*)
(define-c/errno %chroot "chroot" int '*)
(define (chroot path)
  "Make PATH the root directory of this process."
  (checked "chroot" (%chroot (string->pointer path)))
  *unspecified*)
(define (crypt key salt)
  "Return KEY encrypted with SALT, by the library libcrypt."
  (let ((result ((foreign-library-function "libcrypt.so.1" "crypt" #:return-type '* #:arg-types '(* *))
                 (string->pointer key) (string->pointer salt))))
    (if (null-pointer? result)
        (raise-errno "crypt" EINVAL)
        (pointer->string result))))
(define-c %getpass "getpass" '* '*)
(define (getpass prompt)
  "Ask for a password on the terminal."
  (pointer->string (%getpass (string->pointer prompt))))
(define-c/errno %seteuid "seteuid" int uint32)
(define (seteuid id) "Set the effective user id." (checked "seteuid" (%seteuid id)) *unspecified*)
(define-c/errno %setegid "setegid" int uint32)
(define (setegid id) "Set the effective group id." (checked "setegid" (%setegid id)) *unspecified*)
(define-c/errno %setgroups "setgroups" int size_t '*)
(define (setgroups groups)
  "Set the supplementary group ids to those of the vector GROUPS."
  (let ((bytes (make-bytevector (* 4 (max 1 (vector-length groups))))))
    (let loop ((i 0))
      (if (< i (vector-length groups))
          (begin
            (bytevector-u32-native-set! bytes (* 4 i) (vector-ref groups i))
            (loop (+ i 1)))))
    (checked "setgroups" (%setgroups (vector-length groups) (bytevector->pointer bytes)))
    *unspecified*))
(define-c/errno %sched-getaffinity "sched_getaffinity" int int size_t '*)
(define (getaffinity pid)
  "Return the bit vector of the processors that the process PID may run on."
  (let ((bytes (make-bytevector 128 0)))
    (checked "getaffinity" (%sched-getaffinity pid 128 (bytevector->pointer bytes)))
    (let ((bits (make-bitvector 1024 #f)))
      (let loop ((i 0))
        (if (< i 1024)
            (begin
              (if (logbit? (logand i 7) (bytevector-u8-ref bytes (ash i -3)))
                  (bitvector-set! bits i #t))
              (loop (+ i 1)))
            bits)))))
(define-c/errno %sched-setaffinity "sched_setaffinity" int int size_t '*)
(define (setaffinity pid mask)
  "Let the process PID run on the processors of the bit vector MASK."
  (let ((bytes (make-bytevector 128 0)))
    (let loop ((i 0))
      (if (< i (min 1024 (bitvector-length mask)))
          (begin
            (if (bitvector-ref mask i)
                (bytevector-u8-set! bytes (ash i -3)
                                    (logior (ash 1 (logand i 7)) (bytevector-u8-ref bytes (ash i -3)))))
            (loop (+ i 1)))))
    (checked "setaffinity" (%sched-setaffinity pid 128 (bytevector->pointer bytes)))
    *unspecified*))

;; Users and groups, one by one

(define (entries-of file get)
  (if (file-exists? file)
      (call-with-input-file file
        (lambda (port)
          (let loop ((line (read-line port)) (entries '()))
            (cond ((eof-object? line) (reverse entries))
                  ((or (string-null? line) (string-prefix? "#" line) (string-prefix? "+" line))
                   (loop (read-line port) entries))
                  (else
                   (loop (read-line port)
                         (cons (get (car (string-split line #\:))) entries)))))))
      '()))
(define-syntax-rule (define-enumeration file get next rewind end set)
  (begin
    (define left #f)
    (define (next)
      "Return the next entry of the database, or #f."
      (if (not left) (set! left (entries-of file get)))
      (and (pair? left)
           (let ((entry (car left)))
             (set! left (cdr left))
             entry)))
    (define (rewind) "Go back to the first entry of the database." (set! left #f))
    (define (end) "Close the database." (set! left #f))
    (define* (set #:optional stay-open?) "Go back to the first entry of the database." (set! left #f))))
(define-enumeration "/etc/passwd" getpw getpwent setpwent endpwent setpw)
(define-enumeration "/etc/group" getgr getgrent setgrent endgrent setgr)
(define (cuserid) "Return the name of the effective user." (passwd:name (getpwuid (geteuid))))

;; Libraries, as before (system foreign-library)

(define* (dynamic-link #:optional filename)
  "Open the library FILENAME, or the program itself."
  (load-foreign-library filename))
(define (dynamic-unlink library) "Do nothing: libraries stay open." *unspecified*)
(define (dynamic-object? x) "Return #t when X is an open library." (foreign-library? x))
(define (dynamic-pointer name library)
  "Return a pointer to the symbol NAME of LIBRARY."
  (foreign-library-pointer library name))
(define (dynamic-func name library)
  "Return a pointer to the function NAME of LIBRARY."
  (foreign-library-pointer library name))
(define (dynamic-call function library)
  "Call the C FUNCTION, a pointer or a name in LIBRARY, without arguments."
  ((pointer->procedure void (if (string? function) (dynamic-func function library) function) '()))
  *unspecified*)
