;;; Commentary:
;;;
;;; What builders are written with: files, search paths, substitution in files, running programs,
;;; phases as association lists, wrappers.  It runs inside builds, in strata and in Guile alike.
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
  #:use-module (ice-9 popen)
  #:use-module (ice-9 textual-ports)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:re-export (alist-cons
               alist-delete
               ;; A clause of 'modify-phases' means this binding.
               delete)
  #:export (;; Store file names
            %store-directory
            store-file-name?
            strip-store-file-name
            package-name->name+version
            parallel-job-count
            compressor
            tarball?
            %xz-parallel-args

            ;; Kinds of files
            directory-exists?
            executable-file?
            symbolic-link?
            call-with-ascii-input-file
            file-header-match
            elf-file?
            ar-file?
            gzip-file?
            reset-gzip-timestamp

            ;; Trees
            with-directory-excursion
            mkdir-p
            install-file
            make-file-writable
            copy-recursively
            delete-file-recursively
            file-name-predicate
            find-files
            false-if-file-not-found

            ;; Search paths
            search-path-as-list
            set-path-environment-variable
            search-path-as-string->list
            list->search-path-as-string
            which
            search-input-file
            search-input-directory
            search-error?
            search-error-path
            search-error-file

            ;; Phases
            every*
            alist-cons-before
            alist-cons-after
            alist-replace
            modify-phases

            ;; Changing files
            with-atomic-file-replacement
            substitute
            substitute*
            dump-port
            set-file-time
            patch-shebang
            patch-makefile-SHELL
            patch-/usr/bin/file
            fold-port-matches
            remove-store-references
            call-with-temporary-output-file

            ;; Wrappers
            wrapped-program?
            wrap-program
            wrap-script
            wrap-error?
            wrap-error-program
            wrap-error-type

            ;; Programs
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

            make-desktop-entry-file
            locale-category->string))


;;;
;;; Store file names.
;;;

(define (%store-directory)
  "Return the directory of the store: what the daemon says, or the usual one."
  (or (getenv "NIX_STORE")
      (getenv "NIX_STORE_DIR")
      "/gnu/store"))

(define (store-file-name? file)
  "Return true if FILE is in the store."
  (string-prefix? (%store-directory) file))

(define (strip-store-file-name file)
  "Return the base name of FILE without the store's hash."
  ;; A slash, the hash's 32 characters, and a dash.
  (string-drop file
               (+ 34 (string-length (%store-directory)))))

