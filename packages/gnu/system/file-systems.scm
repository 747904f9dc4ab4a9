;;; Commentary:
;;;
;;; The file systems that a system mounts, as records, with the ones that most systems have.  Not the mounting.
;;; Loaded by build programs as well: no module of packages and no (guix config) here.
;;; Interface: (gnu system file-systems) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system file-systems)
  #:use-module (gnu system uuid)
  #:use-module ((guix diagnostics) #:select (source-properties->location leave &fix-hint))
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:re-export (uuid
               string->uuid
               uuid->string)
  #:export (file-system
            file-system?
            file-system-device
            file-system-device->string
            file-system-title
            file-system-mount-point
            file-system-type
            file-system-needed-for-boot?
            file-system-flags
            file-system-options
            file-system-options->alist
            alist->file-system-options
            file-system-mount?
            file-system-mount-may-fail?
            file-system-check?
            file-system-skip-check-if-clean?
            file-system-repair
            file-system-create-mount-point?
            file-system-dependencies
            file-system-location
            file-system-type-predicate
            file-system-mount-point-predicate
            btrfs-subvolume?
            btrfs-store-subvolume-file-name
            file-system-label
            file-system-label?
            file-system-label->string
            file-system->spec
            spec->file-system
            specification->file-system-mapping
            %pseudo-file-system-types
            %fuse-control-file-system
            %binary-format-file-system
            %debug-file-system
            %efivars-file-system
            %shared-memory-file-system
            %pseudo-terminal-file-system
            %tty-gid
            %immutable-store
            %control-groups
            %elogind-file-systems
            %base-file-systems
            %container-file-systems
            <file-system-mapping>
            file-system-mapping
            file-system-mapping?
            file-system-mapping-source
            file-system-mapping-target
            file-system-mapping-writable?
            file-system-mapping->bind-mount
            %store-mapping
            %network-configuration-files
            %network-file-mappings
            swap-space
            swap-space?
            swap-space-target
            swap-space-dependencies
            swap-space-priority
            swap-space-discard?))

;;;
;;; Flags.
;;;

