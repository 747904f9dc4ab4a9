;;; Commentary:
;;;
;;; Containers: procedures that run in a process with name spaces of its own.  The process is a copy of this one, so that
;;; it has all that was loaded; modules that it loads later must be in one of its mounts.
;;; Interface: (gnu build linux-container) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu build linux-container)
  #:use-module (gnu build file-systems)
  #:use-module (guix build syscalls)
  #:use-module ((guix build utils) #:select (mkdir-p delete-file-recursively))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (user-namespace-supported?
            unprivileged-user-namespace-supported?
            setgroups-supported?
            %namespaces
            run-container
            call-with-container
            container-excursion
            container-excursion*))

(define (user-namespace-supported?)
  "Return #t when the kernel has user name spaces."
  (file-exists? "/proc/self/ns/user"))

(define (unprivileged-user-namespace-supported?)
  "Return #t when users other than root can make user name spaces."
  (let ((switch "/proc/sys/kernel/unprivileged_userns_clone"))
    (or (not (file-exists? switch))
        (eqv? 1 (call-with-input-file switch read)))))

(define (setgroups-supported?)
  "Return #t when the kernel lets a user name space do without setgroups(2), as it has to."
  (file-exists? "/proc/self/setgroups"))

(define %kinds
  ;; Symbol, constant of clone(2), file below /proc/PID/ns; in the order in which a process may enter them: the user name
  ;; space gives the right to enter the others, the mounts take /proc away.
  `((user ,CLONE_NEWUSER "user")
    (cgroup ,CLONE_NEWCGROUP "cgroup")
    (ipc ,CLONE_NEWIPC "ipc")
    (uts ,CLONE_NEWUTS "uts")
    (net ,CLONE_NEWNET "net")
    (pid ,CLONE_NEWPID "pid")
    (mnt ,CLONE_NEWNS "mnt")))

(define %namespaces
  ;; The name spaces that a container has unless said otherwise.
  '(cgroup mnt pid ipc uts user net))

(define (clone-flags namespaces)
  (apply logior SIGCHLD
         (map (lambda (name)
                (match (assq name %kinds)
                  ((_ flag _) flag)
                  (#f (error "unknown name space" name))))
              namespaces)))

(define (exit-after thunk)
  "Call THUNK and end the process, a copy: with 0, or with 1 when there was an exception."
  (let ((status 1))
    (dynamic-wind
      (const #t)
      (lambda ()
        (thunk)
        (set! status 0))
      (lambda ()
        (false-if-exception (flush-all-ports))
        (primitive-_exit status)))))

(define (forget-environment)
  (for-each (lambda (variable)
              (unsetenv (substring variable 0 (string-index variable #\=))))
            (environ)))


;;;
;;; What a container sees.
;;;

(define %devices
  '("null" "zero" "full" "random" "urandom" "tty" "fuse"))

(define (bind source target)
  "Let the file SOURCE be seen at TARGET."
  (close-port (open-output-file target))
  (mount source target #f MS_BIND))

(define (mount-devices root)
  "Mount devices that do no harm below ROOT/dev."
  (define (place file)
    (string-append root "/dev/" file))

  (mkdir-p (place "."))
  (mount "none" (place ".") "tmpfs" (logior MS_NOEXEC MS_STRICTATIME) "mode=755")
  (for-each (lambda (device)
              (let ((source (string-append "/dev/" device)))
                (when (file-exists? source)
                  (bind source (place device)))))
            %devices)
  (mkdir (place "shm"))
  (mount "none" (place "shm") "tmpfs" (logior MS_NOSUID MS_NODEV) "mode=1777")
  (mkdir (place "pts"))
  (mount "none" (place "pts") "devpts" (logior MS_NOEXEC MS_NOSUID) "newinstance,mode=0620,ptmxmode=0666")
  (let ((terminal (false-if-exception (ttyname (current-input-port)))))
    (when (and terminal (file-exists? terminal))
      (bind terminal (place "console"))))
  (for-each (match-lambda
              ((name target) (symlink target (place name))))
            '(("ptmx" "pts/ptmx")
              ("fd" "/proc/self/fd")
              ("stdin" "/proc/self/fd/0")
              ("stdout" "/proc/self/fd/1")
              ("stderr" "/proc/self/fd/2"))))

(define %private
  ;; MS_PRIVATE of the kernel.
  (ash 1 18))

(define* (mount-container root file-systems #:key proc? sys?)
  "Make ROOT, a directory, the root of this process, with devices and FILE-SYSTEMS; with /proc when PROC? and /sys when
SYS?."
  (define (place file)
    (string-append root file))

  ;; Mounts made here are to stay here.
  (mount "none" "/" #f (logior MS_REC %private))
  (mount "none" root "tmpfs" 0 "mode=755")
  (when proc?
    (mkdir (place "/proc"))
    (mount "none" (place "/proc") "proc" (logior MS_NOEXEC MS_NOSUID MS_NODEV)))
  (when sys?
    (mkdir (place "/sys"))
    (mount "none" (place "/sys") "sysfs" (logior MS_NOEXEC MS_NOSUID MS_NODEV MS_RDONLY)))
  (mount-devices root)
  (for-each (lambda (file-system)
              (mount-file-system file-system #:root root))
            file-systems)

  (let ((old "/real-root"))
    (mkdir (place old))
    (pivot-root root (place old))
    (chdir "/")
    (umount old MNT_DETACH)
    (rmdir old)
    (chmod "/" #o755)))


;;;
;;; Processes.
;;;

(define* (map-users pid count #:key (guest-uid 0) (guest-gid 0))
  "Let COUNT users and groups of this name space, from the current ones on, be GUEST-UID and GUEST-GID and those that follow
in that of PID."
  (define (write-file name text)
    (call-with-output-file (format #f "/proc/~a/~a" pid name)
      (lambda (port) (display text port))))

  (let ((uid (getuid)) (gid (getgid)))
    ;; Who is not root may map his group only then.
    (unless (zero? uid)
      (write-file "setgroups" "deny"))
    (write-file "uid_map" (format #f "~a ~a ~a" guest-uid uid count))
    (write-file "gid_map" (format #f "~a ~a ~a" guest-gid gid count))))

(define (report args)
  "Return ARGS, of an exception, as something that another process can read."
  (if (eq? 'system-error (car args))
      args
      `(misc-error #f "~a" (,(object->string args)) #f)))

(define* (run-container root mounts namespaces host-uids thunk
                        #:key (guest-uid 0) (guest-gid 0))
  "Call THUNK in a new process with NAMESPACES, symbols as in %namespaces, and return its number.  With a name space of
mounts ROOT, a directory, becomes its root unless it is \"/\", with MOUNTS, <file-system> objects.  HOST-UIDS users from the
current one on are GUEST-UID (groups: GUEST-GID) and those that follow there.  @exception: what went wrong before THUNK was
called."
  (define proceed (pipe))
  (define outcome (pipe))

  ;; What is written to ports already is not the copy's to write.
  (flush-all-ports)
  (match (clone (clone-flags namespaces))
    (0
     (exit-after
      (lambda ()
        (close-port (cdr proceed))
        (close-port (car outcome))
        ;; The end of the file: the process that makes us has gone.
        (unless (eq? 'go (read (car proceed)))
          (primitive-_exit 4))
        (close-port (car proceed))
        (let ((result (catch #t
                        (lambda ()
                          (forget-environment)
                          (when (and (memq 'mnt namespaces) (not (string=? root "/")))
                            (mount-container root mounts
                                             #:proc? (memq 'pid namespaces)
                                             #:sys? (memq 'net namespaces)))
                          'ready)
                        (lambda args (report args)))))
          (write result (cdr outcome))
          (close-port (cdr outcome))
          (unless (eq? 'ready result)
            (primitive-_exit 2)))
        (thunk))))
    (pid
     (close-port (car proceed))
     (close-port (cdr outcome))
     (when (memq 'user namespaces)
       (map-users pid host-uids #:guest-uid guest-uid #:guest-gid guest-gid))
     (write 'go (cdr proceed))
     (close-port (cdr proceed))
     (let ((result (read (car outcome))))
       (close-port (car outcome))
       (match result
         ('ready pid)
         ((key . args)
          (waitpid pid)
          (apply throw key args))
         (_
          (waitpid pid)
          (error "the container ended before it began" pid)))))))

(define (exit-status status)
  "Return what a shell calls STATUS, of waitpid."
  (or (status:exit-val status)
      (+ 128 (or (status:term-sig status) (status:stop-sig status)))))

(define (relay-signals signals pid)
  "Give SIGNALS, from now on, to the process PID."
  (for-each (lambda (signal)
              (sigaction signal
                         (lambda (signal)
                           (false-if-exception (kill pid signal)))))
            signals))

(define (serve-as-init thunk signals)
  "Call THUNK in a child, wait for whatever ends, and end as the child does; SIGNALS are the child's."
  (match (primitive-fork)
    (0 (exit-after thunk))
    (child
     (relay-signals signals child)
     (let loop ()
       (match (waitpid WAIT_ANY)
         ((pid . status)
          (if (= pid child)
              (primitive-exit (exit-status status))
              (loop))))))))

(define* (call-with-container mounts thunk #:key (namespaces %namespaces)
                              (host-uids 1) (guest-uid 0) (guest-gid 0)
                              (relayed-signals (list SIGINT SIGTERM))
                              (child-is-pid1? #t)
                              (process-spawned-hook (const #t)))
  "Call THUNK in a container with MOUNTS, <file-system> objects, and NAMESPACES, symbols as in %namespaces; return the status
of the process as `waitpid' does.  HOST-UIDS, GUEST-UID and GUEST-GID are as for `run-container'.  RELAYED-SIGNALS that this
process gets go to the container.  PROCESS-SPAWNED-HOOK is called with the number of the process.  Unless CHILD-IS-PID1?,
THUNK runs as a child of a process that waits for those whose parents have ended."
  (let* ((root (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/strata-container.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda ()
        (let ((pid (run-container root mounts namespaces host-uids
                                  (if (and (memq 'pid namespaces) (not child-is-pid1?))
                                      (lambda () (serve-as-init thunk relayed-signals))
                                      thunk)
                                  #:guest-uid guest-uid #:guest-gid guest-gid)))
          (relay-signals relayed-signals pid)
          (process-spawned-hook pid)
          (match (waitpid pid)
            ((_ . status) status))))
      (lambda ()
        (false-if-exception (rmdir root))))))

(define (enter-namespaces pid)
  "Let this process, which must have no threads, be in the name spaces of PID."
  (for-each (match-lambda
              ((_ flag name)
               (let ((own (string-append "/proc/self/ns/" name))
                     (other (format #f "/proc/~a/ns/~a" pid name)))
                 ;; To enter the one where one is fails.
                 (unless (string=? (readlink own) (readlink other))
                   (call-with-input-file other
                     (lambda (port)
                       (setns (fileno port) flag)))))))
            %kinds))

(define (container-excursion pid thunk)
  "Call THUNK in a child that is in the name spaces of the process PID; return the exit status of the child."
  (flush-all-ports)
  (match (primitive-fork)
    (0
     (exit-after
      (lambda ()
        (enter-namespaces pid)
        (forget-environment)
        (chdir "/")
        (thunk))))
    (child
     (match (waitpid child)
       ((_ . status) (status:exit-val status))))))

(define (container-excursion* pid thunk)
  "Call THUNK as `container-excursion' does; return its value, which must be one that can be written and read, or #f when the
child fails."
  (match (pipe)
    ((in . out)
     (match (container-excursion
                pid
              (lambda ()
                (close-port in)
                (write (thunk) out)
                (close-port out)))
       (0
        (close-port out)
        (let ((value (read in)))
          (close-port in)
          value))
       (_
        (close-port out)
        (close-port in)
        #f)))))