(define* (package-name->name+version name #:optional (delimiter #\-))
  "Return the name and the version of NAME, like \"hello-2.10\"; the version is false when NAME has
none.  It starts after the first DELIMITER that a digit follows."
  (let loop ((start 0))
    (match (string-index name delimiter start)
      (#f (values name #f))
      (position
       (let ((after (+ position 1)))
         (if (and (< after (string-length name))
                  (char-numeric? (string-ref name after)))
             (values (substring name 0 position)
                     (substring name after))
             (loop after)))))))

(define (parallel-job-count)
  "Return how many jobs a build may run: what the daemon allows, or the number of processors."
  (match (getenv "NIX_BUILD_CORES")
    ((or #f "" "0") (current-processor-count))
    (count (or (string->number count) (current-processor-count)))))

(define (compressor file-name)
  "Return the name of the program that unpacks FILE-NAME, judged by its extension, or false."
  (cond ((string-suffix? "gz" file-name) "gzip")
        ((string-suffix? "Z" file-name) "gzip")
        ((string-suffix? "bz2" file-name) "bzip2")
        ((string-suffix? "lz" file-name) "lzip")
        ((string-suffix? "zip" file-name) "unzip")
        ((string-suffix? "xz" file-name) "xz")
        (else #f)))

(define (tarball? file-name)
  "Return true if FILE-NAME is that of a tar archive."
  (string-match "\\.(tar(\\..*)?|tgz|tbz)$" file-name))

(define (%xz-parallel-args)
  "Return the options that make xz work in parallel, within some bounds of memory."
  (list "--memlimit=50%"
        (format #f "--threads=~a" (max 2 (parallel-job-count)))))


;;;
;;; Kinds of files.
;;;

(define (directory-exists? dir)
  "Return true if DIR exists and is a directory."
  (match (stat dir #f)
    (#f #f)
    (st (eq? 'directory (stat:type st)))))

(define (executable-file? file)
  "Return true if FILE exists, is a regular file and somebody may execute it."
  (match (stat file #f)
    (#f #f)
    (st (and (eq? 'regular (stat:type st))
             (not (zero? (logand (stat:mode st) #o111)))))))

(define (symbolic-link? file)
  "Return true if FILE is a symbolic link, dangling or not."
  (eq? 'symlink (stat:type (lstat file))))

(define (call-with-ascii-input-file file proc)
  "Call PROC on a port that reads FILE byte by byte as characters."
  (call-with-input-file file
    (lambda (port)
      (set-port-encoding! port "ISO-8859-1")
      (proc port))
    #:binary #t))

(define (file-header-match header)
  "Return a procedure that tells whether a file starts with the bytes HEADER."
  (let ((size (bytevector-length header)))
    (lambda (file)
      "Return true if FILE starts with the header."
      (let ((start (call-with-input-file file
                     (lambda (port)
                       (get-bytevector-n port size))
                     #:binary #t #:guess-encoding #f)))
        (equal? start header)))))

(define elf-file? (file-header-match #vu8(#x7f #x45 #x4c #x46)))
(define ar-file? (file-header-match (string->utf8 "!<arch>\n")))
(define gzip-file? (file-header-match #vu8(#x1f #x8b)))

(define* (reset-gzip-timestamp file #:key (keep-mtime? #t))
  "Set the time stamp within the gzip FILE to zero; return true if something changed.  With KEEP-MTIME?
the file's own time stays."
  (let* ((st (stat file))
         (port (open-file file "r+b")))
    (dynamic-wind
      (const #t)
      (lambda ()
        (seek port 4 SEEK_SET)
        (let ((time (get-bytevector-n port 4)))
          (and (bytevector? time)
               (not (equal? time #vu8(0 0 0 0)))
               (begin
                 (seek port 4 SEEK_SET)
                 (put-bytevector port #vu8(0 0 0 0))
                 #t))))
      (lambda ()
        (close-port port)
        (when keep-mtime?
          (set-file-time file st))))))


;;;
;;; Trees of files.
;;;

(define-syntax-rule (with-directory-excursion dir body ...)
  "Evaluate BODY with DIR as the current directory."
  (let ((here (getcwd)))
    (dynamic-wind
      (lambda () (chdir dir))
      (lambda () body ...)
      (lambda () (chdir here)))))

(define (mkdir-p dir)
  "Make directory DIR and those above it that are missing."
  (let ((absolute? (string-prefix? "/" dir)))
    (let loop ((components (string-tokenize dir (char-set-complement (char-set #\/))))
               (parent (if absolute? "" ".")))
      (match components
        (() #t)
        ((name rest ...)
         (let ((path (string-append parent "/" name)))
           (catch 'system-error
             (lambda ()
               (mkdir path))
             (lambda args
               ;; It may exist already, or be seen through a file system we may not write.
               (unless (directory-exists? path)
                 (apply throw args))))
           (loop rest path)))))))

(define (install-file file directory)
  "Copy FILE into DIRECTORY, which is made when missing."
  (mkdir-p directory)
  (copy-file file (string-append directory "/" (basename file))))

(define (make-file-writable file)
  "Let the owner of FILE write it."
  (chmod file (logior #o200 (stat:perms (stat file)))))

(define* (set-file-time file stat)
  "Set the access and modification times of FILE to those in STAT."
  (utime file
         (stat:atime stat) (stat:mtime stat)
         (stat:atimensec stat) (stat:mtimensec stat)))

(define* (copy-recursively source destination
                           #:key
                           (log (current-output-port))
                           (follow-symlinks? #f)
                           (copy-file copy-file)
                           keep-mtime? keep-permissions?
                           (select? (const #t)))
  "Copy the tree SOURCE to DESTINATION.  Symbolic links are copied as such unless FOLLOW-SYMLINKS?.
COPY-FILE copies regular files.  KEEP-MTIME? and KEEP-PERMISSIONS? preserve what they say.  Only files
for which (SELECT? FILE STAT) is true are copied.  What is done is told on LOG unless it is false."
  (define prefix-length
    (string-length source))

  (define (target file)
    (string-append destination (string-drop file prefix-length)))

  (define (finish file st)
    (when keep-permissions?
      (chmod file (stat:perms st)))
    (when keep-mtime?
      (set-file-time file st)))

  (file-system-fold
   (lambda (dir st result)
     (or (string=? dir source)
         (select? dir st)))
   (lambda (file st result)                       ;leaf
     (when (select? file st)
       (let ((copy (target file)))
         (when log
           (format log "`~a' -> `~a'~%" file copy))
         (case (stat:type st)
           ((symlink)
            (symlink (readlink file) copy))
           (else
            (copy-file file copy)
            (finish copy st))))))
   (lambda (dir st result)                        ;down
     (let ((copy (target dir)))
       (mkdir-p copy)))
   (lambda (dir st result)                        ;up
     ;; Only now: making files in it changes a directory's time.
     (finish (target dir) st)
     result)
   (const #t)                                     ;skip
   (lambda (file st errno result)
     (format (current-error-port) "i/o error: ~a: ~a~%" file (strerror errno))
     #f)
   #t
   source
   (if follow-symlinks? stat lstat)))

(define-syntax-rule (warn-on-error expr file)
  (catch 'system-error
    (lambda ()
      expr)
    (lambda args
      (format (current-error-port) "warning: failed to delete ~a: ~a~%"
              file (strerror (system-error-errno args))))))

(define* (delete-file-recursively dir #:key follow-mounts?)
  "Delete the tree DIR without following symbolic links, nor crossing mount points unless
FOLLOW-MOUNTS?.  Report failures on the current error port and go on."
  (let ((device (stat:dev (lstat dir))))
    (file-system-fold
     (lambda (dir st result)
       (or follow-mounts? (= device (stat:dev st))))
     (lambda (file st result)
       (warn-on-error (delete-file file) file))
     (const #t)
     (lambda (dir st result)
       (warn-on-error (rmdir dir) dir))
     (const #t)
     (lambda (file st errno result)
       (format (current-error-port) "warning: failed to delete ~a: ~a~%" file (strerror errno)))
     #t
     dir
     ;; Never follow links.
     lstat)))

(define (file-name-predicate regexp)
  "Return a predicate for find-files: whether the base name of a file matches REGEXP."
  (let ((rx (make-regexp regexp)))
    (lambda (file st)
      (regexp-exec rx (basename file)))))

(define* (find-files dir #:optional (pred (const #t))
                     #:key (stat lstat)
                     directories?
                     fail-on-error?)
  "Return the sorted list of the files under DIR for which (PRED FILE STAT) is true; PRED may also be a
regular expression for base names.  With DIRECTORIES? directories count too.  Errors are reported, and
fatal with FAIL-ON-ERROR?."
  (let ((pred (if (procedure? pred) pred (file-name-predicate pred))))
    (define (consider file st result)
      (if (pred file st)
          (cons file result)
          result))

    (sort (file-system-fold (const #t)
                            consider
                            (lambda (dir st result)
                              (if directories?
                                  (consider dir st result)
                                  result))
                            (lambda (dir st result) result)
                            (lambda (file st result) result)
                            (lambda (file st errno result)
                              (format (current-error-port) "find-files: ~a: ~a~%"
                                      file (strerror errno))
                              (when fail-on-error?
                                (error "find-files failed"))
                              result)
                            '()
                            dir
                            stat)
          string<?)))

(define-syntax-rule (false-if-file-not-found expr)
  "Evaluate EXPR; return false if a file it needs does not exist."
  (catch 'system-error
    (lambda ()
      expr)
    (lambda args
      (if (= ENOENT (system-error-errno args))
          #f
          (apply throw args)))))


;;;
;;; Search paths.
;;;

(define* (search-path-as-list files input-dirs
                              #:key (type 'directory) pattern)
  "Return those of FILES in each of INPUT-DIRS that exist and are of TYPE.  With the regular expression
PATTERN, return instead the files under them whose base name matches it."
  (append-map
   (lambda (input)
     (append-map
      (lambda (file)
        (let ((file (string-append input "/" file)))
          (define (of-type? name)
            (let ((st (stat name #f)))
              (and st (eq? type (stat:type st)))))

          (cond (pattern
                 ;; DIR itself may be a link to a directory.
                 (if (directory-exists? file)
                     (find-files file (lambda (name st)
                                        (and (eq? type (stat:type st))
                                             ((file-name-predicate pattern) name st)))
                                 #:stat stat
                                 #:directories? (eq? type 'directory))
                     '()))
                ((of-type? file) (list file))
                (else '()))))
      files))
   (delete-duplicates input-dirs)))

(define* (list->search-path-as-string lst separator)
  "Return the strings of LST with SEPARATOR between them; just the first when SEPARATOR is false."
  (if separator
      (string-join lst separator)
      (match lst
        ((head rest ...) head)
        (() ""))))

(define* (search-path-as-string->list path #:optional (separator #\:))
  "Return the list of the parts of PATH."
  (if separator
      (string-tokenize path
                       (char-set-complement
                        (if (string? separator)
                            (string->char-set separator)
                            (char-set separator))))
      (list path)))

(define* (set-path-environment-variable env-var files input-dirs
                                        #:key
                                        (separator ":")
                                        (type 'directory)
                                        pattern)
  "Set ENV-VAR to what search-path-as-list finds, joined with SEPARATOR, and say so; unset it when
nothing is found."
  (let* ((path (search-path-as-list files input-dirs
                                    #:type type
                                    #:pattern pattern))
         (value (list->search-path-as-string path separator)))
    (if (string-null? value)
        (begin
          ;; Otherwise it would denote the current directory.
          (unsetenv env-var)
          (format #t "environment variable `~a' unset~%" env-var))
        (begin
          (setenv env-var value)
          (format #t "environment variable `~a' set to `~a'~%" env-var value)))))

(define (which program)
  "Return the file name of PROGRAM as $PATH finds it, or false."
  (search-path (search-path-as-string->list (or (getenv "PATH") ""))
               program))

(define-condition-type &search-error &error
  search-error?
  (path search-error-path)
  (file search-error-file))

(define (search-input inputs file acceptable?)
  (define path
    (map (match-lambda
           ((_ . directory)
            ;; An input is a label and a file name, and perhaps an output's name.
            (if (pair? directory) (car directory) directory)))
         inputs))

  (or (any (lambda (directory)
             (let ((name (string-append directory "/" file)))
               (and (acceptable? name) name)))
           path)
      (raise (condition (&search-error (path path) (file file))))))

(define (search-input-file inputs file)
  "Return the name of FILE in the first of INPUTS that has it; raise a &search-error when none has."
  (search-input inputs file file-exists?))

(define (search-input-directory inputs directory)
  "Return the name of DIRECTORY in the first of INPUTS that has it; raise a &search-error when none has."
  (search-input inputs directory directory-exists?))


;;;
;;; Phases: association lists of a name and a procedure.
;;;

(define (every* pred lst)
  "Apply PRED to all of LST, whatever it returns, and return whether all values were true."
  (fold (lambda (item result)
          (and (pred item) result))
        #t
        lst))

(define (before-and-after reference alist key=?)
  ;; The entries before that of REFERENCE, and the rest, which starts with it.
  (break (match-lambda
           ((key . _) (key=? key reference)))
         alist))

(define* (alist-cons-before reference key value alist
                            #:optional (key=? equal?))
  "Return ALIST with (KEY . VALUE) just before the entry of REFERENCE."
  (let-values (((before after) (before-and-after reference alist key=?)))
    (append before (alist-cons key value after))))

(define* (alist-cons-after reference key value alist
                           #:optional (key=? equal?))
  "Return ALIST with (KEY . VALUE) just after the entry of REFERENCE, or at the end."
  (let-values (((before after) (before-and-after reference alist key=?)))
    (match after
      ((reference after ...)
       (append before (cons* reference (cons key value) after)))
      (()
       (append before (list (cons key value)))))))

(define* (alist-replace key value alist #:optional (key=? equal?))
  "Return ALIST with VALUE for KEY, which must have an entry."
  (let-values (((before after) (before-and-after key alist key=?)))
    (match after
      ((_ after ...)
       (append before (alist-cons key value after)))
      (()
       (error "alist-replace: no such key" key)))))

(define-syntax modify-phases
  (syntax-rules ()
    "Return PHASES changed by the clauses, in order: (delete NAME), (replace NAME PROC),
(add-before REFERENCE NAME PROC), (add-after REFERENCE NAME PROC)."
    ((_ phases)
     phases)
    ((_ phases clause rest ...)
     (modify-phases (modify-one-phase phases clause) rest ...))))

(define-syntax modify-one-phase
  (syntax-rules (delete replace add-before add-after)
    ((_ phases (delete old-phase-name))
     (alist-delete old-phase-name phases))
    ((_ phases (replace old-phase-name new-phase))
     (alist-replace old-phase-name new-phase phases))
    ((_ phases (add-before old-phase-name new-phase-name new-phase))
     (alist-cons-before old-phase-name new-phase-name new-phase phases))
    ((_ phases (add-after old-phase-name new-phase-name new-phase))
     (alist-cons-after old-phase-name new-phase-name new-phase phases))))


;;;
;;; Running programs.
;;;

(define-condition-type &invoke-error &error
  invoke-error?
  (program invoke-error-program)
  (arguments invoke-error-arguments)
  (exit-status invoke-error-exit-status)
  (term-signal invoke-error-term-signal)
  (stop-signal invoke-error-stop-signal))

(define (raise-invoke-error program args status)
  (raise (condition
          (&invoke-error
           (program program)
           (arguments args)
           (exit-status (status:exit-val status))
           (term-signal (status:term-sig status))
           (stop-signal (status:stop-sig status))))))

(define (invoke program . args)
  "Run PROGRAM on ARGS and return true; raise an &invoke-error if it fails."
  (let ((status (apply system* program args)))
    (unless (zero? status)
      (raise-invoke-error program args status))
    #t))

(define* (report-invoke-error c #:optional (port (current-error-port)))
  "Describe the &invoke-error C on PORT."
  (format port "command~{ ~s~} failed with ~:[signal~;status~] ~a~%"
          (cons (invoke-error-program c)
                (invoke-error-arguments c))
          (invoke-error-exit-status c)
          (or (invoke-error-exit-status c)
              (invoke-error-term-signal c)
              (invoke-error-stop-signal c))))

(define (invoke/quiet program . args)
  "Run PROGRAM on ARGS; show what it prints only if it fails, and then raise an &invoke-error."
  (define (output-lines port)
    (let loop ((lines '()))
      (match (read-line port)
        ((? eof-object?) (reverse lines))
        (line (loop (cons line lines))))))

  ;; The program's standard error goes where its output goes.
  (let* ((pipe (apply open-pipe* OPEN_READ "/bin/sh" "-c" "exec \"$0\" \"$@\" 2>&1" program args))
         (lines (output-lines pipe))
         (status (close-pipe pipe)))
    (unless (zero? status)
      (let ((port (current-error-port)))
        (format port "'~a~{ ~a~}' exited with ~a ~a; output follows:~%~%"
                program args
                (if (status:exit-val status) "status" "signal")
                (or (status:exit-val status) (status:term-sig status)))
        (for-each (cut format port "  ~a~%" <>) lines))
      (raise-invoke-error program args status))
    #t))


;;;
;;; Changing files.
;;;

(define (call-with-temporary-output-file proc)
  "Call PROC on the name of a new temporary file and a port to it; delete it at the end."
  (let* ((template (string-append (or (getenv "TMPDIR") "/tmp") "/guix-file.XXXXXX"))
         (port (mkstemp! template)))
    (dynamic-wind
      (const #t)
      (lambda ()
        (proc template port))
      (lambda ()
        (false-if-exception (close-port port))
        (false-if-exception (delete-file template))))))

(define (with-atomic-file-replacement file proc)
  "Call PROC on a port that reads FILE and one that writes its new content, then replace FILE."
  (let* ((template (string-append file ".XXXXXX"))
         (out (mkstemp! template))
         (mode (stat:mode (stat file))))
    (with-throw-handler #t
      (lambda ()
        (call-with-input-file file
          (lambda (in)
            (let ((result (proc in out)))
              (close-port out)
              (chmod template mode)
              (rename-file template file)
              result))))
      (lambda (key . args)
        (false-if-exception (delete-file template))))))

(define (substitute file pattern+procs)
  "Change FILE line by line.  PATTERN+PROCS is a list of pairs of a regular expression, compiled or a
string, and a procedure that is called with a line and the list of its matches and returns the new line."
  (let ((rx+procs (map (match-lambda
                         (((? regexp? pattern) . proc)
                          (cons pattern proc))
                         ((pattern . proc)
                          (cons (make-regexp pattern regexp/extended) proc)))
                       pattern+procs)))
    (with-atomic-file-replacement file
      (lambda (in out)
        (let loop ((line (read-line in 'concat)))
          (if (eof-object? line)
              #t
              ;; What regular expressions match ends at a NUL: such lines stay, as in Guile.
              (let ((line (if (string-index line #\nul)
                              line
                              (fold (lambda (rx+proc line)
                                      (match rx+proc
                                        ((rx . proc)
                                         (match (list-matches rx line)
                                           ((and matches (_ _ ...))
                                            (proc line matches))
                                           (() line)))))
                                    line
                                    rx+procs))))
                (display line out)
                (loop (read-line in 'concat)))))))))

(define-syntax let-matches
  ;; Bind the variables to the parts of a match from INDEX on; `_' is for parts nobody needs.
  (syntax-rules (_)
    ((let-matches index match (_ vars ...) body ...)
     (let-matches (+ 1 index) match (vars ...) body ...))
    ((let-matches index match (var vars ...) body ...)
     (let ((var (match:substring match index)))
       (let-matches (+ 1 index) match (vars ...) body ...)))
    ((let-matches index match () body ...)
     (begin body ...))))

(define-syntax substitute*
  (syntax-rules ()
    "Change FILE, or each file of a list, line by line: where REGEXP matches, the text BODY returns takes
the place of the match.  The first variable is the whole match, the others are its parts."
    ((substitute* file ((regexp match-var ...) body ...) ...)
     (let ()
       (define (substitute-one-file file-name)
         (substitute
          file-name
          (list (cons regexp
                      (lambda (line matches)
                        ;; Build the new line from the text between matches and the bodies' values.
                        (let loop ((rest matches)
                                   (position 0)
                                   (parts '()))
                          (if (null? rest)
                              (string-concatenate-reverse
                               (cons (substring line position) parts))
                              (let ((m (car rest)))
                                (loop (cdr rest)
                                      (match:end m)
                                      (cons* (let-matches 0 m (match-var ...)
                                               body ...)
                                             (substring line position (match:start m))
                                             parts)))))))
                ...)))

       (let ((files file))
         (if (string? files)
             (substitute-one-file files)
             (for-each substitute-one-file files)))))))

(define* (dump-port in out
                    #:optional len
                    #:key (buffer-size 16384)
                    (progress (lambda (transferred continue)
                                (continue))))
  "Copy LEN bytes, or all, from IN to OUT in steps of BUFFER-SIZE.  After each step, and at the start,
PROGRESS is called with the number of bytes copied and a thunk that goes on."
  (define buffer
    (make-bytevector buffer-size))

  (define (want total)
    (if len
        (min buffer-size (- len total))
        buffer-size))

  (let loop ((total 0)
             (count (get-bytevector-n! in buffer 0 (want 0))))
    (or (eof-object? count)
        (zero? count)
        (let ((total (+ total count)))
          (put-bytevector out buffer 0 count)
          (progress total
                    (lambda ()
                      (loop total
                            (get-bytevector-n! in buffer 0 (want total)))))))))

(define patch-shebang
  (let ((shebang-rx (make-regexp "^[[:blank:]]*([[:graph:]]+)[[:blank:]]*([[:graph:]]*)(.*)$")))
    (lambda* (file
              #:optional
              (path (search-path-as-string->list (getenv "PATH")))
              #:key (keep-mtime? #t))
      "Replace the interpreter in the first line of FILE, a script, by that of the same name found in
PATH.  Return true if FILE was changed.  With KEEP-MTIME? its time stays."
      (define (patch port interpreter rest-of-line)
        (let* ((template (string-append file ".XXXXXX"))
               (out (mkstemp! template))
               (st (stat file))
               (mode (stat:mode st)))
          (with-throw-handler #t
            (lambda ()
              (format out "#!~a~a~%" interpreter rest-of-line)
              (dump-port port out)
              (close-port out)
              (chmod template mode)
              (rename-file template file)
              (when keep-mtime?
                (set-file-time file st))
              #t)
            (lambda (key . args)
              (format (current-error-port)
                      "patch-shebang: ~a: error: ~a ~s~%" file key args)
              (false-if-exception (delete-file template))
              #f))))

      (define (interpreter-in-path command)
        (search-path path (basename command)))

      (define (no-binary command)
        (format (current-error-port)
                "patch-shebang: ~a: warning: no binary for interpreter `~a' found in $PATH~%"
                file (basename command))
        #f)

      (define (change port command binary rest-of-line)
        (cond ((not binary) (no-binary command))
              ((string=? binary command) #f)
              (else
               (format (current-error-port)
                       "patch-shebang: ~a: changing `~a' to `~a'~%"
                       file command binary)
               (patch port binary rest-of-line))))

      (call-with-ascii-input-file file
        (lambda (port)
          (and (eqv? #\# (read-char port))
               (eqv? #\! (read-char port))
               (let ((line (read-line port)))
                 (and=> (and (string? line)
                             (regexp-exec shebang-rx line))
                        (lambda (m)
                          (let ((command (match:substring m 1))
                                (argument (match:substring m 2))
                                (rest-of-line (match:substring m 3)))
                            (if (string=? (basename command) "env")
                                (cond ((string=? argument "-S")
                                       (patch-env-s port change interpreter-in-path
                                                    command rest-of-line))
                                      ((string-null? argument) #f)
                                      (else
                                       ;; The program env would run takes its place.
                                       (let ((binary (interpreter-in-path argument)))
                                         (if binary
                                             (begin
                                               (format (current-error-port)
                                                       "patch-shebang: ~a: changing `~a' to `~a'~%"
                                                       file (string-append command " " argument)
                                                       binary)
                                               (patch port binary rest-of-line))
                                             (no-binary argument)))))
                                (change port command
                                        (interpreter-in-path command)
                                        (if (string-null? argument)
                                            ""
                                            (string-append " " argument rest-of-line))))))))))))))

(define (patch-env-s port change interpreter-in-path command rest-of-line)
  ;; "env -S PROGRAM ARGS": both env and the program are looked up.
  (let* ((words (string-tokenize rest-of-line))
         (program (and (pair? words) (interpreter-in-path (car words)))))
    (change port command
            (interpreter-in-path command)
            (if program
                (string-append " -S " (string-join (cons program (cdr words)) " "))
                (string-append " -S" rest-of-line)))))

(define* (patch-makefile-SHELL file #:key (keep-mtime? #t))
  "Replace the shell that FILE, a makefile, assigns to SHELL by the one in $PATH."
  (define (find-shell name)
    (let ((shell (which name)))
      (unless shell
        (format (current-error-port)
                "patch-makefile-SHELL: warning: no binary for shell `~a' found in $PATH~%"
                name))
      shell))

  (let ((st (stat file)))
    (substitute* file
      (("^ *SHELL[[:blank:]]*:?=[[:blank:]]*([[:graph:]]*/)([[:graph:]]+)(.*)$"
        _ dir shell arguments)
       (let* ((old (string-append dir shell))
              (new (or (find-shell shell) old)))
         (unless (string=? new old)
           (format (current-error-port)
                   "patch-makefile-SHELL: ~a: changing `SHELL' from `~a' to `~a'~%"
                   file old new))
         (string-append "SHELL = " new arguments))))
    (when keep-mtime?
      (set-file-time file st))))

(define* (patch-/usr/bin/file file
                              #:key
                              (file-command (which "file"))
                              (keep-mtime? #t))
  "Replace /usr/bin/file in FILE, a configure script, by FILE-COMMAND."
  (if (not file-command)
      (format (current-error-port)
              "patch-/usr/bin/file: warning: no replacement 'file' command, doing nothing~%")
      (let ((st (stat file)))
        (substitute* file
          (("/usr/bin/file")
           (begin
             (format (current-error-port)
                     "patch-/usr/bin/file: ~a: changing `~a' to `~a'~%"
                     file "/usr/bin/file" file-command)
             file-command)))
        (when keep-mtime?
          (set-file-time file st)))))

(define* (fold-port-matches proc init pattern port
                            #:optional (unmatched (lambda (_ r) r)))
  "Read PORT character by character and fold PROC, called with a match and the result, over the parts
that match PATTERN: a list of characters, character sets and predicates, or a string.  UNMATCHED is
called likewise with the characters that take part in no match."
  (define initial-pattern
    (map (lambda (item)
           (cond ((char? item) (char-set item))
                 (else item)))
         (if (string? pattern) (string->list pattern) pattern)))

  (define (accepts? item char)
    (if (char-set? item)
        (char-set-contains? item char)
        (item char)))

  ;; MATCHED has the characters of a match under way, the last first.
  (let loop ((chars '()) (pattern initial-pattern) (matched '()) (result init))
    (define (next)
      (if (null? chars) (read-char port) (car chars)))
    (define rest
      (if (null? chars) '() (cdr chars)))

    (if (null? pattern)
        (loop chars initial-pattern '()
              (proc (list->string (reverse matched)) result))
        (let ((char (next)))
          (cond ((eof-object? char)
                 (fold-right unmatched result matched))
                ((accepts? (car pattern) char)
                 (loop rest (cdr pattern) (cons char matched) result))
                ((null? matched)
                 (loop rest initial-pattern '() (unmatched char result)))
                (else
                 ;; Give up the first character of the attempt and try again from the second.
                 (let ((attempt (reverse (cons char matched))))
                   (loop (append (cdr attempt) rest) initial-pattern '()
                         (unmatched (car attempt) result)))))))))

(define* (remove-store-references file
                                  #:optional (store (%store-directory)))
  "Make references in FILE to the store unusable: the hash after STORE becomes a row of e."
  (define hash-chars
    (string->char-set "0123456789abcdfghijklmnpqrsvwxyz"))
  (define pattern
    (append (string->list (string-append store "/"))
            (make-list 32 hash-chars)
            (list #\-)))

  (with-fluids ((%default-port-encoding #f))
    (with-atomic-file-replacement file
      (lambda (in out)
        (set-port-encoding! in "ISO-8859-1")
        (set-port-encoding! out "ISO-8859-1")
        (fold-port-matches (lambda (match result)
                             (put-string out store)
                             (put-char out #\/)
                             (put-string out (make-string 32 #\e))
                             (put-char out #\-)
                             result)
                           #t
                           pattern
                           in
                           (lambda (char result)
                             (put-char out char)
                             result))))))


;;;
;;; Wrappers.
;;;

(define-condition-type &wrap-error &error
  wrap-error?
  (program wrap-error-program)
  (type wrap-error-type))

(define (wrapped-program? prog)
  "Return true if PROG is the original of a wrapper: .NAME-real."
  (let ((name (basename prog)))
    (and (string-prefix? "." name)
         (string-suffix? "-real" name)
         (> (string-length name) (string-length ".-real")))))

(define* (wrap-program prog #:key (sh (which "bash")) #:rest vars)
  "Make PROG a shell script that sets environment variables and runs the original, .PROG-real.  VARS are
lists: a variable, an optional separator after ':, how its value changes (=, prefix, suffix), and a list
of directories.  A program that is a wrapper already gets more variables."
  (define vars/filtered
    (match vars
      ((#:sh _ . vars) vars)
      (vars vars)))

  (define real
    (string-append (dirname prog) "/." (basename prog) "-real"))

  (define wrapped?
    (file-exists? real))

  (define (setting var separator mode values)
    (let ((value (string-join values separator)))
      (case mode
        ((=)
         (format #f "export ~a=\"~a\"" var value))
        ((prefix)
         (format #f "export ~a=\"~a${~a:+~a}$~a\"" var value var separator var))
        ((suffix)
         (format #f "export ~a=\"$~a${~a:+~a}~a\"" var var var separator value)))))

  (define (export-line spec)
    (match spec
      ((var separator mode ((? string? values) ...))
       (setting var (if (string? separator) separator (string separator)) mode values))
      ((var mode ((? string? values) ...))
       (setting var ":" mode values))))

  (when (wrapped-program? prog)
    (error (string-append prog " is a wrapper's original: refusing to wrap it")))

  (if wrapped?
      ;; Put the new lines before the last one, which runs the original.
      (let* ((text (call-with-input-file prog get-string-all))
             (lines (string-split (string-trim-right text #\newline) #\newline)))
        (call-with-output-file prog
          (lambda (port)
            (for-each (cut format port "~a~%" <>) (drop-right lines 1))
            (for-each (cut format port "~a~%" <>) (map export-line vars/filtered))
            (format port "~a~%" (last lines)))))
      (begin
        (rename-file prog real)
        (call-with-output-file prog
          (lambda (port)
            (format port "#!~a~%~a~%exec -a \"$0\" \"~a\" \"$@\"~%"
                    sh
                    (string-join (map export-line vars/filtered) "\n")
                    (canonicalize-path real))))))
  (chmod prog #o755))

(define wrap-script
  (let ((interpreter-rx
         (make-regexp
          "^#! ?(/[^ ]+/(ruby|python[0-9.]*|perl|guile|Rscript|node))( ?.*)"))
        (coding-rx
         (make-regexp ".*#.*coding[=:][[:space:]]*([-a-zA-Z_0-9.]+)")))
    (lambda* (prog #:key (guile (which "guile")) #:rest vars)
      "Wrap the script PROG in place: a line of Guile at its top sets the environment variables VARS, as
for wrap-program, and runs the script's interpreter on it."
      (define vars/filtered
        (match vars
          ((#:guile _ . vars) vars)
          (vars vars)))

      (define (update-expression spec)
        (define (with-separator var separator mode values)
          (let ((value (string-join values separator)))
            (case mode
              ((=) `(setenv ,var ,value))
              ((prefix)
               `(let ((current (getenv ,var)))
                  (setenv ,var (if current
                                   (string-append ,value ,separator current)
                                   ,value))))
              ((suffix)
               `(let ((current (getenv ,var)))
                  (setenv ,var (if current
                                   (string-append current ,separator ,value)
                                   ,value)))))))
        (match spec
          ((var separator mode values)
           (with-separator var (if (string? separator) separator (string separator)) mode values))
          ((var mode values)
           (with-separator var ":" mode values))))

      (call-with-input-file prog
        (lambda (port)
          (let* ((first-line (read-line port))
                 (m (and (string? first-line)
                         (regexp-exec interpreter-rx first-line))))
            (if (not m)
                (raise (condition
                        (&wrap-error (program prog)
                                     (type 'no-interpreter-found))))
                (let* ((interpreter (match:substring m 1))
                       (arguments (string-tokenize (or (match:substring m 3) "")))
                       (second-line (read-line port))
                       (coding (if (string? second-line)
                                   (regexp-exec coding-rx second-line)
                                   #f))
                       (header
                        (format #f "#!~a --no-auto-compile~%#!#; ~a~%#\\-~s~%#\\-~s~%"
                                guile
                                (if coding second-line "Guix wrapper")
                                (cons 'begin (map update-expression vars/filtered))
                                `(let ((cl (command-line)))
                                   (apply execl ,interpreter
                                          (car cl)
                                          (append ',arguments
                                                  (cons (car cl) (cdr cl)))))))
                       (template (string-append prog ".XXXXXX"))
                       (out (mkstemp! template))
                       (st (stat prog))
                       (mode (stat:mode st)))
                  (with-throw-handler #t
                    (lambda ()
                      (display header out)
                      (display first-line out)
                      (newline out)
                      (when (string? second-line)
                        (display second-line out)
                        (newline out))
                      (dump-port port out)
                      (close-port out)
                      (chmod template mode)
                      (rename-file template prog)
                      (set-file-time prog st)
                      #t)
                    (lambda (key . args)
                      (false-if-exception (delete-file template))
                      (raise (condition
                              (&wrap-error (program prog) (type key)))))))))))))) 


;;;
;;; Odds and ends.
;;;

(define* (make-desktop-entry-file destination #:key
                                  (type "Application")
                                  (version "1.1")
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
                                  (categories "Application")
                                  implements
                                  keywords
                                  (startup-notify #t)
                                  startup-w-m-class
                                  #:rest all-args)
  "Write a desktop entry file to DESTINATION.  Values are strings, booleans, or lists of strings; a list
of pairs gives a string for each locale."
  (define (camel-case name)
    (string-concatenate (map string-capitalize (string-split name #\-))))

  (define (value->string value)
    (cond ((eq? value #t) "true")
          ((not value) "false")
          ((list? value) (string-join value ";" 'suffix))
          (else value)))

  (define (write-field port name value)
    (match value
      (((locale . text) ..1)
       (for-each (lambda (locale text)
                   (if locale
                       (format port "~a[~a]=~a~%" name locale text)
                       (format port "~a=~a~%" name text)))
                 locale text))
      (_
       (format port "~a=~a~%" name (value->string value)))))

  (define fields
    `(("type" . ,type) ("version" . ,version) ("name" . ,name)
      ("generic-name" . ,generic-name) ("no-display" . ,no-display)
      ("comment" . ,comment) ("icon" . ,icon) ("hidden" . ,hidden)
      ("only-show-in" . ,only-show-in) ("not-show-in" . ,not-show-in)
      ("d-bus-activatable" . ,d-bus-activatable) ("try-exec" . ,try-exec)
      ("exec" . ,exec) ("path" . ,path) ("terminal" . ,terminal)
      ("actions" . ,actions) ("mime-type" . ,mime-type) ("categories" . ,categories)
      ("implements" . ,implements) ("keywords" . ,keywords)
      ("startup-notify" . ,startup-notify) ("startup-w-m-class" . ,startup-w-m-class)))

  (define (given? name)
    (memq (symbol->keyword (string->symbol name)) all-args))

  (unless name
    (error "make-desktop-entry-file: the name is missing"))

  (mkdir-p (dirname destination))
  (call-with-output-file destination
    (lambda (port)
      (format port "[Desktop Entry]~%")
      (for-each
       (match-lambda
         ((field . value)
          (when (or value (given? field))
            (write-field port
                         (match field
                           ("d-bus-activatable" "DBusActivatable")
                           ("startup-w-m-class" "StartupWMClass")
                           (_ (camel-case field)))
                         value))))
       fields))))

(define (locale-category->string category)
  "Return the name of the locale CATEGORY, like \"LC_ALL\"."
  (define categories
    `((,LC_ALL . "LC_ALL")
      (,LC_COLLATE . "LC_COLLATE")
      (,LC_CTYPE . "LC_CTYPE")
      (,LC_MESSAGES . "LC_MESSAGES")
      (,LC_MONETARY . "LC_MONETARY")
      (,LC_NUMERIC . "LC_NUMERIC")
      (,LC_TIME . "LC_TIME")))
  (or (assv-ref categories category)
      (error "unknown locale category" category)))
