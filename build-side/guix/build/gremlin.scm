;;; Commentary:
;;;
;;; What the dynamic linker reads in ELF files: the libraries that a file needs, its name and its search paths; checks
;;; that the libraries are where the file looks for them, and edits of the search path, in place.
;;; Interface: (guix build gremlin) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build gremlin)
  #:use-module (guix elf)
  #:use-module ((guix build utils) #:select (store-file-name?))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:export (&elf-error
            elf-error?
            elf-error-elf
            &invalid-segment-size
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
            file-needed/recursive
            has-sections?

            missing-runpath-error?
            missing-runpath-error-file
            runpath-too-long-error?
            runpath-too-long-error-file
            set-file-runpath

            %libc-libraries
            validate-needed-in-runpath
            strip-runpath))

(define-condition-type &elf-error &error
  elf-error?
  (elf elf-error-elf))

(define-condition-type &invalid-segment-size &elf-error
  invalid-segment-size?
  (segment invalid-segment-size-segment))

(define-condition-type &missing-runpath-error &elf-error
  missing-runpath-error?
  (file missing-runpath-error-file))

(define-condition-type &runpath-too-long-error &elf-error
  runpath-too-long-error?
  (file runpath-too-long-error-file))


;;;
;;; Dynamic entries.
;;;

(define-record-type <dynamic-entry>
  (dynamic-entry type value offset)
  dynamic-entry?
  (type dynamic-entry-type)                       ;DT_*
  (value dynamic-entry-value)                     ;number, or string for those that name one
  (offset dynamic-entry-offset))                  ;of that string in the file, or of the value

(define-record-type <elf-dynamic-info>
  (make-elf-dynamic-info soname needed rpath runpath)
  elf-dynamic-info?
  (soname elf-dynamic-info-soname)
  (needed elf-dynamic-info-needed)
  (rpath elf-dynamic-info-rpath)
  (runpath elf-dynamic-info-runpath))

(define (dynamic-link-segment elf)
  ;; The dynamic segment of ELF, or #f when it is statically linked.
  (let ((size (bytevector-length (elf-bytes elf))))
    (let loop ((n 0))
      (and (< n (elf-phnum elf))
           (let ((segment (elf-segment elf n)))
             (cond ((not (= (elf-segment-type segment) PT_DYNAMIC))
                    (loop (+ n 1)))
                   ((> (+ (elf-segment-offset segment) (elf-segment-filesz segment)) size)
                    ;; As in the separate debug files that strip makes.
                    (raise (condition (&invalid-segment-size (elf elf) (segment segment)))))
                   (else segment)))))))

