;;; Commentary:
;;;
;;; What the dynamic linker will do with an ELF file: the libraries it needs and where they are looked
;;; for, and whether they are found there.
;;;
;;; Code:

(define-module (guix build gremlin)
  #:use-module (guix elf)
  #:use-module ((guix build utils) #:select (store-file-name?))
  #:use-module (ice-9 match)
  #:use-module (ice-9 binary-ports)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (rnrs bytevectors)
  #:export (elf-error?
            elf-error-elf
            invalid-segment-size?
            invalid-segment-size-segment

            elf-dynamic-info
            elf-dynamic-info?
            elf-dynamic-info-soname
            elf-dynamic-info-needed
            elf-dynamic-info-rpath
            elf-dynamic-info-runpath
            expand-origin

            file-dynamic-info
            file-runpath
            file-needed

            missing-runpath-error?
            missing-runpath-error-file
            runpath-too-long-error?
            runpath-too-long-error-file
            set-file-runpath

            validate-needed-in-runpath
            strip-runpath))

(define-condition-type &elf-error &error
  elf-error?
  (elf elf-error-elf))

(define-condition-type &invalid-segment-size &elf-error
  invalid-segment-size?
  (segment invalid-segment-size-segment))

(define-record-type <elf-dynamic-info>
  (make-dynamic-info soname needed rpath runpath entries)
  elf-dynamic-info?
  (soname elf-dynamic-info-soname)                ;string or #f
  (needed elf-dynamic-info-needed)                ;list of strings
  (rpath elf-dynamic-info-rpath)                  ;list of directories
  (runpath elf-dynamic-info-runpath)              ;list of directories
  (entries dynamic-info-entries))                 ;list of (TAG VALUE OFFSET STRING-OFFSET)

;; Tags of the dynamic section.
(define DT_NULL 0)
(define DT_NEEDED 1)
(define DT_STRTAB 5)
(define DT_SONAME 14)
(define DT_RPATH 15)
(define DT_RUNPATH 29)

(define (dynamic-segment elf)
  (let ((segment (find (lambda (segment)
                         (= PT_DYNAMIC (elf-segment-type segment)))
                       (elf-segments elf))))
    (when (and segment
               (> (+ (elf-segment-offset segment) (elf-segment-filesz segment))
                  (bytevector-length (elf-bytes elf))))
      ;; The separate debugging files that strip makes have headers and no content.
      (raise (condition (&invalid-segment-size (elf elf) (segment segment)))))
    segment))

(define (address->offset elf address)
  ;; Where in the file the memory at ADDRESS comes from.
  (let ((segment (find (lambda (segment)
                         (and (= PT_LOAD (elf-segment-type segment))
                              (<= (elf-segment-vaddr segment) address)
                              (< address (+ (elf-segment-vaddr segment)
                                            (elf-segment-filesz segment)))))
                       (elf-segments elf))))
    (and segment
         (+ (elf-segment-offset segment)
            (- address (elf-segment-vaddr segment))))))

