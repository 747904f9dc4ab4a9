;;; Commentary:
;;;
;;; Directories of files that are deleted some time after they were last used.  Interface: (guix cache) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix cache)
  #:use-module ((guix utils) #:select (with-atomic-file-output))
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (obsolete?
            delete-file*
            file-expiration-time
            remove-expired-cache-entries
            maybe-remove-expired-cache-entries))

(define (obsolete? date now ttl)
  "Return true if DATE, in seconds, is more than TTL seconds before NOW, a time object."
  (time>? (subtract-duration now (make-time time-duration 0 ttl))
          (make-time time-monotonic 0 date)))

(define-syntax-rule (unless-missing body ...)
  ;; Evaluate BODY; ignore that a file does not exist.
  (catch 'system-error
    (lambda () body ...)
    (lambda args
      (unless (= ENOENT (system-error-errno args))
        (apply throw args)))))

(define (delete-file* file)
  "Delete FILE if it exists."
  (unless-missing (delete-file file)))

(define* (file-expiration-time ttl #:optional (timestamp stat:atime))
  "Return a procedure that takes a file and returns when it expires: TTL seconds after what TIMESTAMP returns for its
status."
  (lambda (file)
    (match (stat file #f)
      (#f 0)                            ;somebody else deleted it
      (status (+ ttl (timestamp status))))))

(define* (remove-expired-cache-entries entries
                                       #:key
                                       (now (current-time time-monotonic))
                                       (entry-expiration (file-expiration-time 3600))
                                       (delete-entry delete-file*))
  "Call DELETE-ENTRY on each of ENTRIES whose time, as ENTRY-EXPIRATION returns it, is over at NOW."
  (for-each (lambda (entry)
              (when (<= (entry-expiration entry) (time-second now))
                (delete-entry entry)))
            entries))

(define* (maybe-remove-expired-cache-entries cache cache-entries
                                             #:key
                                             (entry-expiration (file-expiration-time 3600))
                                             (delete-entry delete-file*)
                                             (cleanup-period (* 24 3600)))
  "Remove what has expired of (CACHE-ENTRIES CACHE), unless that was done less than CLEANUP-PERIOD seconds ago, which a
file in the directory CACHE remembers."
  (let ((now (current-time time-monotonic))
        (stamp (string-append cache "/last-expiry-cleanup")))
    (define last-time
      (or (false-if-exception
           (string->number (call-with-input-file stamp get-string-all)))
          0))

    (when (obsolete? last-time now cleanup-period)
      (remove-expired-cache-entries (cache-entries cache)
                                    #:now now
                                    #:entry-expiration entry-expiration
                                    #:delete-entry delete-entry)
      ;; The directory may be missing.
      (unless-missing
       (with-atomic-file-output stamp
         (lambda (port)
           (write (time-second now) port)))))))