(eval-when (expand load eval)
  (define %mount-flags
    '(read-only bind-mount no-suid no-dev no-exec no-atime strict-atime lazy-time shared))

  (define (checked-flags flags properties)
    "Return FLAGS, or tell which of them is no flag of a mount; PROPERTIES say where they are given."
    (match (lset-difference eq? flags %mount-flags)
      (() flags)
      (wrong
       (leave (source-properties->location properties)
              (N_ "invalid file system mount flag:~{ ~s~}~%"
                  "invalid file system mount flags:~{ ~s~}~%"
                  (length wrong))
              wrong)))))

(define-syntax sanitize-flags
  ;; Constant flags are looked at when the program is expanded.
  (lambda (form)
    (syntax-case form (quote)
      ((_ (quote flags))
       (list? (syntax->datum #'flags))
       (begin
         (checked-flags (syntax->datum #'flags) (or (syntax-source #'flags) (syntax-source form)))
         #'(quote flags)))
      ((_ flags)
       #`(checked-flags flags '#,(datum->syntax form (or (syntax-source #'flags) (syntax-source form)))))
      (name
       (identifier? #'name)
       #'(lambda (flags) (checked-flags flags #f))))))

;;;
;;; Records.
;;;

(define-record-type* <file-system> make-file-system* make-file-system
  file-system?
  (device file-system-device)
  (mount-point file-system-mount-point)
  (type file-system-type)
  (flags file-system-flags (default '()) (sanitize sanitize-flags))
  (options file-system-options (default #f))
  (mount? file-system-mount? (default #t))
  (mount-may-fail? file-system-mount-may-fail? (default #f))
  (needed-for-boot? file-system-said-to-be-needed-for-boot? (default #f))
  (check? file-system-check? (default #t))
  (skip-check-if-clean? file-system-skip-check-if-clean? (default #t))
  (repair file-system-repair (default 'preen))
  (create-mount-point? file-system-create-mount-point? (default #f))
  (dependencies file-system-dependencies (default '()))
  (location file-system-location (default (current-source-location)) (innate)))

(define-record-type <file-system-label>
  (file-system-label text)
  file-system-label?
  (text file-system-label->string))

(set-record-type-printer! <file-system-label>
                          (lambda (label port)
                            (format port "#<file-system-label ~s>" (file-system-label->string label))))

(define (titled-device title device)
  "Return the device that DEVICE is in a declaration of the old style, whose TITLE says what kind of name it has."
  (case title
    ((label) (file-system-label device))
    ((uuid) (if (uuid? device) device (uuid device)))
    (else device)))

(define-syntax warn-about-title
  ;; Says, when the program is expanded, that a field is old.
  (lambda (form)
    (syntax-case form ()
      ((_ field)
       (let ((properties (or (syntax-source #'field) '())))
         (format (current-error-port) "~a:~a:~a: warning: 'title' field is deprecated~%"
                 (assq-ref properties 'filename)
                 (and=> (assq-ref properties 'line) 1+)
                 (assq-ref properties 'column))
         #''deprecated)))))

(define-syntax file-system
  (lambda (form)
    "Return a file system with the fields given.  The field 'title' of the old style is understood."
    (define (named name)
      (lambda (field)
        (syntax-case field ()
          ((field-name value ...)
           (identifier? #'field-name)
           (eq? (syntax->datum #'field-name) name))
          (_ #f))))
    (syntax-case form ()
      ((_ field ...)
       (let* ((fields #'(field ...))
              (title (find (named 'title) fields))
              (device (find (named 'device) fields)))
         (if (and title device)
             (with-syntax (((_ title-value) title)
                           ((device-name device-value) device)
                           (old-field title)
                           ((other ...)
                            (remove (lambda (field)
                                      (or ((named 'title) field) ((named 'device) field)))
                                    fields)))
               #'(begin
                   (warn-about-title old-field)
                   (make-file-system* other ...
                                      (device-name (titled-device title-value device-value)))))
             #'(make-file-system* field ...)))))))

(define (file-system-title file-system)
  "Return what kind of name the device of FILE-SYSTEM has: 'label, 'uuid or 'device."
  (let ((device (file-system-device file-system)))
    (cond ((file-system-label? device) 'label)
          ((uuid? device) 'uuid)
          (else 'device))))

(define-record-type* <file-system-mapping> file-system-mapping make-file-system-mapping
  file-system-mapping?
  (source file-system-mapping-source)
  (target file-system-mapping-target)
  (writable? file-system-mapping-writable? (default #f)))

(define-record-type* <swap-space> swap-space make-swap-space
  swap-space?
  this-swap-space
  (target swap-space-target)
  (dependencies swap-space-dependencies (default '()))
  (priority swap-space-priority (default #f))
  (discard? swap-space-discard? (default #f)))

;;;
;;; Names of files and devices.
;;;

(define (store-prefix)
  "Return the store's directory: what (guix store) says where that is loaded, else what the build's environment says."
  (let ((variable (and=> (false-if-exception (resolve-module '(guix store) #f #:ensure #f))
                         (lambda (module)
                           (module-variable module '%store-prefix)))))
    (if variable
        ((variable-ref variable))
        (or (getenv "NIX_STORE") "/gnu/store"))))

(define (components file)
  (string-tokenize file (char-set-complement (char-set #\/))))

(define (directory-of? directory file)
  "Return true if FILE is DIRECTORY or lies below it, going by their names alone."
  (and (eq? (string-prefix? "/" directory) (string-prefix? "/" file))
       (let ((above (components directory)) (below (components file)))
         (and (<= (length above) (length below))
              (every string=? above below)))))

(define* (file-system-device->string device #:key uuid-type)
  "Return the text of DEVICE, the name of a device, a label or an identifier; that as one of UUID-TYPE if it is given."
  (cond ((file-system-label? device) (file-system-label->string device))
        ((not (uuid? device)) device)
        (uuid-type (uuid->string (uuid-bytevector device) uuid-type))
        (else (uuid->string device))))

(define (file-system-options->alist text)
  "Return the list of the options in TEXT, separated by commas: strings, and pairs of strings for those with a value."
  (if text
      (map (lambda (option)
             (match (string-index option #\=)
               (#f option)
               (index (cons (string-take option index) (string-drop option (+ index 1))))))
           (string-split text #\,))
      '()))

(define (alist->file-system-options options)
  "Return the text of OPTIONS, a list as 'file-system-options->alist' returns, or #f if it is empty."
  (and (pair? options)
       (string-join (map (match-lambda
                           ((name . value) (string-append name "=" value))
                           (name name))
                         options)
                    ",")))

(define (file-system-needed-for-boot? file-system)
  "Return true if FILE-SYSTEM has to be there for booting: it says so, or the store is in it."
  (or (file-system-said-to-be-needed-for-boot? file-system)
      (and (not (memq 'bind-mount (file-system-flags file-system)))
           (directory-of? (file-system-mount-point file-system) (store-prefix)))))

(define (file-system-type-predicate type)
  "Return a predicate for file systems of TYPE, a string."
  (lambda (file-system)
    (string=? (file-system-type file-system) type)))

(define (file-system-mount-point-predicate mount-point)
  "Return a predicate for file systems that are mounted at MOUNT-POINT."
  (lambda (file-system)
    (string=? (file-system-mount-point file-system) mount-point)))

;;;
;;; For programs that mount them.
;;;

(define (file-system->spec file-system)
  "Return FILE-SYSTEM as a list that a build program can be given."
  (let ((device (file-system-device file-system)))
    (list (cond ((uuid? device) `(uuid ,(uuid-type device) ,(uuid-bytevector device)))
                ((file-system-label? device) `(file-system-label ,(file-system-label->string device)))
                (else device))
          (file-system-mount-point file-system)
          (file-system-type file-system)
          (file-system-flags file-system)
          (file-system-options file-system)
          (file-system-mount-may-fail? file-system)
          (file-system-check? file-system)
          (file-system-skip-check-if-clean? file-system)
          (file-system-repair file-system))))

(define (spec->file-system spec)
  "Return the file system that SPEC, a list as 'file-system->spec' returns, stands for.  Later versions may add elements."
  (match spec
    ((device* mount-point* type* flags* options* may-fail?* check?* skip?* repair* . _)
     (make-file-system*
      (device (match device*
                (('uuid (? symbol? type) (? bytevector? bytes)) (bytevector->uuid bytes type))
                (('file-system-label (? string? text)) (file-system-label text))
                (name name)))
      (mount-point mount-point*)
      (type type*)
      (flags flags*)
      (options options*)
      (mount-may-fail? may-fail?*)
      (check? check?*)
      (skip-check-if-clean? skip?*)
      (repair repair*)))))

(define (specification->file-system-mapping spec writable?*)
  "Return the mapping that SPEC, \"SOURCE\" or \"SOURCE=TARGET\", stands for."
  (match (string-index spec #\=)
    (#f (file-system-mapping (source spec) (target spec) (writable? writable?*)))
    (index (file-system-mapping (source (string-take spec index))
                                (target (string-drop spec (+ index 1)))
                                (writable? writable?*)))))

(define (file-system-mapping->bind-mount mapping)
  "Return the file system that shows in the guest what MAPPING maps."
  (make-file-system*
   (device (file-system-mapping-source mapping))
   (mount-point (file-system-mapping-target mapping))
   (type "none")
   (flags (if (file-system-mapping-writable? mapping)
              '(bind-mount)
              '(bind-mount read-only)))
   (check? #f)
   (create-mount-point? #t)))

;;;
;;; File systems that systems share.
;;;

(define %pseudo-file-system-types
  ;; Types of file systems that are on no device.
  '("binfmt_misc" "cgroup" "cgroup2" "debugfs" "devpts" "devtmpfs" "efivarfs" "fusectl" "hugetlbfs" "overlay" "proc"
    "securityfs" "sysfs" "tmpfs"))

(define-syntax-rule (virtual-file-system type* device* mount-point* field ...)
  ;; A file system that is on no device and needs no check.
  (make-file-system* (type type*) (device device*) (mount-point mount-point*) (check? #f) field ...))

(define %fuse-control-file-system
  (virtual-file-system "fusectl" "fusectl" "/sys/fs/fuse/connections"))

(define %binary-format-file-system
  (virtual-file-system "binfmt_misc" "binfmt_misc" "/proc/sys/fs/binfmt_misc"))

(define %debug-file-system
  (virtual-file-system "debugfs" "none" "/sys/kernel/debug" (create-mount-point? #t)))

(define %efivars-file-system
  (virtual-file-system "efivarfs" "efivarfs" "/sys/firmware/efi/efivars" (mount-may-fail? #t)))

(define %tty-gid
  ;; The group of terminals.
  996)

(define %pseudo-terminal-file-system
  (virtual-file-system "devpts" "none" "/dev/pts"
                       (create-mount-point? #t)
                       (options (format #f "gid=~a,mode=620" %tty-gid))))

(define %shared-memory-file-system
  (virtual-file-system "tmpfs" "tmpfs" "/dev/shm"
                       (flags '(no-suid no-dev))
                       (options "size=50%")
                       (create-mount-point? #t)))

(define %immutable-store
  ;; The store over itself, so that only the daemon writes to it.
  (virtual-file-system "none" (store-prefix) (store-prefix)
                       (flags '(read-only bind-mount no-atime))))

(define %control-groups
  (let ((parent (virtual-file-system "tmpfs" "cgroup" "/sys/fs/cgroup")))
    (cons parent
          (map (lambda (controller)
                 (virtual-file-system "cgroup" "cgroup" (string-append "/sys/fs/cgroup/" controller)
                                      (options controller)
                                      (create-mount-point? #t)
                                      (dependencies (list parent))))
               '("cpuset" "cpu" "cpuacct" "memory" "devices" "freezer" "blkio" "perf_event" "pids")))))

(define %elogind-file-systems
  ;; What the daemon of sessions expects.
  (append (map (lambda (directory)
                 (virtual-file-system "tmpfs" "none" directory
                                      (flags '(no-suid no-dev no-exec))
                                      (options "mode=0755")
                                      (create-mount-point? #t)))
               '("/run/systemd" "/run/user"))
          (list (virtual-file-system "cgroup" "cgroup" "/sys/fs/cgroup/elogind"
                                     (options "none,name=elogind")
                                     (create-mount-point? #t)
                                     (dependencies (list (first %control-groups)))))
          %control-groups))

(define %base-file-systems
  (list %pseudo-terminal-file-system
        %debug-file-system
        %shared-memory-file-system
        %efivars-file-system
        %immutable-store))

(define %container-file-systems
  ;; Those of containers, with less allowed in them.
  (map (match-lambda
         ((type* device* mount-point* flags* options*)
          (virtual-file-system type* device* mount-point*
                               (flags flags*)
                               (options options*)
                               (needed-for-boot? #t)
                               (create-mount-point? #t))))
       '(("devpts" "none" "/dev/pts" (no-exec no-suid) "newinstance,ptmxmode=0666,mode=620")
         ("tmpfs" "tmpfs" "/dev/shm" (no-exec no-suid no-dev) "mode=1777,size=65536k")
         ("mqueue" "mqueue" "/dev/mqueue" (no-exec no-suid no-dev) #f))))

(define %store-mapping
  (file-system-mapping (source (store-prefix)) (target (store-prefix))))

(define %network-configuration-files
  '("/etc/resolv.conf" "/etc/nsswitch.conf" "/etc/services" "/etc/hosts"))

(define %network-file-mappings
  ;; The first one is often a link to a file that cannot be mounted for reading only.
  (map (lambda (file)
         (file-system-mapping (source file) (target file) (writable? (string=? file "/etc/resolv.conf"))))
       %network-configuration-files))

;;;
;;; Btrfs.
;;;

(define (btrfs-subvolume? file-system)
  "Return true if FILE-SYSTEM is a part of a Btrfs file system that an option names."
  (and (string=? (file-system-type file-system) "btrfs")
       (any (match-lambda
              ((or (name . _) name) (and (string? name) (string-prefix? "subvol" name))))
            (file-system-options->alist (file-system-options file-system)))))

(define (btrfs-store-subvolume-file-name file-systems)
  "Return the name that the part with the store has inside of its Btrfs file system, or #f if the store is in none of
FILE-SYSTEMS that is such a part."
  (define (depth file-system)
    (length (components (file-system-mount-point file-system))))

  (match (sort (filter (lambda (file-system)
                         (and (btrfs-subvolume? file-system)
                              (directory-of? (file-system-mount-point file-system) (store-prefix))))
                       file-systems)
               (lambda (a b) (> (depth a) (depth b))))
    (() #f)
    ((innermost . _)
     (match (assoc-ref (filter pair? (file-system-options->alist (file-system-options innermost))) "subvol")
       (#f
        (raise (condition
                (&message
                 (message "The store is on a Btrfs subvolume, but the subvolume name is unknown."))
                (&fix-hint
                 (hint (G_ "Use the @code{subvol} Btrfs file system option."))))))
       (name (if (string-prefix? "/" name) name (string-append "/" name)))))))
