;;; Commentary:
;;;
;;; The database of a store, for programs that make stores: images, packs, tests.  What is done with it is done by the
;;; primitives of (strata store).  Interface: (guix store database) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix store database)
  #:use-module (guix base16)
  #:use-module (guix build store-copy)
  #:use-module (guix config)
  #:use-module (guix store deduplication)
  #:use-module (strata store)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (sql-schema
            %default-database-file
            store-database-file
            call-with-database
            with-database
            path-id
            sqlite-register
            register-items
            %epoch
            reset-timestamps
            vacuum-database))

(define sql-schema
  ;; A file with the statements that make a new database, besides the usual ones, or #f.
  (make-parameter #f))

(define* (store-database-file #:key prefix state-directory)
  "Return the name of the database of the store whose state is in STATE-DIRECTORY, or whose root directory is PREFIX;
otherwise of the own store."
  (string-append (cond (state-directory (string-append state-directory "/db"))
                       (prefix (string-append prefix %localstatedir "/guix/db"))
                       (else %store-database-directory))
                 "/db.sqlite"))

(define %default-database-file
  (store-database-file))

(define* (call-with-database file proc #:key (wal-mode? #t))
  "Call PROC with the database in FILE, which is made if need be.  Return what PROC returns."
  (let* ((new? (not (file-exists? file)))
         (db   (%open-database file)))
    (dynamic-wind
      (const #t)
      (lambda ()
        (when (and new? (sql-schema))
          (%database-execute db (call-with-input-file (sql-schema) get-string-all)))
        (unless wal-mode?
          (%database-execute db "pragma journal_mode = delete"))
        (proc db))
      (lambda ()
        (%close-database db)))))

(define-syntax with-database
  ;; Evaluate BODY with DB bound to the database in FILE.
  (syntax-rules ()
    ((_ file db #:wal-mode? wal-mode? body ...)
     (call-with-database file (lambda (db) body ...) #:wal-mode? wal-mode?))
    ((_ file db body ...)
     (call-with-database file (lambda (db) body ...)))))

(define (path-id db path)
  "Return the number of PATH in DB, or #f when it is not registered."
  (%database-path-id db path))

(define (now)
  "Return the current time, or that of SOURCE_DATE_EPOCH."
  (match (and=> (getenv "SOURCE_DATE_EPOCH") string->number)
    (#f      (current-time time-utc))
    (seconds (make-time time-utc 0 seconds))))

(define* (sqlite-register db #:key path (references '()) deriver hash nar-size (time (now)))
  "Register in DB the item PATH, made by DERIVER, whose archive has HASH, \"sha256:\" and base 16, and NAR-SIZE bytes.
All REFERENCES must be registered already.  TIME is when that was, now for #f."
  (when (negative? nar-size)
    (scm-error 'out-of-range "sqlite-register" "Value out of range: ~S" (list nar-size) (list nar-size)))
  (%database-register db path references deriver hash nar-size (time-second (or time (now)))))

(define %epoch
  ;; When everything in a store was changed last.
  (make-time time-utc 0 1))

(define* (reset-timestamps file #:key preserve-permissions?)
  "Set the modification time of FILE, and of all that is in it, to 1, and permissions to what they are in a store, unless
PRESERVE-PERMISSIONS? is true."
  (define (settle file permissions)
    (unless preserve-permissions?
      (chmod file permissions))
    (utime file 1 1 0 0))

  (let* ((status (lstat file))
         (executable? (not (zero? (logand #o100 (stat:mode status))))))
    (case (stat:type status)
      ((symlink) (utime file 1 1 0 0 AT_SYMLINK_NOFOLLOW))
      ((directory)
       (for-each (lambda (name)
                   (reset-timestamps (string-append file "/" name)
                                     #:preserve-permissions? preserve-permissions?))
                 (scandir file (negate (cut member <> '("." "..")))))
       (settle file #o555))
      (else (settle file (if executable? #o555 #o444))))))

(define AT_SYMLINK_NOFOLLOW #x100)

(define* (register-items db items
                         #:key prefix (registration-time (now)) (log-port (current-error-port)))
  "Register ITEMS in DB: <store-info> records, each after what it refers to.  PREFIX is the root directory of the store
that they are in."
  (define (register item)
    (let* ((base (basename (store-info-item item)))
           (path (if prefix
                     (string-append %storedir "/" base)
                     (store-info-item item)))
           (file (string-append (or prefix "") %store-directory "/" base)))
      (unless (path-id db path)
        (let-values (((hash size) (nar-sha256 file)))
          (sqlite-register db
                           #:path path
                           #:references (store-info-references item)
                           #:deriver (store-info-deriver item)
                           #:hash (string-append "sha256:" (bytevector->base16-string hash))
                           #:nar-size size
                           #:time registration-time)))))

  (format log-port "registering ~a items~%" (length items))
  (for-each register items))

(define (vacuum-database)
  "Write the database of the own store anew, without unused space."
  (with-database (store-database-file) db
    (%vacuum-database db)))
