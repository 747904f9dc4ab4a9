;;; Commentary:
;;;
;;; What build scripts and package recipes use inside a build: files, search paths, edits, phases, programs.
;;; One file on purpose: scripts import (guix build utils) alone, so it depends on Guile's own modules only.
;;; Interface: (guix build utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 format)
  #:use-module ((ice-9 threads) #:select (current-processor-count))
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 textual-ports)
  #:use-module (rnrs bytevectors)
  #:re-export (alist-cons
               alist-delete)
  ;; `delete' is a literal of `modify-phases': users must see the very binding that this module sees.
  #:re-export-and-replace (delete)
  #:export (%store-directory
            store-file-name?
            strip-store-file-name
            package-name->name+version
            parallel-job-count
            compressor
            tarball?
            %xz-parallel-args

            directory-exists?
            executable-file?
            symbolic-link?
            call-with-temporary-output-file
            call-with-ascii-input-file
            file-header-match
            elf-file?
            ar-file?
            gzip-file?
            reset-gzip-timestamp
            with-directory-excursion
            mkdir-p
            install-file
            make-file-writable
            copy-recursively
            delete-file-recursively
            file-name-predicate
            find-files
            false-if-file-not-found
            set-file-time
            dump-port

            search-path-as-list
            list->search-path-as-string
            search-path-as-string->list
            set-path-environment-variable
            search-input-file
            search-input-directory
            &search-error
            search-error?
            search-error-path
            search-error-file
            which

            every*
            alist-cons-before
            alist-cons-after
            alist-replace
            modify-phases

            with-atomic-file-replacement
            substitute
            substitute*
            patch-shebang
            patch-makefile-SHELL
            patch-/usr/bin/file
            fold-port-matches
            remove-store-references

            wrapped-program?
            wrap-program
            wrap-script
            &wrap-error
            wrap-error?
            wrap-error-program
            wrap-error-type

            invoke
            invoke/quiet
            &invoke-error
            invoke-error?
            invoke-error-program
            invoke-error-arguments
            invoke-error-exit-status
            invoke-error-term-signal
            invoke-error-stop-signal
            report-invoke-error

            locale-category->string
            make-desktop-entry-file))


;;;
;;; Names.
;;;

(define (%store-directory)
  "Return the directory of the store."
  (or (getenv "NIX_STORE_DIR")
      (getenv "NIX_STORE")
      "/gnu/store"))

(define (store-file-name? file)
  "Return #t when FILE is in the store."
  (string-prefix? (%store-directory) file))

(define %hash-part-length
  ;; In nix-base32; a hyphen follows it.
  32)

(define (strip-store-file-name file)
  "Return FILE without the store directory and the hash: the part that people read."
  (let ((start (+ (string-length (%store-directory)) 1 %hash-part-length 1)))
    (if (and (store-file-name? file) (<= start (string-length file)))
        (string-drop file start)
        file)))

