;;; Commentary:
;;;
;;; Files of equal contents as one file with several names: `.links' in a store's directory has one more name of each,
;;; the hash of its archive.  The own store does this for what it takes in; here it is for programs that make others.
;;; Interface: (guix store deduplication) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix store deduplication)
  #:use-module (guix base32)
  #:use-module (guix build utils)
  #:use-module (guix config)
  #:use-module (guix serialization)
  #:use-module (strata store)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-26)
  #:export (nar-sha256
            deduplicate
            dump-file/deduplicate
            copy-file/deduplicate))

(define %smallest
  ;; Sharing smaller files would not save more than it costs; guix-daemon leaves them alone too.
  8192)

(define (nar-sha256 file)
  "Return two values: the SHA-256 of the archive of FILE, a bytevector, and the size of that archive."
  (apply values (%nar-sha256 file)))

(define-syntax-rule (unless-impossible (errno ...) body ...)
  ;; Evaluate BODY; return #f when the file system has no room for one more name.
  (catch 'system-error
    (lambda () body ...)
    (lambda args
      (if (memv (system-error-errno args) (list errno ...))
          #f
          (apply throw args)))))

(define (call-with-writable-directory directory store thunk)
  "Call THUNK while names in DIRECTORY, below the directory STORE, can be changed; then it is as it was before."
  (if (string=? directory store)
      (thunk)
      (let ((before (lstat directory)))
        (dynamic-wind
          (lambda () (chmod directory (logior #o200 (stat:perms before))))
          thunk
          (lambda ()
            (chmod directory (stat:perms before))
            (utime directory (stat:atime before) (stat:mtime before)
                   (stat:atimensec before) (stat:mtimensec before)))))))

(define (share file shared store)
  "Make FILE one more name of the file SHARED, if that can have one more."
  (let ((temporary (string-append (dirname shared) "/.tmp-link-" (number->string (getpid)) "-"
                                  (number->string (random (expt 2 48)) 36))))
    (when (unless-impossible (EMLINK ENOSPC) (link shared temporary) #t)
      (call-with-writable-directory (dirname file) store
        (lambda ()
          (catch 'system-error
            (lambda () (rename-file temporary file))
            (lambda args
              (delete-file temporary)
              (apply throw args)))
          ;; Between names of one and the same file, renaming does nothing.
          (when (file-exists? temporary)
            (delete-file temporary)))))))

(define (deduplicate-file file hash store)
  "Make FILE, whose archive has HASH, one with what STORE has under that hash already; otherwise it has FILE from now on."
  (let* ((links (string-append store "/.links"))
         (name  (string-append links "/" (bytevector->nix-base32-string hash))))
    (define (add)
      ;; FILE is the first with these contents, unless another program comes first.
      (catch 'system-error
        (lambda () (link file name))
        (lambda args
          (let ((errno (system-error-errno args)))
            (cond ((= errno ENOENT) (mkdir-p links) (add))
                  ((= errno EEXIST) (share file name store))
                  ((memv errno (list EMLINK ENOSPC)) #f)
                  (else (apply throw args)))))))

    (cond ((not (file-exists? name)) (add))
          ((= (stat:ino (lstat name)) (stat:ino (lstat file))) #t)
          (else (share file name store)))))

(define* (deduplicate path hash #:key (store %store-directory))
  "Make PATH, a file below the directory STORE whose archive has HASH, or the files in it when it is a directory, one with
those of equal contents that STORE has."
  (case (stat:type (lstat path))
    ((directory)
     (for-each (lambda (name)
                 (let* ((file   (string-append path "/" name))
                        (status (lstat file)))
                   (case (stat:type status)
                     ((directory) (deduplicate file #f #:store store))
                     ((regular)
                      (when (>= (stat:size status) %smallest)
                        (deduplicate-file file (nar-sha256 file) store))))))
               (scandir path (negate (cut member <> '("." ".." ".links"))))))
    ((regular) (deduplicate-file path hash store))))

(define* (dump-file/deduplicate file input size type #:key (store %store-directory))
  "Write to FILE the SIZE bytes that come from INPUT.  TYPE is the symbol `regular' or `executable'.  A file that STORE has
already becomes one with it.  This may be a #:dump-file of `restore-file'."
  (dump-file file input size type)
  (when (>= size %smallest)
    (deduplicate file (nar-sha256 file) #:store store)))

(define* (copy-file/deduplicate source target #:key (store %store-directory))
  "Copy SOURCE to TARGET, one with the file of equal contents in STORE if there is one."
  (call-with-input-file source
    (lambda (input)
      (let ((status (stat input)))
        (dump-file/deduplicate target input (stat:size status)
                               (if (zero? (logand #o100 (stat:mode status))) 'regular 'executable)
                               #:store store)))
    #:binary #t))