(define (dynamic-entries elf segment)
  ;; The (TAG VALUE OFFSET) of the dynamic section up to its end.
  (let* ((size (elf-word-size elf))
         (start (elf-segment-offset segment))
         (end (+ start (elf-segment-filesz segment))))
    (let loop ((offset start) (entries '()))
      (if (> (+ offset (* 2 size)) end)
          (reverse entries)
          (let ((tag (elf-integer elf offset))
                (value (elf-integer elf (+ offset size))))
            (if (= tag DT_NULL)
                (reverse entries)
                (loop (+ offset (* 2 size))
                      (cons (list tag value offset) entries))))))))

(define (elf-dynamic-info elf)
  "Return what the dynamic section of ELF says, or false if it has none."
  (match (dynamic-segment elf)
    (#f #f)
    (segment
     (let* ((entries (dynamic-entries elf segment))
            (table (match (assv DT_STRTAB entries)
                     ((_ address _) (address->offset elf address))
                     (#f #f))))
       (define (string-of entry)
         (elf-string elf (+ table (second entry))))
       (define (strings tag)
         (if table
             (filter-map (lambda (entry)
                           (and (= tag (first entry)) (string-of entry)))
                         entries)
             '()))
       (define (path tag)
         (append-map (cut string-split <> #\:) (strings tag)))

       (make-dynamic-info (match (strings DT_SONAME)
                            ((soname _ ...) soname)
                            (() #f))
                          (strings DT_NEEDED)
                          (path DT_RPATH)
                          (path DT_RUNPATH)
                          (map (lambda (entry)
                                 (append entry (list (and table (+ table (second entry))))))
                               entries))))))

(define (expand-variable str variable value)
  ;; Replace VARIABLE, written $VARIABLE or ${VARIABLE}, in STR by VALUE.
  (define (replace str pattern)
    (match (string-contains str pattern)
      (#f str)
      (start
       (string-append (string-take str start)
                      value
                      (replace (string-drop str (+ start (string-length pattern)))
                               pattern)))))
  (replace (replace str (string-append "${" variable "}"))
           (string-append "$" variable)))

(define (expand-origin str directory)
  "Return STR with $ORIGIN replaced by DIRECTORY."
  (expand-variable str "ORIGIN" directory))

(define (file-bytes file)
  (call-with-input-file file
    (lambda (port)
      (let ((bytes (get-bytevector-all port)))
        (if (eof-object? bytes) (make-bytevector 0) bytes)))
    #:binary #t))

(define (file-dynamic-info file)
  "Return what the dynamic section of the ELF FILE says, or false if it has none."
  (elf-dynamic-info (parse-elf (file-bytes file))))

(define (file-runpath file)
  "Return the RUNPATH of FILE, a list of directories, or false if it is not dynamically linked."
  (and=> (file-dynamic-info file) elf-dynamic-info-runpath))

(define (file-needed file)
  "Return the names of the libraries FILE needs, or false if it is not dynamically linked."
  (and=> (file-dynamic-info file) elf-dynamic-info-needed))


;;;
;;; Changing the RUNPATH.
;;;

(define-condition-type &missing-runpath-error &elf-error
  missing-runpath-error?
  (file missing-runpath-error-file))

(define-condition-type &runpath-too-long-error &elf-error
  runpath-too-long-error?
  (file runpath-too-long-error-file))

(define (runpath-entry info)
  (assv DT_RUNPATH (dynamic-info-entries info)))

(define (write-bytes file offset bytes)
  (let ((port (open-file file "r+b")))
    (seek port offset SEEK_SET)
    (put-bytevector port bytes)
    (close-port port)))

(define (set-file-runpath file path)
  "Make PATH, a list of directories, the RUNPATH of FILE.  It cannot be longer than the present one."
  (let* ((elf (parse-elf (file-bytes file)))
         (info (elf-dynamic-info elf))
         (entry (and info (runpath-entry info))))
    (match entry
      ((_ _ _ (? integer? offset))
       (let* ((old (string-utf8-length (elf-string elf offset)))
              (new (string->utf8 (string-join path ":")))
              (size (bytevector-length new)))
         (when (> size old)
           (raise (condition (&runpath-too-long-error (elf elf) (file file)))))
         (let ((bytes (make-bytevector (+ old 1) 0)))
           (bytevector-copy! new 0 bytes 0 size)
           (write-bytes file offset bytes))))
      (_
       (raise (condition (&missing-runpath-error (elf elf) (file file))))))))

(define (strip-runpath file)
  "Remove from the RUNPATH of FILE the directories in which no library it needs is found.  Return the
directories that were removed."
  (let* ((elf (parse-elf (file-bytes file)))
         (info (elf-dynamic-info elf)))
    (if (and info (runpath-entry info))
        (call-with-values
            (lambda ()
              (partition (lambda (directory)
                           (any (lambda (library)
                                  (file-exists? (string-append (expand-origin directory (dirname file))
                                                               "/" library)))
                                (elf-dynamic-info-needed info)))
                         (elf-dynamic-info-runpath info)))
          (lambda (useful useless)
            (unless (null? useless)
              (set-file-runpath file useful))
            useless))
        '())))


;;;
;;; Checking.
;;;

(define %libc-libraries
  ;; What the C library brings is found without a RUNPATH: the dynamic linker has its directory built in.
  '("libanl.so.1"
    "libcrypt.so.1"
    "libc.so.6" "libdl.so.2" "libm.so.6" "libnsl.so.1" "libnss_compat.so.2"
    "libnss_dns.so.2" "libnss_files.so.2" "libpcprofile.so" "libpthread.so.0"
    "libresolv.so.2" "librt.so.1" "libSegFault.so"
    "libthread_db.so.1" "libutil.so.1"
    "ld-linux-x86-64.so.2" "ld-linux-aarch64.so.1" "ld-linux-armhf.so.3"
    "ld-linux.so.2" "ld.so.1" "ld64.so.2" "ld-linux-riscv64-lp64d.so.1"))

(define (libc-library? library)
  (member library %libc-libraries))

(define* (validate-needed-in-runpath file
                                     #:key (always-found? libc-library?))
  "Return true if every library the ELF FILE needs is in its RUNPATH; else say which are missing.
Libraries for which ALWAYS-FOUND? is true do not count."
  (guard (c ((invalid-segment-size? c)
             (format (current-error-port)
                     "~a: error: offset + size of segment ~s exceeds the file's size~%"
                     file (elf-segment-type (invalid-segment-size-segment c)))
             #f))
    (match (file-dynamic-info file)
      (#f #t)                                     ;statically linked
      (info
       (let* ((directory (dirname file))
              (runpath (map (cut expand-origin <> directory)
                            (elf-dynamic-info-runpath info)))
              (bogus (remove (lambda (dir)
                               ;; What lies outside of the store is not there at run time.
                               (or (store-file-name? dir)
                                   (string-prefix? directory dir)
                                   (not (string-prefix? "/" dir))))
                             runpath))
              (missing (remove (lambda (library)
                                 (or (always-found? library)
                                     (any (lambda (dir)
                                            (file-exists? (string-append dir "/" library)))
                                          runpath)))
                               (elf-dynamic-info-needed info))))
         (unless (null? missing)
           (format (current-error-port)
                   "~a: error: depends on '~a', which cannot be found in RUNPATH ~s~%"
                   file (first missing) runpath)
           (for-each (lambda (library)
                       (format (current-error-port)
                               "~a: error: depends on '~a', which cannot be found in RUNPATH ~s~%"
                               file library runpath))
                     (cdr missing)))
         (unless (null? bogus)
           (format (current-error-port)
                   "~a: warning: RUNPATH contains bogus entries: ~s~%"
                   file bogus))
         (null? missing))))))
