;;; Commentary:
;;;
;;; Mounting what <file-system> records describe.
;;; Interface: mount-file-system and mount-flags->bit-mask of (gnu build file-systems) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu build file-systems)
  #:use-module (gnu system file-systems)
  #:use-module ((guix build syscalls) #:hide (file-system-type))
  #:use-module ((guix build utils) #:select (mkdir-p))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (mount-file-system mount-flags->bit-mask))

(define %flags
  `((read-only . ,MS_RDONLY)
    (bind-mount . ,MS_BIND)
    (no-suid . ,MS_NOSUID)
    (no-dev . ,MS_NODEV)
    (no-exec . ,MS_NOEXEC)
    (no-atime . ,MS_NOATIME)
    (no-diratime . ,MS_NODIRATIME)
    (strict-atime . ,MS_STRICTATIME)
    (lazy-time . ,MS_LAZYTIME)
    (shared . ,MS_SHARED)))

(define (mount-flags->bit-mask flags)
  "Return the number that mount(2) takes for FLAGS, the symbols of a <file-system>."
  (apply logior
         (map (lambda (flag)
                (or (assq-ref %flags flag)
                    (error "invalid mount flag" flag)))
              flags)))

(define (make-mount-point source target bind?)
  "See that TARGET exists: a directory, or a file when SOURCE, that is to be seen there, is one."
  (if (and bind? (not (file-is-directory? source)))
      (unless (file-exists? target)
        (mkdir-p (dirname target))
        (close-port (open-output-file target)))
      (mkdir-p target)))

(define (locked-flags target)
  "Return those flags of the file system at TARGET that a user name space may not take away."
  (logand (statfs-flags->mount-flags (file-system-mount-flags (statfs target)))
          (logior MS_NOSUID MS_NODEV MS_NOEXEC MS_NOATIME MS_NODIRATIME MS_RELATIME)))

(define* (mount-file-system fs #:key (root "/root"))
  "Mount FS, a <file-system>, below ROOT.  The mount point is made when it is not there."
  (define source
    (match (file-system-device fs)
      ((? string? device) device)
      (device (file-system-device->string device))))
  (define target
    (string-append root "/" (file-system-mount-point fs)))
  (define flags
    (mount-flags->bit-mask (file-system-flags fs)))
  (define bind?
    (memq 'bind-mount (file-system-flags fs)))

  (catch 'system-error
    (lambda ()
      (make-mount-point source target bind?)
      (mount source target (file-system-type fs) (logand flags (lognot MS_SHARED)) (file-system-options fs))
      ;; A bind mount is read-only from the second call on; so are shared ones.
      (when (and bind? (logtest MS_RDONLY flags))
        (mount source target (file-system-type fs)
               (logior MS_REMOUNT flags (locked-flags target))
               #f))
      (when (logtest MS_SHARED flags)
        (mount "none" target #f MS_SHARED)))
    (lambda args
      (or (file-system-mount-may-fail? fs)
          (apply throw args)))))