(define (package-name->name+version name)
  "Return two values: the package name in NAME, and its version or #f.
The version starts after the first hyphen that a digit follows."
  (let loop ((start 0))
    (match (string-index name #\- start)
      (#f (values name #f))
      (hyphen
       (if (and (< (+ hyphen 1) (string-length name))
                (char-set-contains? char-set:digit (string-ref name (+ hyphen 1))))
           (values (substring name 0 hyphen)
                   (substring name (+ hyphen 1)))
           (loop (+ hyphen 1)))))))

(define parallel-job-count
  ;; The number for the `-j' option of make.
  (make-parameter
   (match (and=> (getenv "NIX_BUILD_CORES") string->number)
     (#f 1)
     (0 (current-processor-count))
     (count count))))

(define (%xz-parallel-args)
  "Return the arguments that make xz use all the cores of this build."
  (list "--memlimit=50%"
        (format #f "--threads=~a" (max 2 (parallel-job-count)))))

(define (compressor file)
  "Return the name of the program that decompresses FILE, judging by its extension, or #f."
  (cond ((string-suffix? "gz" file) "gzip")
        ((string-suffix? "Z" file) "gzip")
        ((string-suffix? "bz2" file) "bzip2")
        ((string-suffix? "lz" file) "lzip")
        ((string-suffix? "zip" file) "unzip")
        ((string-suffix? "xz" file) "xz")
        (else #f)))

(define (tarball? file)
  "Return true when FILE has the name of a tar archive, compressed or not."
  (string-match "\\.(tar(\\..*)?|tgz|tbz2?|txz|tzst|tlz)$" file))


;;;
;;; Files.
;;;

(define (directory-exists? file)
  "Return #t when FILE is a directory, or a symbolic link to one."
  (match (stat file #f)
    (#f #f)
    (s (eq? 'directory (stat:type s)))))

(define (executable-file? file)
  "Return #t when FILE exists and its owner may execute it."
  (match (stat file #f)
    (#f #f)
    (s (not (zero? (logand (stat:mode s) #o100))))))

(define (symbolic-link? file)
  "Return #t when FILE is a symbolic link."
  (eq? 'symlink (stat:type (lstat file))))

(define (call-with-temporary-output-file proc)
  "Call PROC with the name of a temporary file and a port that writes to it; delete the file afterwards."
  (let* ((name (string-append (or (getenv "TMPDIR") "/tmp") "/guix-file.XXXXXX"))
         (name (string-copy name))
         (port (mkstemp! name)))
    (dynamic-wind
      (const #t)
      (lambda () (proc name port))
      (lambda ()
        (false-if-exception (close-port port))
        (false-if-exception (delete-file name))))))

(define (call-with-ascii-input-file file proc)
  "Call PROC with a port that reads FILE, each byte as the character with its code."
  (let ((port (open-file file "rb")))
    (dynamic-wind
      (const #t)
      (lambda ()
        (set-port-encoding! port "ISO-8859-1")
        (proc port))
      (lambda ()
        (close-port port)))))

(define (file-header-match header)
  "Return a procedure that tells whether the file it is given starts with the bytes of the bytevector HEADER."
  (define length
    (bytevector-length header))

  (lambda (file)
    (let* ((port (open-file file "rb"))
           (start (get-bytevector-n port length)))
      (close-port port)
      (equal? start header))))

(define %elf-magic-bytes
  #vu8(#x7f #x45 #x4c #x46))

(define %ar-magic-bytes
  (u8-list->bytevector (map char->integer (string->list "!<arch>\n"))))

(define %gzip-magic-bytes
  ;; Then comes the compression method, "deflate", which is the only one.
  #vu8(#x1f #x8b #x08))

(define elf-file?
  (file-header-match %elf-magic-bytes))

(define ar-file?
  (file-header-match %ar-magic-bytes))

(define gzip-file?
  (file-header-match %gzip-magic-bytes))

(define* (reset-gzip-timestamp file #:key (keep-mtime? #t))
  "Set the time in the header of the gzip file FILE to zero.  Return #t when it was not zero.
Keep FILE's own times when KEEP-MTIME? is true."
  (let* ((times (stat file))
         (port (open-file file "r+b")))
    ;; The time is the four bytes after the magic number, the method and the flags.
    (seek port 4 SEEK_SET)
    (let ((changed? (match (get-bytevector-n port 4)
                      ((? bytevector? time)
                       (not (equal? time #vu8(0 0 0 0))))
                      (_ #f))))
      (when changed?
        (seek port 4 SEEK_SET)
        (put-bytevector port #vu8(0 0 0 0)))
      (close-port port)
      (when (and changed? keep-mtime?)
        (set-file-time file times))
      changed?)))

(define-syntax-rule (with-directory-excursion directory body ...)
  "Evaluate BODY with DIRECTORY as the current directory."
  (let ((outside (getcwd)))
    (dynamic-wind
      (lambda () (chdir directory))
      (lambda () body ...)
      (lambda () (chdir outside)))))

(define (mkdir-p directory)
  "Make DIRECTORY and its ancestors, as far as they do not exist."
  (let loop ((directory directory))
    (unless (or (string-null? directory)
                (directory-exists? directory))
      (let ((parent (dirname directory)))
        (unless (string=? parent directory)
          (loop parent)))
      (catch 'system-error
        (lambda () (mkdir directory))
        (lambda args
          ;; Another process may have made it since.
          (unless (and (= EEXIST (system-error-errno args))
                       (directory-exists? directory))
            (apply throw args)))))))

(define (install-file file directory)
  "Copy FILE into DIRECTORY, which is made when it does not exist."
  (mkdir-p directory)
  (copy-file file (string-append directory "/" (basename file))))

(define (make-file-writable file)
  "Let the owner of FILE write it."
  (let ((s (stat file)))
    (chmod file (logior #o600 (stat:perms s)))))

(define (set-file-time file stat)
  "Give FILE the access and modification times in STAT."
  (utime file
         (stat:atime stat) (stat:mtime stat)
         (stat:atimensec stat) (stat:mtimensec stat)))

(define* (copy-recursively source destination
                           #:key
                           (log (current-output-port))
                           (follow-symlinks? #f)
                           (copy-file copy-file)
                           keep-mtime?
                           (keep-permissions? #t)
                           (select? (const #t)))
  "Copy the tree at SOURCE to DESTINATION.  Follow symbolic links when FOLLOW-SYMLINKS? is true, else copy them.
Files are copied by (COPY-FILE SOURCE DESTINATION).  Keep modification times when KEEP-MTIME? is true and permissions
when KEEP-PERMISSIONS? is true.  Take only the files that satisfy (SELECT? FILE STAT).  Report to LOG unless it is #f."
  (define source-length
    (string-length source))

  (define (target file)
    (string-append destination (string-drop file source-length)))

  (define (keep-attributes file copy stat)
    (when keep-permissions?
      (chmod copy (stat:perms stat)))
    (when keep-mtime?
      (set-file-time copy stat)))

  (define (copy file stat)
    (let ((copy (target file)))
      (when log
        (format log "`~a' -> `~a'~%" file copy))
      (match (stat:type stat)
        ('symlink
         (symlink (readlink file) copy)
         (when keep-mtime?
           ;; `utime' follows links unless told otherwise.
           (utime copy
                  (stat:atime stat) (stat:mtime stat)
                  (stat:atimensec stat) (stat:mtimensec stat)
                  AT_SYMLINK_NOFOLLOW)))
        (_
         (copy-file file copy)
         (keep-attributes file copy stat)))))

  (define (leave-directory directory stat)
    ;; Attributes come last: a directory may be read-only, and filling it changes its time.
    (keep-attributes directory (target directory) stat))

  (file-system-fold (lambda (file stat result) (select? file stat)) ;enter?
                    (lambda (file stat result)                      ;leaf
                      (when (select? file stat)
                        (copy file stat)))
                    (lambda (directory stat result)                 ;down
                      (mkdir-p (target directory)))
                    (lambda (directory stat result)                 ;up
                      (leave-directory directory stat))
                    (const #t)                                      ;skip
                    (lambda (file stat errno result)                ;error
                      (format (current-error-port) "i/o error: ~a: ~a~%"
                              file (strerror errno))
                      #f)
                    #t
                    source
                    (if follow-symlinks? stat lstat)))

(define* (delete-file-recursively directory #:key follow-mounts?)
  "Delete the tree at DIRECTORY without following symbolic links, nor mount points unless FOLLOW-MOUNTS? is true.
Report errors and go on."
  (define (report file errno)
    (format (current-error-port) "warning: failed to delete ~a: ~a~%"
            file (strerror errno)))

  (define (delete-with delete)
    (lambda (file stat result)
      (catch 'system-error
        (lambda () (delete file))
        (lambda args (report file (system-error-errno args))))))

  (match (catch 'system-error
           (lambda () (stat:dev (lstat directory)))
           (lambda args
             (report directory (system-error-errno args))
             #f))
    (#f #f)
    (device
     (file-system-fold (lambda (file stat result)
                         (or follow-mounts? (= device (stat:dev stat))))
                       (delete-with delete-file)
                       (const #t)
                       (delete-with rmdir)
                       (const #t)
                       (lambda (file stat errno result)
                         (report file errno))
                       #t
                       directory
                       lstat))))

(define (file-name-predicate regexp)
  "Return a predicate, of a file name and its stat, that tells whether the base name matches REGEXP."
  (let ((regexp (if (regexp? regexp) regexp (make-regexp regexp))))
    (lambda (file stat)
      (regexp-exec regexp (basename file)))))

(define* (find-files directory #:optional (pred (const #t))
                     #:key (stat lstat) directories? fail-on-error?)
  "Return the sorted list of the files under DIRECTORY that satisfy PRED, which takes a file name and its stat; a string
or regexp is matched against base names.  Directories count when DIRECTORIES? is true.  What cannot be read is reported,
and an error when FAIL-ON-ERROR? is true.  STAT is lstat or stat."
  (let ((pred (if (procedure? pred) pred (file-name-predicate pred))))
    (define (collect file stat result)
      (if (pred file stat)
          (cons file result)
          result))

    ;; Sorted, so that builds do not depend on the order of directories.
    (sort (file-system-fold (const #t)
                            collect
                            (lambda (directory stat result)
                              (if directories?
                                  (collect directory stat result)
                                  result))
                            (lambda (directory stat result) result)
                            (lambda (file stat result) result)
                            (lambda (file stat errno result)
                              (format (current-error-port) "find-files: ~a: ~a~%"
                                      file (strerror errno))
                              (when fail-on-error?
                                (error "find-files failed"))
                              result)
                            '()
                            directory
                            stat)
          string<?)))

(define-syntax-rule (false-if-file-not-found exp)
  "Return the value of EXP, or #f when a file that it needs does not exist."
  (catch 'system-error
    (lambda () exp)
    (lambda args
      (if (= ENOENT (system-error-errno args))
          #f
          (apply throw args)))))

(define* (dump-port in out #:optional len
                    #:key (buffer-size 16384)
                    (progress (lambda (total continue) (continue))))
  "Copy LEN bytes of IN, or all of them, to OUT, by pieces of BUFFER-SIZE bytes.
After each one call PROGRESS with the number of bytes copied and a procedure that copies on."
  (define buffer
    (make-bytevector buffer-size))

  (define (read-piece total)
    (get-bytevector-n! in buffer 0
                       (if len
                           (min buffer-size (- len total))
                           buffer-size)))

  (let loop ((total 0))
    (unless (and len (>= total len))
      (match (read-piece total)
        ((? eof-object?) #t)
        (count
         (put-bytevector out buffer 0 count)
         (let ((total (+ total count)))
           (progress total (lambda () (loop total)))))))))


;;;
;;; Search paths.
;;;

(define* (search-path-as-list files input-dirs
                              #:key (type 'directory) pattern)
  "Return the list of the existing files of TYPE among FILES in each of INPUT-DIRS.  With PATTERN, FILES are directories
and the result is what is in them and matches PATTERN.

  (search-path-as-list '(\"share/emacs/site-lisp\") (list emacs1 emacs2))"
  (append-map (lambda (input)
                (append-map (lambda (file)
                              (let ((file (string-append input "/" file)))
                                (if pattern
                                    (find-files file
                                                (lambda (file stat)
                                                  (and stat
                                                       (eq? type (stat:type stat))
                                                       ((file-name-predicate pattern) file stat)))
                                                #:stat stat
                                                #:directories? #t)
                                    (match (stat file #f)
                                      (#f '())
                                      (s (if (eq? type (stat:type s))
                                             (list file)
                                             '()))))))
                            (if pattern
                                (filter (lambda (file)
                                          (file-exists? (string-append input "/" file)))
                                        files)
                                files)))
              (delete-duplicates input-dirs)))

(define (list->search-path-as-string lst separator)
  "Return the elements of LST in one string, with SEPARATOR, a string, between them."
  (if separator
      (string-join lst separator)
      (match lst
        ((head _ ...) head)
        (() ""))))

(define* (search-path-as-string->list path #:optional (separator #\:))
  "Return the list of the non-empty elements of PATH, which SEPARATOR separates."
  (if separator
      (string-tokenize path
                       (char-set-complement (char-set separator)))
      (list path)))

(define* (set-path-environment-variable env-var files input-dirs
                                        #:key (separator ":") (type 'directory) pattern)
  "Set ENV-VAR to the files that `search-path-as-list' finds for FILES, INPUT-DIRS, TYPE and PATTERN, joined by SEPARATOR,
or unset it when there are none.  With #f as SEPARATOR only the first one counts.

  (set-path-environment-variable \"PATH\" '(\"bin\" \"sbin\") (list coreutils bash))"
  (let ((value (list->search-path-as-string
                (search-path-as-list files input-dirs
                                     #:type type #:pattern pattern)
                separator)))
    (if (string-null? value)
        (begin
          ;; An empty element means the current directory to many programs.
          (unsetenv env-var)
          (format #t "environment variable `~a' unset~%" env-var))
        (begin
          (setenv env-var value)
          (format #t "environment variable `~a' set to `~a'~%"
                  env-var value)))))

(define-condition-type &search-error &error
  search-error?
  (path search-error-path)
  (file search-error-file))

(define (search-input inputs file suitable?)
  (let ((directories (map (match-lambda ((_ . directory) directory)) inputs)))
    (or (any (lambda (directory)
               (let ((file (string-append directory "/" file)))
                 (and (suitable? file) file)))
             directories)
        (raise (condition (&search-error (path directories) (file file)))))))

(define (search-input-file inputs file)
  "Return the full name of FILE, such as \"bin/sh\", in the first of INPUTS, a list of labels and directories, that has it.
Raise &search-error when none has it."
  (search-input inputs file file-exists?))

(define (search-input-directory inputs directory)
  "Return the full name of DIRECTORY in the first of INPUTS, a list of labels and directories, that has it.
Raise &search-error when none has it."
  (search-input inputs directory directory-exists?))

(define (which program)
  "Return the full name of PROGRAM as found in $PATH, or #f."
  (search-path (search-path-as-string->list (or (getenv "PATH") ""))
               program))


;;;
;;; Phases.
;;;

(define (every* pred lst)
  "Return #t when all of LST satisfy PRED, which is called on each of them, unlike what `every' does."
  (fold (lambda (item result)
          (and (pred item) result))
        #t
        lst))

(define (split-at-key alist key key=?)
  ;; The pairs of ALIST before the one of KEY, and that one with all that follows.
  (break (match-lambda ((k . _) (key=? k key))) alist))

(define* (alist-cons-before reference key value alist #:optional (key=? equal?))
  "Return ALIST with the pair of KEY and VALUE before the first pair whose key is REFERENCE, or at the end."
  (let-values (((before after) (split-at-key alist reference key=?)))
    (append before (alist-cons key value after))))

(define* (alist-cons-after reference key value alist #:optional (key=? equal?))
  "Return ALIST with the pair of KEY and VALUE after the first pair whose key is REFERENCE, or at the end."
  (let-values (((before after) (split-at-key alist reference key=?)))
    (match after
      (()
       (append before (list (cons key value))))
      ((reference rest ...)
       (append before (cons* reference (cons key value) rest))))))

(define* (alist-replace key value alist #:optional (key=? equal?))
  "Return ALIST with VALUE instead of the first value of KEY, which must be there."
  (let-values (((before after) (split-at-key alist key key=?)))
    (match after
      ((_ rest ...)
       (append before (alist-cons key value rest)))
      (()
       (error "alist-replace: no such key" key)))))

(define-syntax modify-phases
  (syntax-rules (delete replace add-before add-after)
    "Return PHASES, an alist of names and procedures, changed by each clause in turn:

  (delete OLD-PHASE-NAME)
  (replace OLD-PHASE-NAME NEW-PHASE)
  (add-before OLD-PHASE-NAME NEW-PHASE-NAME NEW-PHASE)
  (add-after OLD-PHASE-NAME NEW-PHASE-NAME NEW-PHASE)

All of the names and procedures are expressions."
    ((_ phases)
     phases)
    ((_ phases (delete old) rest ...)
     (modify-phases (alist-delete old phases) rest ...))
    ((_ phases (replace old new) rest ...)
     (modify-phases (alist-replace old new phases) rest ...))
    ((_ phases (add-before old name new) rest ...)
     (modify-phases (alist-cons-before old name new phases) rest ...))
    ((_ phases (add-after old name new) rest ...)
     (modify-phases (alist-cons-after old name new phases) rest ...))))


;;;
;;; Programs.
;;;

(define-condition-type &invoke-error &error
  invoke-error?
  (program     invoke-error-program)
  (arguments   invoke-error-arguments)
  (exit-status invoke-error-exit-status)
  (term-signal invoke-error-term-signal)
  (stop-signal invoke-error-stop-signal))

(define (raise-invoke-error program arguments status)
  (raise (condition (&invoke-error
                     (program program)
                     (arguments arguments)
                     (exit-status (status:exit-val status))
                     (term-signal (status:term-sig status))
                     (stop-signal (status:stop-sig status))))))

(define (invoke program . args)
  "Run PROGRAM with ARGS.  Return #t when it exits with status zero; raise &invoke-error otherwise."
  (let ((status (apply system* program args)))
    (unless (zero? status)
      (raise-invoke-error program args status))
    #t))

(define* (report-invoke-error c #:optional (port (current-error-port)))
  "Say on PORT which program failed, and how, according to C, an &invoke-error."
  (format port "command~{ ~s~} failed with ~:[signal~;status~] ~a~%"
          (cons (invoke-error-program c) (invoke-error-arguments c))
          (invoke-error-exit-status c)
          (or (invoke-error-exit-status c)
              (invoke-error-term-signal c)
              (invoke-error-stop-signal c))))

(define (invoke/quiet program . args)
  "Run PROGRAM with ARGS like `invoke', without showing its output.  When it fails, raise a &message condition that has
its status and its output."
  (call-with-temporary-output-file
   (lambda (file port)
     (let* ((errors (duplicate-port port "w")) ;one descriptor cannot serve as both in Guile 3.0.8
            (status (parameterize ((current-output-port port)
                                   (current-error-port errors))
                      (apply system* program args))))
       (close-port errors)
       (unless (zero? status)
         (close-port port)
         (let ((output (call-with-input-file file get-string-all)))
           (raise
            (condition
             (&message
              (message (format #f "'~a~{ ~a~}' exited with status ~a; output follows:~%~%~{  ~a~%~}"
                               program args (or (status:exit-val status) status)
                               (if (string-null? output)
                                   '()
                                   (string-split (string-trim-right output #\newline) #\newline)))))))))))))


;;;
;;; Edits.
;;;

(define (with-atomic-file-replacement file proc)
  "Call PROC with a port that reads FILE and one that writes its replacement, which takes FILE's place, with the same
permissions, when PROC returns.  Return what PROC returns."
  (let* ((new (string-append file ".XXXXXX"))
         (new (string-copy new))
         (out (mkstemp! new))
         (mode (stat:perms (stat file))))
    (catch #t
      (lambda ()
        (call-with-input-file file
          (lambda (in)
            (let ((result (proc in out)))
              (close-port out)
              (chmod new mode)
              (rename-file new file)
              result))))
      (lambda args
        (false-if-exception (close-port out))
        (false-if-exception (delete-file new))
        (apply throw args)))))

(define (read-text port)
  ;; Return all of PORT as a string, and the encoding in which it was read.  A file that claims to be UTF-8 and is not
  ;; is read bytewise, which matches ASCII patterns as well and keeps all its other bytes.
  (let ((encoding (or (port-encoding port) "ISO-8859-1")))
    (if (member encoding '("UTF-8" "utf-8" "utf8" "UTF8"))
        (match (get-bytevector-all port)
          ((? eof-object?) (values "" encoding))
          (bytes
           (match (catch 'decoding-error
                    (lambda () (utf8->string bytes))
                    (const #f))
             (#f
              (values (call-with-input-bytes bytes) "ISO-8859-1"))
             (text
              (values text encoding)))))
        (match (get-string-all port)
          ((? eof-object?) (values "" encoding))
          (text (values text encoding))))))

(define (call-with-input-bytes bytes)
  (let ((port (open-bytevector-input-port bytes)))
    (set-port-encoding! port "ISO-8859-1")
    (get-string-all port)))

(define (for-each-line proc text)
  ;; Call PROC on each line of TEXT, its newline included.
  (let loop ((start 0))
    (let ((newline (string-index text #\newline start)))
      (cond (newline
             (proc (substring text start (+ newline 1)))
             (loop (+ newline 1)))
            ((< start (string-length text))
             (proc (substring text start)))))))

(define (unused-character line)
  ;; A private-use character that LINE does not contain.
  (let loop ((code #xe000))
    (let ((c (integer->char code)))
      (if (string-index line c)
          (loop (+ code 1))
          c))))

(define (exchange c1 c2 str)
  (string-map (lambda (c) (if (char=? c c1) c2 c)) str))

(define (substitute file pattern+procs)
  "Edit FILE.  PATTERN+PROCS is a list of pairs of a regexp, or a string that is an extended regexp, and a procedure.  Each
line is given to the procedures of the patterns that it matches: they take the line, with its newline, and the list of
matches, and return the line to put in its place."
  (define rules
    (map (match-lambda
           (((? regexp? pattern) . proc)
            (cons pattern proc))
           ((pattern . proc)
            (cons (make-regexp pattern regexp/extended) proc)))
         pattern+procs))

  (define (edit line)
    (let loop ((line line) (rules rules))
      (match rules
        (() line)
        (((regexp . proc) . rest)
         ;; Most lines match nothing: find that out before the search for all matches.
         (if (regexp-exec regexp line)
             (loop (proc line (list-matches regexp line)) rest)
             (loop line rest))))))

  (define (edit/nul line)
    ;; C strings, hence regexps, end at the first NUL, so put another character there.
    (let ((c (unused-character line)))
      (exchange c #\nul (edit (exchange #\nul c line)))))

  (with-atomic-file-replacement file
    (lambda (in out)
      (let-values (((text encoding) (read-text in)))
        (set-port-encoding! out encoding)
        (for-each-line (lambda (line)
                         (put-string out
                                     (if (string-index line #\nul)
                                         (edit/nul line)
                                         (edit line))))
                       text)
        #t))))

(define-syntax let-matches
  ;; Bind the variables to the parts of MATCH from number INDEX on; an underscore binds nothing.
  (syntax-rules (_)
    ((let-matches index match () body ...)
     (let () body ...))
    ((let-matches index match (_ variables ...) body ...)
     (let-matches (+ 1 index) match (variables ...) body ...))
    ((let-matches index match (variable variables ...) body ...)
     (let ((variable (match:substring match index)))
       (let-matches (+ 1 index) match (variables ...) body ...)))))

(define (replace-matches line matches replacement)
  ;; LINE with each of MATCHES replaced by what REPLACEMENT returns for it.
  (let loop ((matches matches) (start 0) (pieces '()))
    (match matches
      (()
       (string-concatenate-reverse (cons (substring line start) pieces)))
      ((m . rest)
       (loop rest
             (match:end m)
             (cons* (replacement m)
                    (substring line start (match:start m))
                    pieces))))))

(define-syntax substitute*
  (syntax-rules ()
    "Edit FILE, a file name or a list of them: replace what matches each REGEXP, an extended regular expression, by the
string that BODY returns.  In BODY the WHOLE-MATCH and the MATCH variables are bound to the matching text and to its
parenthesized parts; an underscore binds nothing.

  (substitute* file
    ((\"hello\") \"good morning\\n\")
    ((\"foo([a-z]+)bar(.*)$\" all letters end)
     (string-append \"baz\" letters end)))

`$' does not match before the newline that ends a line."
    ((substitute* file ((regexp match-variable ...) body ...) ...)
     (let ((rules (list (cons regexp
                              (lambda (line matches)
                                (replace-matches line matches
                                                 (lambda (m)
                                                   (let-matches 0 m (match-variable ...)
                                                     body ...)))))
                        ...)))
       ;; FILE is an expression: evaluate it once.
       (match file
         ((? string? name)
          (substitute name rules))
         (names
          (for-each (lambda (name) (substitute name rules)) names)))))))

(define %shebang-rx
  ;; What follows "#!": the interpreter, its first argument, and the rest.
  (make-regexp "^[[:blank:]]*(/[[:graph:]]*)[[:blank:]]*([[:graph:]]*)(.*)$" regexp/extended))

(define* (patch-shebang file
                        #:optional (path (search-path-as-string->list (getenv "PATH")))
                        #:key (keep-mtime? #t))
  "When FILE starts with \"#!\", let it name the interpreter that is found in PATH, a list of directories.
Return #t when FILE changed.  Keep its times when KEEP-MTIME? is true."
  (define (replacement m)
    ;; The new text after "#!" and what it stands for, or #f.
    (let* ((interpreter (match:substring m 1))
           (argument (match:substring m 2))
           (rest (match:substring m 3))
           (env? (and (string-suffix? "/env" interpreter)
                      (not (string-null? argument))))
           (command (if env? argument (basename interpreter)))
           (program (search-path path command)))
      (cond ((not program)
             (format (current-error-port)
                     "patch-shebang: ~a: warning: no binary for interpreter `~a' found in $PATH~%"
                     file (basename command))
             #f)
            ((string=? program interpreter)
             #f)
            (else
             (format (current-error-port)
                     "patch-shebang: ~a: changing `~a' to `~a'~%"
                     file
                     (if env? (string-append interpreter " " argument) interpreter)
                     program)
             (string-append "#!" program
                            (cond (env? rest)
                                  ((string-null? argument) "")
                                  (else (string-append " " argument rest))))))))

  (define (first-line)
    ;; The first line of FILE after "#!", without its newline, or #f.
    (call-with-ascii-input-file file
      (lambda (port)
        (and (eqv? #\# (read-char port))
             (eqv? #\! (read-char port))
             (match (read-line port)
               ((? eof-object?) #f)
               (line line))))))

  (define (rewrite line replacement)
    (let ((times (stat file)))
      (with-atomic-file-replacement file
        (lambda (in out)
          ;; Bytewise: what follows the first line may be anything.
          (set-port-encoding! in "ISO-8859-1")
          (set-port-encoding! out "ISO-8859-1")
          (get-string-n in (+ 2 (string-length line)))
          (put-string out replacement)
          (dump-port in out)))
      (when keep-mtime?
        (set-file-time file times))
      #t))

  (let* ((line (first-line))
         (m (and line
                 (not (string-index line #\nul))
                 (regexp-exec %shebang-rx line)))
         (new (and m (replacement m))))
    (and new (rewrite line new))))

(define* (patch-makefile-SHELL file #:key (keep-mtime? #t))
  "Let the `SHELL' variable in the makefile FILE be a program that is found in $PATH.
Keep FILE's times when KEEP-MTIME? is true."
  ;; For instance, the po/Makefile.in.in of Gettext has "SHELL = /bin/sh".
  (define (find-shell name)
    (let ((shell (which name)))
      (unless shell
        (format (current-error-port)
                "patch-makefile-SHELL: warning: no binary for shell `~a' found in $PATH~%"
                name))
      shell))

  (let ((times (stat file)))
    (substitute* file
      (("^ *SHELL[[:blank:]]*:?=[[:blank:]]*([[:graph:]]*/)([[:graph:]]+)(.*)$"
        all directory shell rest)
       (let* ((old (string-append directory shell))
              (new (or (find-shell shell) old)))
         (unless (string=? new old)
           (format (current-error-port)
                   "patch-makefile-SHELL: ~a: changing `SHELL' from `~a' to `~a'~%"
                   file old new))
         (string-append "SHELL = " new rest))))
    (when keep-mtime?
      (set-file-time file times))))

(define* (patch-/usr/bin/file file
                              #:key
                              (file-command (which "file"))
                              (keep-mtime? #t))
  "Replace \"/usr/bin/file\" in FILE, a configure script, by FILE-COMMAND.  Keep FILE's times when KEEP-MTIME? is true."
  (if file-command
      (let ((times (stat file)))
        (substitute* file
          (("/usr/bin/file")
           (format (current-error-port)
                   "patch-/usr/bin/file: ~a: changing `~a' to `~a'~%"
                   file "/usr/bin/file" file-command)
           file-command))
        (when keep-mtime?
          (set-file-time file times)))
      (format (current-error-port)
              "patch-/usr/bin/file: warning: no replacement 'file' command, doing nothing~%")))

(define* (fold-port-matches proc init pattern port
                            #:optional (unmatched (lambda (char result) result)))
  "Read PORT by characters.  Fold PROC over the texts that match PATTERN, a string or a list of char-sets, one for each
character, and UNMATCHED over the characters outside of them; return the result, which starts as INIT."
  (define sets
    (list->vector (if (string? pattern)
                      (map char-set (string->list pattern))
                      pattern)))

  (define length
    (vector-length sets))

  (define (matches? index c)
    (char-set-contains? (vector-ref sets index) c))

  (define (retry matched result)
    ;; MATCHED, the characters of a match that failed, latest first: the first of them is outside of any match; go on
    ;; with the longest end of the others that starts a match.
    (let skip ((pending (reverse matched)) (result result))
      (match pending
        (() (values '() result))
        ((first . rest)
         (let ((result (unmatched first result)))
           (let try ((rest rest) (result result))
             (cond ((null? rest)
                    (values '() result))
                   ((prefix? rest)
                    (values (reverse rest) result))
                   (else
                    (try (cdr rest) (unmatched (car rest) result))))))))))

  (define (prefix? chars)
    (let loop ((chars chars) (index 0))
      (or (null? chars)
          (and (< index length)
               (matches? index (car chars))
               (loop (cdr chars) (+ index 1))))))

  (let loop ((matched '()) (count 0) (result init))
    (if (= count length)
        (loop '() 0 (proc (list->string (reverse matched)) result))
        (match (read-char port)
          ((? eof-object?)
           (fold unmatched result (reverse matched)))
          (c
           (if (matches? count c)
               (loop (cons c matched) (+ count 1) result)
               (let-values (((matched result) (retry (cons c matched) result)))
                 (loop matched (list-length matched) result))))))))

(define (list-length lst)
  ((@ (guile) length) lst))

(define %nix-base32-char-set
  (string->char-set "0123456789abcdfghijklmnpqrsvwxyz"))

(define* (remove-store-references file #:optional (store (%store-directory)))
  "Replace the hashes of file names in STORE that FILE contains by meaningless ones, so that FILE refers to nothing."
  (define pattern
    (append (map char-set (string->list store))
            (list (char-set #\/))
            (make-list %hash-part-length %nix-base32-char-set)
            (list (char-set #\-))))

  (define fake
    (string-append store "/" (make-string %hash-part-length #\e) "-"))

  (with-atomic-file-replacement file
    (lambda (in out)
      (set-port-encoding! in "ISO-8859-1")
      (set-port-encoding! out "ISO-8859-1")
      (setvbuf in 'block 65536)
      (setvbuf out 'block 65536)
      (fold-port-matches (lambda (match result)
                           (put-string out fake))
                         #f
                         pattern
                         in
                         (lambda (char result)
                           (put-char out char)))
      #t)))


;;;
;;; Wrappers.
;;;

(define-condition-type &wrap-error &error
  wrap-error?
  (program wrap-error-program)
  (type    wrap-error-type))

(define (wrapped-program? program)
  "Return #t when PROGRAM is one that `wrap-program' has moved away."
  (let ((base (basename program)))
    (and (string-prefix? "." base)
         (string-suffix? "-real" base))))

(define (normalize-variable variable)
  ;; The NAME, separator, position and list of values of VARIABLE, an argument of `wrap-program'.
  (match variable
    ((name (? string? separator) position values)
     (list name separator position values))
    ((name position values)
     (list name ":" position values))))

(define* (wrap-program program #:key (sh (which "bash")) #:rest vars)
  "Move PROGRAM to a hidden name and put a shell script in its place that sets VARS and runs it.  Each of VARS is

  (VARIABLE [SEPARATOR] POSITION (VALUE ...))

where POSITION is `=', `prefix' or `suffix'; SEPARATOR is \":\" by default.  A program that is wrapped already gets the
new settings in its script."
  (define variables
    (map normalize-variable
         (let loop ((vars vars))
           ;; The rest list contains the keyword arguments too.
           (match vars
             ((#:sh _ . rest) (loop rest))
             ((variable . rest) (cons variable (loop rest)))
             (() '())))))

  (define moved
    (string-append (dirname program) "/." (basename program) "-real"))

  (define wrapped?
    (file-exists? moved))

  (define export-line
    (match-lambda
      ((name separator '= values)
       (format #f "export ~a=\"~a\""
               name (string-join values separator)))
      ((name separator 'prefix values)
       (format #f "export ~a=\"~a${~a:+~a}$~a\""
               name (string-join values separator) name separator name))
      ((name separator 'suffix values)
       (format #f "export ~a=\"$~a${~a:+~a}~a\""
               name name name separator (string-join values separator)))))

  (define (settings)
    (string-join (map export-line variables) "\n" 'suffix))

  (define (add-settings)
    ;; Before the last line, which runs the program.
    (let* ((lines (call-with-input-file program
                    (lambda (port)
                      (string-split (string-trim-right (get-string-all port) #\newline)
                                    #\newline))))
           (run (last lines))
           (before (drop-right lines 1)))
      (call-with-output-file program
        (lambda (port)
          (for-each (cut format port "~a~%" <>) before)
          (display (settings) port)
          (format port "~a~%" run)))))

  (define (make-wrapper)
    (rename-file program moved)
    (call-with-output-file program
      (lambda (port)
        (format port "#!~a~%~aexec -a \"$0\" \"~a\" \"$@\"~%"
                sh (settings) (canonicalize-path moved))))
    (chmod program #o755))

  (when (wrapped-program? program)
    (error (string-append program " is a wrapper. Refusing to wrap.")))
  (if wrapped?
      (begin
        (make-file-writable program)
        (add-settings))
      (make-wrapper)))

(define %interpreter-rx
  ;; The interpreter, its arguments, and the coding declaration that it may look for.
  (make-regexp "^#![[:blank:]]*(/[^[:blank:]]+)[[:blank:]]*(.*)$" regexp/extended))

(define %coding-rx
  (make-regexp ".*#.*coding[=:][[:blank:]]*([-[:alnum:]_.]+)" regexp/extended))

(define* (wrap-script program #:key (guile (which "guile")) #:rest vars)
  "Let the script PROGRAM set VARS, which are as for `wrap-program', before it runs.  Its first lines become a Guile
program in what its own interpreter sees as comments, so PROGRAM keeps its name.  Raise &wrap-error when PROGRAM is not
such a script."
  (define variables
    (map normalize-variable
         (let loop ((vars vars))
           (match vars
             ((#:guile _ . rest) (loop rest))
             ((variable . rest) (cons variable (loop rest)))
             (() '())))))

  (define setting
    (match-lambda
      ((name separator '= values)
       `(setenv ,name ,(string-join values separator)))
      ((name separator 'prefix values)
       `(let ((current (getenv ,name)))
          (setenv ,name (if current
                            (string-append ,(string-join values separator) ,separator current)
                            ,(string-join values separator)))))
      ((name separator 'suffix values)
       `(let ((current (getenv ,name)))
          (setenv ,name (if current
                            (string-append current ,separator ,(string-join values separator))
                            ,(string-join values separator)))))))

  (define (header interpreter args coding)
    (call-with-output-string
      (lambda (port)
        ;; To the script's own interpreter these are comments.  To Guile the first line opens a comment that "!#" in
        ;; the second one closes, and "#\-" is a character, which has no effect.
        (format port "#!~a --no-auto-compile~%" guile)
        (format port "#!#; ~a~%" (or coding "Guix wrapper"))
        (format port "#\\-~s~%" (cons 'begin (map setting variables)))
        (format port "#\\-~s~%"
                `(let ((cl (command-line)))
                   (apply execl ,interpreter
                          (car cl)
                          (append ',args cl)))))))

  (define (fail)
    (raise (condition (&wrap-error (program program) (type 'no-interpreter-found)))))

  (let-values (((line second)
                (call-with-ascii-input-file program
                  (lambda (port)
                    (let* ((first (read-line port))
                           (second (read-line port)))
                      (values first second))))))
    (let ((m (and (string? line)
                  (not (string-index line #\nul))
                  (regexp-exec %interpreter-rx line))))
      (unless (and m guile)
        (fail))
      (let* ((coding (and (string? second)
                          (regexp-exec %coding-rx second)
                          second))
             (args (string-tokenize (match:substring m 2)))
             (text (header (match:substring m 1) args coding)))
        (with-atomic-file-replacement program
          (lambda (in out)
            (set-port-encoding! in "ISO-8859-1")
            (set-port-encoding! out "ISO-8859-1")
            (put-string out text)
            (dump-port in out)))))))


;;;
;;; Locales and desktops.
;;;

(define (locale-category->string category)
  "Return the name of the environment variable for the locale CATEGORY."
  (define names
    `((,LC_ALL . "LC_ALL") (,LC_COLLATE . "LC_COLLATE") (,LC_CTYPE . "LC_CTYPE")
      (,LC_MESSAGES . "LC_MESSAGES") (,LC_MONETARY . "LC_MONETARY")
      (,LC_NUMERIC . "LC_NUMERIC") (,LC_TIME . "LC_TIME")))

  (assv-ref names category))

(define* (make-desktop-entry-file destination #:key
                                  (type "Application")
                                  version
                                  name
                                  (generic-name name)
                                  (no-display #f)
                                  comment
                                  icon
                                  (hidden #f)
                                  only-show-in
                                  not-show-in
                                  (d-bus-activatable #f)
                                  try-exec
                                  exec
                                  path
                                  (terminal #f)
                                  actions
                                  mime-type
                                  categories
                                  implements
                                  keywords
                                  (startup-notify #t)
                                  startup-w-m-class
                                  #:rest all-args)
  "Write a desktop entry, as freedesktop.org specifies them, to the file DESTINATION.  Each value is a string, a boolean,
a list of strings, or, where the entry may be localized, an alist of languages and such values; #f as language stands
for the value without language.  Keyword arguments that are not given are left out, but for some booleans."
  (define (entry-name keyword)
    ;; As `#:generic-name' is for "GenericName".
    (string-concatenate
     (map (lambda (word)
            (if (string=? word "mime") "Mime" (string-capitalize word)))
          (string-split (symbol->string (keyword->symbol keyword)) #\-))))

  (define (entry-key keyword)
    (match keyword
      (#:d-bus-activatable "DBusActivatable")
      (#:startup-w-m-class "StartupWMClass")
      (_ (entry-name keyword))))

  (define (value->string value)
    (match value
      (#t "true")
      (#f "false")
      ((? string? value) value)
      (((? string? values) ...) (string-join values ";" 'suffix))))

  (define (words->string key words)
    ;; The translations of a single string are lists too.
    (match words
      (((? string? word))
       (if (string=? key "Keywords") (value->string words) word))
      (_ (value->string words))))

  (define (entries key value)
    (define (line language text)
      (if language
          (format #f "~a[~a]=~a" key language text)
          (format #f "~a=~a" key text)))

    (match value
      ((((and language (or #f (? string?))) . (? string? text)) ...)
       (map line language text))
      ((((and language (or #f (? string?))) . ((? string? words) ...)) ..1)
       (map (lambda (language words)
              (line language (words->string key words)))
            language words))
      (value
       (list (line #f (value->string value))))))

  (define fields
    `((#:type . ,type) (#:version . ,version) (#:name . ,name) (#:generic-name . ,generic-name)
      (#:no-display . ,no-display) (#:comment . ,comment) (#:icon . ,icon) (#:hidden . ,hidden)
      (#:only-show-in . ,only-show-in) (#:not-show-in . ,not-show-in)
      (#:d-bus-activatable . ,d-bus-activatable) (#:try-exec . ,try-exec) (#:exec . ,exec)
      (#:path . ,path) (#:terminal . ,terminal) (#:actions . ,actions) (#:mime-type . ,mime-type)
      (#:categories . ,categories) (#:implements . ,implements) (#:keywords . ,keywords)
      (#:startup-notify . ,startup-notify) (#:startup-w-m-class . ,startup-w-m-class)))

  (define booleans
    '(#:no-display #:hidden #:d-bus-activatable #:terminal #:startup-notify))

  (unless (string? name)
    (error "Missing NAME argument: make-desktop-entry-file" destination))
  (unless (string? exec)
    (error "Missing EXEC argument: make-desktop-entry-file" destination))
  (mkdir-p (dirname destination))
  (call-with-output-file destination
    (lambda (port)
      (format port "[Desktop Entry]~%")
      (for-each (match-lambda
                  ((keyword . value)
                   (when (or value (memq keyword booleans))
                     (for-each (cut format port "~a~%" <>)
                               (entries (entry-key keyword) value)))))
                fields))))
