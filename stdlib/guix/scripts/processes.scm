;;; Commentary:
;;;
;;; What `strata processes' does: which clients daemons serve, the locks they hold, and the processes they started.  Sessions
;;; of guix-daemon are told by their command lines, `guix-daemon PID', those of strata's daemon by their title.
;;; Interface: (guix scripts processes) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts processes)
  #:use-module (guix i18n)
  #:use-module (guix scripts)
  #:use-module (guix store)
  #:use-module (guix ui)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (process? process-id process-parent-id process-command processes
            daemon-session? daemon-session-process daemon-session-client daemon-session-children
            daemon-session-locks-held daemon-sessions
            guix-processes))

(define-record-type <process>
  (make-process id parent command)
  process?
  (id      process-id)
  (parent  process-parent-id)           ;#f for the first one
  (command process-command))            ;list of strings

(set-record-type-printer! <process>
  (lambda (process port)
    (format port "#<process ~a>" (process-id process))))

(define-record-type <daemon-session>
  (make-daemon-session process client children locks)
  daemon-session?
  (process  daemon-session-process)
  (client   daemon-session-client)
  (children daemon-session-children)
  (locks    daemon-session-locks-held)) ;list of file names

(define-syntax-rule (unless-gone expression)
  ;; Processes may end while they are looked at.  What other users have open cannot be seen.
  (catch 'system-error
    (lambda () expression)
    (lambda args
      (if (memv (system-error-errno args) (list ENOENT ESRCH EACCES))
          #f
          (apply throw args)))))

(define (parent-in port)
  "Return the parent that the status at PORT names, or #f."
  (match (read-line port)
    ((? eof-object?) #f)
    (line
     (if (string-prefix? "PPid:" line)
         (match (string->number (string-trim-both (string-drop line 5)))
           (0 #f)
           (parent parent))
         (parent-in port)))))

(define (process-entries directory)
  "Return the names of DIRECTORY's entries that are numbers."
  (or (unless-gone (scandir directory string->number)) '()))

(define (processes)
  "Return the processes of this machine."
  (filter-map (lambda (id)
                (define (file name)
                  (string-append "/proc/" id "/" name))
                (unless-gone
                 (make-process (string->number id)
                               (call-with-input-file (file "status") parent-in)
                               (string-tokenize (call-with-input-file (file "cmdline") read-string)
                                                (char-set-complement (char-set #\nul))))))
              (process-entries "/proc")))

(define (open-files process)
  "Return the names of the files that PROCESS has open, as far as this user may know."
  (let ((directory (string-append "/proc/" (number->string (process-id process)) "/fd")))
    (filter-map (lambda (descriptor)
                  (unless-gone (readlink (string-append directory "/" descriptor))))
                (process-entries directory))))

(define (lock? file)
  (and (string-prefix? (%store-prefix) file)
       (string-suffix? ".lock" file)))

(define strata-title "strata daemon for ")

(define (session-client-id process)
  "Return the number of the process that PROCESS serves, if it is a session of a daemon, or #f."
  (match (process-command process)
    (((? (cut string-prefix? strata-title <>) title) . _)
     (string->number (string-trim-right (string-drop title (string-length strata-title)))))
    ((program (= string->number (? integer? client)) . _)
     (and (string=? (basename program) "guix-daemon") client))
    (_ #f)))

(define (daemon? process)
  (match (process-command process)
    ((program . _)
     (or (string=? (string-trim-right program) "strata daemon")
         (string=? (basename program) "guix-daemon")))
    (() #f)))

(define (daemon-sessions)
  "Return two values: the sessions of daemons, and the processes of the daemons themselves."
  (define all (processes))
  (define (lookup id)
    (find (lambda (process) (= id (process-id process))) all))
  (define (children-of process)
    (filter (lambda (other) (eqv? (process-id process) (process-parent-id other))) all))

  (values (filter-map (lambda (process)
                        ;; A client may have ended just before its session.
                        (and=> (and=> (session-client-id process) lookup)
                               (lambda (client)
                                 (make-daemon-session process client (children-of process)
                                                      (filter lock? (open-files process))))))
                      all)
          (filter (lambda (process)
                    (and (daemon? process) (not (session-client-id process))))
                  all)))


;;;
;;; Output.
;;;

(define (write-fields port . fields)
  "Write FIELDS, each a list of a name and a value that may be a list of words, to PORT."
  (for-each (match-lambda
              ((name (words ...))
               (format port "~a:~{ ~a~}~%" name words))
              ((name value)
               (format port "~a: ~a~%" name value)))
            fields))

(define (write-sessions port sessions)
  "Write one record for each of SESSIONS."
  (for-each (lambda (session)
              (let ((client (daemon-session-client session)))
                (write-fields port
                              `("SessionPID" ,(process-id (daemon-session-process session)))
                              `("ClientPID" ,(process-id client))
                              `("ClientCommand" ,(process-command client))))
              (for-each (lambda (lock) (write-fields port `("LockHeld" ,lock)))
                        (daemon-session-locks-held session))
              (for-each (lambda (child)
                          (write-fields port
                                        `("ChildPID" ,(process-id child))
                                        `("ChildCommand" ,(process-command child))))
                        (daemon-session-children session))
              (newline port))
            sessions))

(define (write-record-set port name declarations records)
  "Write RECORDS, lists of fields, as the record set NAME."
  (format port "%rec: ~a~%~{~a~%~}~%" name declarations)
  (for-each (lambda (fields)
              (apply write-fields port fields)
              (newline port))
            records))

(define (write-normalized-sessions port sessions)
  "Write SESSIONS as three record sets that refer to one another."
  (define (session-field session)
    `("Session" ,(process-id (daemon-session-process session))))
  (write-record-set port "Session"
                    '("%type: PID int" "%type: ClientPID int" "%key: PID" "%mandatory: ClientPID ClientCommand")
                    (map (lambda (session)
                           (let ((client (daemon-session-client session)))
                             `(("PID" ,(process-id (daemon-session-process session)))
                               ("ClientPID" ,(process-id client))
                               ("ClientCommand" ,(process-command client)))))
                         sessions))
  (write-record-set port "Lock"
                    '("%mandatory: LockHeld" "%type: Session rec Session")
                    (append-map (lambda (session)
                                  (map (lambda (lock) `(("LockHeld" ,lock) ,(session-field session)))
                                       (daemon-session-locks-held session)))
                                sessions))
  (write-record-set port "ChildProcess"
                    '("%type: PID int" "%type: Session rec Session" "%key: PID" "%mandatory: Command")
                    (append-map (lambda (session)
                                  (map (lambda (child)
                                         `(("PID" ,(process-id child))
                                           ("Command" ,(process-command child))
                                           ,(session-field session)))
                                       (daemon-session-children session)))
                                sessions)))

(define %formats
  `(("recutils" . ,write-sessions)
    ("normalized" . ,write-normalized-sessions)))

(define %options
  (list (option '(#\f "format") #t #f
                (lambda (opt name argument result)
                  (match (assoc argument %formats)
                    (#f (leave (G_ "~a: unsupported output format~%") argument))
                    ((_ . write) (acons 'write write result)))))
        (option '("list-formats") #f #f
                (lambda _
                  (format #t (G_ "The available formats are:\n~%~{  - ~a~%~}") (map first %formats))
                  (exit 0)))))

(define-command (guix-processes . args)
  (category plumbing)
  (synopsis "list currently running sessions")
  (let ((options (parse-command-line args %options `(((write . ,write-sessions))) #:build-options? #f)))
    ((assq-ref options 'write) (current-output-port) (daemon-sessions))))