(define (raw-dynamic-entries elf segment)
  ;; The entries of SEGMENT, with numbers as values, up to the first DT_NULL.
  (let* ((bytes (elf-bytes elf))
         (order (elf-byte-order elf))
         (size (elf-word-size elf))
         (start (elf-segment-offset segment))
         (end (+ start (elf-segment-filesz segment))))
    (define (ref offset)
      (if (= size 8)
          (bytevector-u64-ref bytes offset order)
          (bytevector-u32-ref bytes offset order)))

    (let loop ((offset start) (result '()))
      (if (> (+ offset size size) end)
          (reverse result)
          (let ((type (ref offset))
                (value (ref (+ offset size))))
            (if (= type DT_NULL)
                (reverse result)
                (loop (+ offset size size)
                      (cons (dynamic-entry type value (+ offset size)) result))))))))

(define (vma->offset elf address)
  ;; Where in the file what is loaded at ADDRESS is.
  (or (any (lambda (segment)
             (let ((start (elf-segment-vaddr segment)))
               (and (= (elf-segment-type segment) PT_LOAD)
                    (>= address start)
                    (< address (+ start (elf-segment-filesz segment)))
                    (+ (elf-segment-offset segment) (- address start)))))
           (elf-segments elf))
      (raise (condition (&elf-error (elf elf))))))

(define (entry-value entries type)
  (any (lambda (entry)
         (and (= type (dynamic-entry-type entry))
              (dynamic-entry-value entry)))
       entries))

(define (dynamic-entries elf segment)
  ;; The entries of SEGMENT, those that name a string with that string.
  (let* ((raw (raw-dynamic-entries elf segment))
         (table (and=> (entry-value raw DT_STRTAB) (cut vma->offset elf <>)))
         (string-types (list DT_NEEDED DT_SONAME DT_RPATH DT_RUNPATH)))
    (map (lambda (entry)
           (let ((type (dynamic-entry-type entry)))
             (if (and table (memv type string-types))
                 (let ((offset (+ table (dynamic-entry-value entry))))
                   (dynamic-entry type
                                  (string-table-ref (elf-bytes elf) offset)
                                  offset))
                 entry)))
         raw)))

(define (search-path->list str)
  (remove string-null? (string-split str #\:)))

(define (elf-dynamic-info elf)
  "Return what the dynamic linker reads in ELF, or #f when it is not dynamically linked."
  (match (dynamic-link-segment elf)
    (#f #f)
    (segment
     (let ((entries (dynamic-entries elf segment)))
       (make-elf-dynamic-info
        (entry-value entries DT_SONAME)
        (filter-map (lambda (entry)
                      (and (= DT_NEEDED (dynamic-entry-type entry))
                           (dynamic-entry-value entry)))
                    entries)
        (or (and=> (entry-value entries DT_RPATH) search-path->list) '())
        (or (and=> (entry-value entries DT_RUNPATH) search-path->list) '()))))))

(define (call-with-elf file proc)
  ;; Call PROC with what is in FILE as an ELF object.
  (proc (parse-elf (call-with-input-file file get-bytevector-all #:binary #t))))

(define (file-dynamic-info file)
  "Return what the dynamic linker reads in FILE, or #f when it is not dynamically linked."
  (call-with-elf file elf-dynamic-info))

(define (file-runpath file)
  "Return the list of directories in the DT_RUNPATH of FILE, or #f when it is not dynamically linked."
  (and=> (file-dynamic-info file) elf-dynamic-info-runpath))

(define (file-needed file)
  "Return the list of the names of the libraries that FILE needs, or #f when it is not dynamically linked."
  (and=> (file-dynamic-info file) elf-dynamic-info-needed))

(define (has-sections? file)
  "Return #t when the ELF file FILE has a section header table."
  (call-with-elf file
    (lambda (elf)
      (positive? (elf-shnum elf)))))


;;;
;;; Checks.
;;;

(define %libc-libraries
  ;; Names that the C library installs.  The dynamic linker finds them without a RUNPATH.
  '("libanl.so" "libBrokenLocale.so" "libc.so" "libcrypt.so" "libdl.so" "libm.so"
    "libnss_compat.so" "libnss_db.so" "libnss_dns.so" "libnss_files.so" "libnss_hesiod.so"
    "libnss_nis.so" "libnss_nisplus.so" "libnsl.so" "libpthread.so" "libresolv.so"
    "librt.so" "libthread_db.so" "libutil.so" "libmvec.so"))

(define (libc-library? name)
  ;; Whether NAME, as in "libc.so.6", is a library of the C library, or its dynamic linker.
  (or (string-prefix? "ld-" name)
      (string-prefix? "ld.so" name)
      (string-prefix? "ld64.so" name)
      (any (lambda (library)
             (or (string=? library name)
                 (string-prefix? (string-append library ".") name)))
           %libc-libraries)))

(define (expand-variable str variable value)
  ;; STR with $VARIABLE and ${VARIABLE} replaced by VALUE.
  (define (replace str what)
    (let loop ((start 0) (pieces '()))
      (match (string-contains str what start)
        (#f
         (string-concatenate-reverse (cons (substring str start) pieces)))
        (index
         (loop (+ index (string-length what))
               (cons* value (substring str start index) pieces))))))

  (replace (replace str (string-append "${" variable "}"))
           (string-append "$" variable)))

(define (expand-origin str directory)
  "Return STR with $ORIGIN and ${ORIGIN} replaced by DIRECTORY."
  (expand-variable str "ORIGIN" directory))

(define (file-needed/recursive file)
  "Return two values: the names of the libraries that FILE needs, and those need, found by the RUNPATH of the file that needs
them, and the list of those that are not found."
  (let loop ((files (list file)) (found '()) (missing '()))
    (define (skip)
      (loop (cdr files) found missing))

    (match files
      (() (values found (delete-duplicates missing)))
      ((file . rest)
       (let* ((info (file-dynamic-info file))
              (runpath (and info (elf-dynamic-info-runpath info)))
              (needed (and info (elf-dynamic-info-needed info))))
         (if (not (and runpath needed))
             (skip)
             (let* ((directories (map (lambda (directory) (expand-origin directory (dirname file))) runpath))
                    (libraries (map (lambda (name) (cons name (search-path directories name))) needed))
                    (new (filter (lambda (library) (and library (not (member library found))))
                                 (map cdr libraries))))
               (loop (append rest new)
                     (append new found)
                     (append (filter-map (match-lambda
                                           ((name . #f) (and (not (libc-library? name)) name))
                                           (_ #f))
                                         libraries)
                             missing)))))))))

(define* (validate-needed-in-runpath file
                                     #:key (always-found? libc-library?))
  "Return #t when the libraries that FILE needs are in the directories of its RUNPATH, but for those that satisfy
ALWAYS-FOUND?, and these directories are in the store.  Otherwise say what is wrong and return #f."
  (define (report format-string . args)
    (apply format (current-error-port) format-string args))

  (define (find-library directories)
    (lambda (library)
      (search-path directories library)))

  (define (validate info)
    (let* ((origin (dirname file))
           (runpath (filter-map (lambda (directory)
                                  (let ((directory (expand-origin directory origin)))
                                    (and (string-prefix? "/" directory) directory)))
                                (elf-dynamic-info-runpath info)))
           (outside (remove store-file-name? runpath))
           (needed (remove always-found? (elf-dynamic-info-needed info)))
           (missing (remove (find-library runpath) needed)))
      (unless (null? outside)
        (report "~a: error: RUNPATH contains bogus entries: ~s~%" file outside))
      (for-each (lambda (library)
                  (report "~a: error: depends on '~a', which cannot be found in RUNPATH ~s~%"
                          file library (elf-dynamic-info-runpath info)))
                missing)
      (and (null? outside) (null? missing))))

  (guard (c ((invalid-segment-size? c)
             (report "~a: error: offset + size of segment exceeds total size~%" file)
             #f))
    (match (file-dynamic-info file)
      (#f #t)
      (info (validate info)))))


;;;
;;; Edits.
;;;

(define (call-with-runpath-entry file proc)
  ;; Call PROC with FILE's content as ELF, its dynamic entries and the one that is its RUNPATH, or #f.
  (call-with-elf file
    (lambda (elf)
      (let* ((segment (dynamic-link-segment elf))
             (entries (if segment (dynamic-entries elf segment) '())))
        (proc elf entries
              (find (lambda (entry)
                      (= DT_RUNPATH (dynamic-entry-type entry)))
                    entries))))))

(define (write-runpath file entry directories)
  ;; Let the string of ENTRY, in FILE, name DIRECTORIES, which must not take more room.
  (let* ((old (string->utf8 (dynamic-entry-value entry)))
         (new (string->utf8 (string-join directories ":")))
         (bytes (make-bytevector (+ 1 (bytevector-length old)) 0)))
    (bytevector-copy! new 0 bytes 0 (bytevector-length new))
    (let ((port (open-file file "r+b")))
      (seek port (dynamic-entry-offset entry) SEEK_SET)
      (put-bytevector port bytes)
      (close-port port))))

(define (set-file-runpath file path)
  "Let the RUNPATH of FILE be PATH, a list of directories that is not longer than the old one.  Raise
&missing-runpath-error when there is none and &runpath-too-long-error when PATH does not fit."
  (call-with-runpath-entry file
    (lambda (elf entries entry)
      (unless entry
        (raise (condition (&missing-runpath-error (elf elf) (file file)))))
      (when (> (bytevector-length (string->utf8 (string-join path ":")))
               (bytevector-length (string->utf8 (dynamic-entry-value entry))))
        (raise (condition (&runpath-too-long-error (elf elf) (file file)))))
      (write-runpath file entry path))))

(define (strip-runpath file)
  "Remove from the RUNPATH of FILE the directories where none of the libraries is that it needs.  Return the new one."
  (call-with-runpath-entry file
    (lambda (elf entries entry)
      (if (not entry)
          '()
          (let* ((needed (filter-map (lambda (entry)
                                       (and (= DT_NEEDED (dynamic-entry-type entry))
                                            (dynamic-entry-value entry)))
                                     entries))
                 (runpath (search-path->list (dynamic-entry-value entry)))
                 (useful (filter (lambda (directory)
                                   (let ((directory (expand-origin directory (dirname file))))
                                     (any (lambda (library)
                                            (file-exists? (string-append directory "/" library)))
                                          needed)))
                                 runpath)))
            (unless (equal? runpath useful)
              (format (current-error-port)
                      "~a: stripping RUNPATH to ~s (removed ~s)~%"
                      file useful
                      (lset-difference string=? runpath useful))
              (write-runpath file entry useful))
            useful)))))
