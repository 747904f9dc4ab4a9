;;; Commentary:
;;;
;;; Containers of `strata shell': which files they see, who one is in them, which variables are set.  What comes out is a
;;; list of operations for runtime/builds/container-launcher.ts, which does them.
;;; Part of (guix scripts environment).
;;;
;;; Code:

(define-module (guix scripts environment container)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix profiles)
  #:use-module (guix ui)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (container-plan
            specification->mapping
            specification->link
            assert-container-features))


;;;
;;; Arguments of options.
;;;

(define (specification->mapping text writable?)
  "Return the list of the source, the target and whether the latter is WRITABLE? that TEXT, SOURCE or SOURCE=TARGET, means."
  (match (string-index text #\=)
    (#f (list text text writable?))
    (index (list (string-take text index) (string-drop text (+ 1 index)) writable?))))

(define (specification->link text)
  "Return the pair of the link and of what it points to in the profile that TEXT, LINK=TARGET, means."
  (match (string-split text #\=)
    (((? absolute-file-name? link) target)
     (if (absolute-file-name? target)
         (leave (G_ "~a: symlink target is absolute~%") target)
         (cons link target)))
    ((link target)
     (leave (G_ "~a: symlink source is not absolute~%") link))
    (_
     (leave (G_ "~a: invalid symlink specification~%") text))))

(define (assert-container-features)
  "Report why there can be no containers on this machine, and exit, if that is so."
  (define (setting-of file)
    (and (file-exists? file)
         (call-with-input-file file read-line)))

  (unless (file-exists? "/proc/self/ns/user")
    (report-error (G_ "cannot create container: user namespaces unavailable~%"))
    (leave (G_ "is your kernel version < 3.10?~%")))
  (unless (or (zero? (getuid))
              (not (equal? "0" (setting-of "/proc/sys/kernel/unprivileged_userns_clone"))))
    (report-error (G_ "cannot create container: unprivileged user cannot create user namespaces~%"))
    (leave (G_ "please set /proc/sys/kernel/unprivileged_userns_clone to \"1\"~%")))
  (unless (file-exists? "/proc/self/setgroups")
    (report-error (G_ "cannot create container: /proc/self/setgroups does not exist~%"))
    (leave (G_ "is your kernel version < 3.19?~%"))))


;;;
;;; What the container is made of.
;;;

(define network-files
  ;; What programs that use the network look at.
  '("/etc/resolv.conf" "/etc/nsswitch.conf" "/etc/services" "/etc/hosts" "/var/run/nscd/socket"))

(define fhs-directories
  ;; Directories of the profile, and where a system that follows the Filesystem Hierarchy Standard has them.
  '(("/lib" . "/lib") ("/include" . "/usr/include") ("/sbin" . "/sbin")
    ("/libexec" . "/usr/libexec") ("/share" . "/usr/share")))

(define fhs-links
  '(("/lib" . "/usr/lib") ("/lib" . "/lib64") ("/bin" . "/usr/bin") ("/sbin" . "/usr/sbin")))

(define (fhs-operations profile)
  "Return the operations that make the container look like other systems."
  (define (link-contents directory excluded)
    (map (lambda (file)
           (list "link" (string-append profile directory "/" file) (string-append directory "/" file)))
         (or (scandir (string-append profile directory)
                      (negate (cut member <> (cons* "." ".." excluded))))
             '())))

  (append
   (filter-map (match-lambda
                 ((source . target)
                  (let ((source (string-append profile source)))
                    (and (file-exists? source)
                         (list "bind" (canonicalize-path source) target)))))
               fhs-directories)
   (map (match-lambda
          ((target . link) (list "link" target link)))
        fhs-links)
   (link-contents "/bin" '("sh"))
   (link-contents "/etc" '("passwd" "group" "hosts" "ld.so.conf" "ld.so.cache"))
   (if (and (file-exists? (string-append profile "/bin/gcc"))
            (not (file-exists? (string-append profile "/bin/cc"))))
       (list (list "link" (string-append profile "/bin/gcc") "/bin/cc"))
       '())
   (list (list "file" "/etc/ld.so.conf" "/lib\n/lib/nss\n"))))

(define (caller-account)
  (false-if-exception (getpwuid (getuid))))

(define* (container-plan profile manifest #:key command bash items (white-list '()) options)
  "Return the list of COMMAND, a list of words, and of the operations that describe its container, in which PROFILE with its
MANIFEST and the store ITEMS can be seen, and BASH is the shell.  Set the variables of this process to those of the
container, with those of the caller that WHITE-LIST, regular expressions, lets in."
  (define user (assoc-ref options 'user))
  (define network? (assoc-ref options 'network?))
  (define fhs? (assoc-ref options 'emulate-fhs?))
  (define share-directory? (not (assoc-ref options 'no-cwd?)))
  (define account (caller-account))
  (define caller-home (or (getenv "HOME") (and=> account passwd:dir) "/"))
  (define name (or user (and=> account passwd:name) (getenv "USER") "charlie"))
  (define home (if user
                   (string-append "/home/" user)
                   (or (and=> account passwd:dir) (string-append "/home/" name))))
  (define uid (if user 1000 (getuid)))
  (define gid (if user 1000 (getgid)))
  (define visible-profile
    (if (assoc-ref options 'link-profile?)
        (string-append home "/.guix-profile")
        profile))

  (define (inside file)
    ;; Where FILE of the caller is in the container: another user has another home.
    (if (and user (string-prefix? caller-home file))
        (string-append home (string-drop file (string-length caller-home)))
        file))

  (define mappings
    (append (filter-map (match-lambda
                          (('file-system-mapping . mapping) mapping)
                          (_ #f))
                        (reverse options))
            (if share-directory?
                (list (list (getcwd) (getcwd) #t))
                '())))

  (define (mapping->operation mapping)
    (match mapping
      ((source target writable?)
       (unless (file-exists? source)
         (leave (G_ "~a: ~a~%") source (strerror ENOENT)))
       (list (if writable? "bind-writable" "bind")
             (canonicalize-path source) (inside target)))))

  (define (link->operation link)
    (match link
      ((file . target)
       (let ((target (string-append profile "/" target)))
         (unless (file-exists? target)
           (leave (G_ "~a: dangling symlink: '~a' does not exist~%") file target))
         (list "link" target file)))))

  (define operations
    (append
     (list (list "user" (number->string uid) (number->string gid))
           (list "link" bash "/bin/sh")
           (list "directory" "/tmp")
           (list "directory" home)
           (list "file" "/etc/passwd"
                 (format #f "~a:x:~a:~a:~a:~a:~a~%" name uid gid
                         (if (or user (not account)) "" (passwd:gecos account))
                         home bash))
           (list "file" "/etc/group"
                 (format #f "users:x:~a:~%overflow:x:65534:~%" gid)))
     (if network?
         (cons (list "network")
               (filter-map (lambda (file)
                             (and (file-exists? file)
                                  (list "bind" (canonicalize-path file) file)))
                           network-files))
         (list (list "file" "/etc/hosts" "127.0.0.1 localhost\n")))
     (if fhs? (fhs-operations profile) '())
     (map (lambda (item) (list "bind" item item)) items)
     (map mapping->operation mappings)
     (map link->operation (or (assoc-ref options 'symlinks) '()))
     (if (string=? profile visible-profile)
         '()
         (list (list "link" profile visible-profile)))
     (list (list "chdir" (if share-directory? (inside (getcwd)) home)))))

  (set-variables! name home profile visible-profile manifest white-list fhs?)
  (list (if fhs?
            `("/bin/sh" "-c" "ldconfig -X; exec \"$@\"" "sh" ,@command)
            command)
        operations))

