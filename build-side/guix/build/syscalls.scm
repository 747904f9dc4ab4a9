;;; Commentary:
;;;
;;; Linux system calls through the C library, for builds and for system code: mounts, file systems, directories and
;;; processes; with what (guix build syscalls locks), (… network), (… terminals) and (… utmpx) have.  Numbers are those of
;;; Linux on 64-bit machines.
;;; Interface: (guix build syscalls) of GNU Guix 1.4; `clone' cannot be had here and says so.
;;;
;;; Code:

(define-module (guix build syscalls)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:use-module (system foreign)
  #:use-module (guix build syscalls calls)
  #:use-module (guix build syscalls locks)
  #:use-module (guix build syscalls network)
  #:use-module (guix build syscalls terminals)
  #:use-module (guix build syscalls utmpx)
  #:export (MS_RDONLY MS_NOSUID MS_NODEV MS_NOEXEC MS_REMOUNT MS_NOATIME MS_NODIRATIME MS_STRICTATIME
            MS_RELATIME MS_BIND MS_MOVE MS_REC MS_SHARED MS_LAZYTIME
            MNT_FORCE MNT_DETACH MNT_EXPIRE UMOUNT_NOFOLLOW
            AT_FDCWD AT_SYMLINK_NOFOLLOW AT_REMOVEDIR AT_SYMLINK_FOLLOW AT_NO_AUTOMOUNT AT_EMPTY_PATH

            device-number
            device-number->major+minor
            device-in-use?
            add-to-entropy-count

            mount
            umount
            mount?
            mount-device-number
            mount-source
            mount-point
            mount-type
            mount-options
            mount-flags
            mounts
            mount-points

            SWAP_FLAG_PREFER SWAP_FLAG_PRIO_MASK SWAP_FLAG_PRIO_SHIFT SWAP_FLAG_DISCARD
            swapon
            swapoff

            RB_AUTOBOOT RB_HALT_SYSTEM RB_ENABLED_CAD RB_DISABLE_CAD RB_POWER_OFF RB_SW_SUSPEND RB_KEXEC
            reboot
            load-linux-module

            file-system?
            file-system-type
            file-system-block-size
            file-system-block-count
            file-system-blocks-free
            file-system-blocks-available
            file-system-file-count
            file-system-free-file-nodes
            file-system-identifier
            file-system-maximum-name-length
            file-system-fragment-size
            file-system-mount-flags
            statfs
            ST_RDONLY ST_NOSUID ST_NODEV ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_WRITE ST_APPEND ST_IMMUTABLE
            ST_NOATIME ST_NODIRATIME ST_RELATIME
            statfs-flags->mount-flags
            free-disk-space

            processes
            mkdtemp!
            fdatasync
            pivot-root
            scandir*
            getxattr
            setxattr

            set-child-subreaper!
            set-thread-name
            thread-name

            CLONE_CHILD_CLEARTID CLONE_CHILD_SETTID CLONE_NEWCGROUP CLONE_NEWNS CLONE_NEWUTS CLONE_NEWIPC
            CLONE_NEWUSER CLONE_NEWPID CLONE_NEWNET
            clone
            setns)
  #:re-export (restart-on-EINTR

               fcntl-flock
               lock-file
               unlock-file
               with-file-lock
               with-file-lock/no-wait

               PF_PACKET AF_PACKET
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
               network-interfaces

               termios?
               termios-input-flags
               termios-output-flags
               termios-control-flags
               termios-local-flags
               termios-line-discipline
               termios-control-chars
               termios-input-speed
               termios-output-speed
               local-flags
               input-flags
               tcsetattr-action
               tcgetattr
               tcsetattr
               window-size?
               window-size-rows
               window-size-columns
               window-size-x-pixels
               window-size-y-pixels
               terminal-window-size
               terminal-columns
               terminal-rows
               openpty
               login-tty

               utmpx?
               utmpx-login-type
               utmpx-pid
               utmpx-line
               utmpx-id
               utmpx-user
               utmpx-host
               utmpx-termination-status
               utmpx-exit-status
               utmpx-session-id
               utmpx-time
               utmpx-address
               login-type
               utmpx-entries
               read-utmpx))



;;;
;;; Devices.
;;;

(define (device-number major minor)
  "Return the number of the device MAJOR, MINOR, as `mknod' takes it."
  (logior (ash (logand major #xfff) 8)
          (ash (logand major #xfffff000) 32)
          (logand minor #xff)
          (ash (logand minor #xffffff00) 12)))

(define (device-number->major+minor device)
  "Return the major and the minor number of DEVICE."
  (values (logior (logand (ash device -8) #xfff)
                  (logand (ash device -32) #xfffff000))
          (logior (logand device #xff)
                  (logand (ash device -12) #xffffff00))))

(define %BLKRRPART #x125f)

(define (device-in-use? device)
  "Return #t when the kernel says that DEVICE, a file name of a block device, is busy, mounted or not."
  (let ((fd (open-fdes device O_RDONLY)))
    ;; The kernel reads the partitions of an idle device again, and knows of none on some devices.
    (call-with-values (lambda () (c-ioctl fd %BLKRRPART %null-pointer))
      (lambda (value errno)
        (close-fdes fd)
        (cond ((zero? value) #f)
              ((= errno EBUSY) #t)
              ((= errno EINVAL) #f)
              (else (throw 'system-error "ioctl" "~S: ~A" (list device (strerror errno)) (list errno))))))))

(define %RNDADDTOENTCNT
  (if (string-prefix? "powerpc" %host-type) #x80045201 #x40045201))

(define (add-to-entropy-count port-or-fd n)
  "Let the kernel count N more bits of randomness; PORT-OR-FD is an open \"/dev/random\".  Only root may."
  (let ((count (make-bytevector 4)))
    (bytevector-s32-native-set! count 0 n)
    (call '("add-to-entropy-count") c-ioctl
          (if (port? port-or-fd) (fileno port-or-fd) port-or-fd)
          %RNDADDTOENTCNT (bytevector->pointer count))))


;;;
;;; Mounts.
;;;

(define MS_RDONLY 1)
(define MS_NOSUID 2)
(define MS_NODEV 4)
(define MS_NOEXEC 8)
(define MS_REMOUNT 32)
(define MS_NOATIME 1024)
(define MS_NODIRATIME 2048)
(define MS_BIND 4096)
(define MS_MOVE 8192)
(define MS_REC 16384)
(define MS_SHARED 1048576)
(define MS_RELATIME 2097152)
(define MS_STRICTATIME 16777216)
(define MS_LAZYTIME 33554432)

(define MNT_FORCE 1)
(define MNT_DETACH 2)
(define MNT_EXPIRE 4)
(define UMOUNT_NOFOLLOW 8)

(define AT_FDCWD -100)
(define AT_SYMLINK_NOFOLLOW #x100)
(define AT_REMOVEDIR #x200)
(define AT_SYMLINK_FOLLOW #x400)
(define AT_NO_AUTOMOUNT #x800)
(define AT_EMPTY_PATH #x1000)

(define %mtab "/etc/mtab")

(define (mtab-lines)
  (string-split (string-trim-right (call-with-input-file %mtab get-string-all)) #\newline))

(define c-mount (c-function int "mount" `(* * * ,unsigned-long *)))
(define c-umount (c-function int "umount2" `(* ,int)))

(define* (mount source target type #:optional (flags 0) options #:key update-mtab?)
  "Mount SOURCE on TARGET as a file system of TYPE with FLAGS, MS_* constants, and OPTIONS, a string or #f."
  (call (list "mount" #:message "mount ~S on ~S" source target) c-mount
        (string->pointer/null source) (string->pointer/null target) (string->pointer/null type)
        flags (string->pointer/null options))
  (when update-mtab?
    (let ((port (open-file %mtab "a")))
      (format port "~a ~a ~a ~a 0 0~%" source target type (or options "rw"))
      (close-port port))))

(define* (umount target #:optional (flags 0) #:key update-mtab?)
  "Unmount TARGET with FLAGS, MNT_* constants."
  (call (list "umount" target) c-umount (string->pointer/null target) flags)
  (when update-mtab?
    (let ((others (remove (lambda (line)
                            (match (string-tokenize line)
                              ((_ point . _) (string=? point target))
                              (_ #f)))
                          (mtab-lines))))
      (call-with-output-file %mtab
        (lambda (port)
          (for-each (lambda (line) (format port "~a~%" line)) others))))))

(define-record-type <mount>
  (make-mount device-number source point type options)
  mount?
  (device-number mount-device-number)
  (source mount-source)
  (point mount-point)
  (type mount-type)
  (options mount-options))                       ;string

(define %mount-option-flags
  `(("rw" . 0)
    ("ro" . ,MS_RDONLY)
    ("nosuid" . ,MS_NOSUID)
    ("nodev" . ,MS_NODEV)
    ("noexec" . ,MS_NOEXEC)
    ("relatime" . ,MS_RELATIME)
    ("noatime" . ,MS_NOATIME)
    ("nodiratime" . ,MS_NODIRATIME)))

(define (mount-flags mount)
  "Return those options of MOUNT that are flags, as MS_* constants."
  (apply logior 0
         (filter-map (lambda (option) (assoc-ref %mount-option-flags option))
                     (string-split (mount-options mount) #\,))))

(define (unescaped str)
  "Return STR with characters in place of octal escapes such as \"\\040\"."
  (let loop ((chars (string->list str)) (result '()))
    (match chars
      (() (reverse-list->string result))
      ((#\\ (? char-numeric? a) (? char-numeric? b) (? char-numeric? c) . rest)
       (loop rest
             (cons (integer->char (string->number (string a b c) 8)) result)))
      ((char . rest) (loop rest (cons char result))))))

(define (mounts)
  "Return the list of what is mounted, as this process sees it."
  (define (parse line)
    (match (string-tokenize line)
      ((_ _ device _ point options _ ... "-" type source _)
       (match (map string->number (string-split device #\:))
         ((major minor)
          (make-mount (device-number major minor) (unescaped source) (unescaped point) type options))))))

  (map parse
       (string-split (string-trim-right (call-with-input-file "/proc/self/mountinfo" get-string-all))
                     #\newline)))

(define (mount-points)
  "Return the list of the directories that something is mounted on."
  (map mount-point (mounts)))


;;;
;;; The system.
;;;

(define SWAP_FLAG_PREFER #x8000)
(define SWAP_FLAG_PRIO_MASK #x7fff)
(define SWAP_FLAG_PRIO_SHIFT 0)
(define SWAP_FLAG_DISCARD #x10000)

(define c-swapon (c-function int "swapon" `(* ,int)))
(define c-swapoff (c-function int "swapoff" '(*)))

(define* (swapon device #:optional (flags 0))
  "Use DEVICE, a file name, for swapping, with FLAGS, SWAP_FLAG_* constants."
  (call (list "swapon" device) c-swapon (string->pointer/null device) flags))

(define (swapoff device)
  "Use DEVICE no more for swapping."
  (call (list "swapoff" device) c-swapoff (string->pointer/null device)))

(define RB_AUTOBOOT #x01234567)
(define RB_HALT_SYSTEM #xcdef0123)
(define RB_ENABLED_CAD #x89abcdef)
(define RB_DISABLE_CAD 0)
(define RB_POWER_OFF #x4321fedc)
(define RB_SW_SUSPEND #xd000fce2)
(define RB_KEXEC #x45584543)

(define c-reboot (c-function int "reboot" (list unsigned-int)))
(define c-init-module (c-function int "init_module" `(* ,unsigned-long *)))

(define* (reboot #:optional (cmd RB_AUTOBOOT))
  "Restart the machine, or do what CMD, a RB_* constant, says."
  (call (list "reboot" cmd) c-reboot cmd))

(define* (load-linux-module data #:optional (options ""))
  "Load DATA, a bytevector, a module, into the kernel with OPTIONS."
  (call '("load-linux-module") c-init-module
        (bytevector->pointer data) (bytevector-length data) (string->pointer/null options)))

(define (processes)
  "Return the list of the numbers of processes, in order, without the kernel's own."
  (define (kernel? process)
    ;; It has no code.
    (match (string-tokenize
            (let ((stat (call-with-input-file (format #f "/proc/~a/stat" process) get-string-all)))
              (string-drop stat (+ 1 (string-rindex stat #\))))))
      ((= (lambda (fields) (list-ref fields 23)) "0") #t)
      (_ #f)))

  (sort (filter (lambda (process)
                  ;; It may have ended.
                  (not (catch 'system-error
                         (lambda () (kernel? process))
                         (const #t))))
                (filter-map string->number (scandir "/proc")))
        <))

(define CLONE_CHILD_CLEARTID #x00200000)
(define CLONE_CHILD_SETTID #x01000000)
(define CLONE_NEWCGROUP #x02000000)
(define CLONE_NEWNS #x00020000)
(define CLONE_NEWUTS #x04000000)
(define CLONE_NEWIPC #x08000000)
(define CLONE_NEWUSER #x10000000)
(define CLONE_NEWPID #x20000000)
(define CLONE_NEWNET #x40000000)

(define c-setns (c-function int "setns" (list int int)))
(define c-pivot-root (c-function int "pivot_root" '(* *)))
(define c-prctl (c-function int "prctl" `(,int * * * *)))

(define system-clone
  ;; strata's own sees to the threads of its process.
  (or (and=> (resolve-module '(ice-9 posix-primitives) #t #f #:ensure #f)
             (lambda (module) (module-ref module '%clone)))
      (let ((number (cond ((string-prefix? "x86_64" %host-type) 56)
                          ((string-prefix? "aarch64" %host-type) 220)
                          (else 120)))
            (c-clone (c-function long "syscall" (list long unsigned-long '* '* '* '*))))
        (lambda (flags)
          (call (list "clone" flags) c-clone
                number flags %null-pointer %null-pointer %null-pointer %null-pointer)))))

(define (clone flags)
  "Make a copy of this process in new name spaces, as FLAGS, the sum of CLONE_NEW… constants, say; return 0 in the copy
and its number in this process."
  (system-clone flags))

(define (setns fdes nstype)
  "Enter the name space of FDES, an open file of /proc/PID/ns; NSTYPE is its kind, a CLONE_* constant, or 0."
  (call (list "setns" fdes nstype) c-setns fdes nstype))

(define (pivot-root new-root put-old)
  "Make NEW-ROOT the root file system and put the one that was to PUT-OLD."
  (call (list "pivot_root" new-root put-old) c-pivot-root
        (string->pointer/null new-root) (string->pointer/null put-old)))

(define (prctl operation argument)
  (call '("prctl") c-prctl operation argument %null-pointer %null-pointer %null-pointer))

(define (set-child-subreaper!)
  "Become the parent of those descendants whose parents end."
  (prctl 36 (make-pointer 1)))

(define (set-thread-name name)
  "Call the current thread NAME; only 15 bytes of it count."
  (prctl 15 (string->pointer/null name)))

(define (thread-name)
  "Return the name of the current thread."
  (let ((buffer (make-bytevector 16 0)))
    (prctl 16 (bytevector->pointer buffer))
    (pointer->string (bytevector->pointer buffer) -1 "UTF-8")))


;;;
;;; Files.
;;;

(define c-mkdtemp (c-function '* "mkdtemp" '(*)))
(define c-fdatasync (c-function int "fdatasync" (list int)))
(define c-getxattr (c-function ssize_t "getxattr" `(* * * ,size_t)))
(define c-setxattr (c-function int "setxattr" `(* * * ,size_t ,int)))

(define (mkdtemp! tmpl)
  "Make a directory of a name that no other file has, TMPL with the six X at its end replaced, and return the name."
  (pointer->string (call/check c-mkdtemp (list "mkdtemp!" tmpl) (list (string->pointer/null tmpl))
                               null-pointer?)
                   -1 "UTF-8"))

(define (fdatasync port)
  "Write what PORT, an output port, has buffered, and see that it is on the disk."
  (force-output port)
  (call (list "fdatasync" (fileno port)) c-fdatasync (fileno port)))

(define (getxattr file key)
  "Return the extended attribute KEY of FILE, or #f when it has none."
  (call-with-values
      (lambda () (c-getxattr (string->pointer/null file) (string->pointer/null key) %null-pointer 0))
    (lambda (size errno)
      (cond ((negative? size) #f)
            ((zero? size) "")
            (else
             (let ((buffer (make-bytevector size)))
               (call (list "getxattr" file key) c-getxattr
                     (string->pointer/null file) (string->pointer/null key)
                     (bytevector->pointer buffer) size)
               (utf8->string buffer)))))))

(define* (setxattr file key value #:optional (flags 0))
  "Let the extended attribute KEY of FILE be VALUE, a string."
  (let ((bytes (string->utf8 value)))
    (call (list "setxattr" file key value) c-setxattr
          (string->pointer/null file) (string->pointer/null key)
          (bytevector->pointer bytes) (bytevector-length bytes) flags)))

(define* (scandir* name #:optional
                   (select? (const #t))
                   (entry<? (lambda (entry1 entry2) (string<? (car entry1) (car entry2))))
                   #:key (string->pointer string->pointer/null)
                   (pointer->string (lambda (pointer length) (pointer->string pointer length "UTF-8"))))
  "Return the sorted list of what is in the directory NAME, as pairs of a name and an alist with `type' and `inode'.  Throw
`system-error' when the directory cannot be read."
  (let ((stream (opendir name)))
    (let loop ((entries '()))
      (match (readdir stream)
        ((? eof-object?)
         (closedir stream)
         (sort entries entry<?))
        (file
         (let* ((stat (false-if-exception (lstat (string-append name "/" file))))
                (entry `(,file (type . ,(if stat (stat:type stat) 'unknown))
                               (inode . ,(if stat (stat:ino stat) 0)))))
           (loop (if (select? entry) (cons entry entries) entries))))))))


;;;
;;; File systems.
;;;

(define-record-type <file-system>
  (make-file-system type block-size blocks blocks-free blocks-available files free-files identifier
                    name-length fragment-size mount-flags)
  file-system?
  (type file-system-type)
  (block-size file-system-block-size)
  (blocks file-system-block-count)
  (blocks-free file-system-blocks-free)
  (blocks-available file-system-blocks-available)
  (files file-system-file-count)
  (free-files file-system-free-file-nodes)
  (identifier file-system-identifier)
  (name-length file-system-maximum-name-length)
  (fragment-size file-system-fragment-size)
  (mount-flags file-system-mount-flags))         ;ST_* constants

(define ST_RDONLY 1)
(define ST_NOSUID 2)
(define ST_NODEV 4)
(define ST_NOEXEC 8)
(define ST_SYNCHRONOUS 16)
(define ST_MANDLOCK 64)
(define ST_WRITE 128)
(define ST_APPEND 256)
(define ST_IMMUTABLE 512)
(define ST_NOATIME 1024)
(define ST_NODIRATIME 2048)
(define ST_RELATIME 4096)

(define (statfs-flags->mount-flags flags)
  "Return the MS_* constants for FLAGS, ST_* constants."
  (apply logior 0
         (filter-map (match-lambda
                       ((st . ms) (and (not (zero? (logand flags st))) ms)))
                     `((,ST_RDONLY . ,MS_RDONLY)
                       (,ST_NOSUID . ,MS_NOSUID)
                       (,ST_NODEV . ,MS_NODEV)
                       (,ST_NOEXEC . ,MS_NOEXEC)
                       (,ST_NOATIME . ,MS_NOATIME)
                       (,ST_NODIRATIME . ,MS_NODIRATIME)
                       (,ST_RELATIME . ,MS_RELATIME)))))

(define c-statfs (c-function int "statfs64" '(* *)))

(define (statfs file)
  "Return the description of the file system that FILE is on."
  (let ((buffer (make-bytevector 120 0)))
    (define (word offset)
      (bytevector-u64-native-ref buffer offset))

    (call (list "statfs" file) c-statfs (string->pointer/null file) (bytevector->pointer buffer))
    (make-file-system (word 0) (word 8) (word 16) (word 24) (word 32) (word 40) (word 48)
                      (list (bytevector-s32-native-ref buffer 56) (bytevector-s32-native-ref buffer 60))
                      (word 64) (word 72) (word 80))))

(define (free-disk-space file)
  "Return how many bytes there is room for on the file system that FILE is on."
  (let ((description (statfs file)))
    (* (file-system-block-size description)
       (file-system-blocks-available description))))