(define (set-variables! name home profile visible-profile manifest white-list fhs?)
  "Set the variables of this process as a container has them."
  (define kept
    (filter (lambda (setting)
              (any (cut regexp-exec <> (string-take setting (string-index setting #\=))) white-list))
            (environ)))

  (define (visible value)
    ;; Search paths were looked for in the profile itself.
    (if (string=? profile visible-profile)
        value
        (string-join (map (lambda (file)
                            (if (string-prefix? profile file)
                                (string-append visible-profile (string-drop file (string-length profile)))
                                file))
                          (string-split value #\:))
                     ":")))

  (environ '())
  (load-profile profile manifest)
  (for-each (match-lambda
              ((variable . value) (setenv variable (visible value))))
            (map (lambda (setting)
                   (let ((index (string-index setting #\=)))
                     (cons (string-take setting index) (string-drop setting (+ 1 index)))))
                 (environ)))
  (for-each (match-lambda
              ((variable . value) (setenv variable value)))
            `(("PS1" . "\\u@\\h \\w [env]\\$ ")
              ("TMPDIR" . "/tmp") ("TEMPDIR" . "/tmp") ("TMP" . "/tmp") ("TEMP" . "/tmp")
              ("LOGNAME" . ,name)
              ("USER" . ,name)
              ("HOME" . ,home)
              ("GUIX_ENVIRONMENT" . ,visible-profile)
              ,@(if fhs? '(("PATH" . "/bin:/usr/bin:/sbin:/usr/sbin")) '())))
  (for-each putenv kept))
