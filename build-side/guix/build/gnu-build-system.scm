;;; Commentary:
;;;
;;; The phases of packages that are built as the GNU standards say: "./configure && make && make check
;;; && make install", and what is done before and after.  Each phase is a procedure that takes the
;;; arguments of the build as keywords, those it knows and others; it fails by raising an exception.
;;;
;;; Code:

(define-module (guix build gnu-build-system)
  #:use-module (guix build utils)
  #:use-module (guix build gremlin)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 format)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (%standard-phases
            %license-file-regexp
            %bootstrap-scripts
            dump-file-contents
            gnu-build))


;;;
;;; The environment.
;;;

(define* (set-SOURCE-DATE-EPOCH #:rest _)
  "Tell the tools that honour it to write one second after the epoch wherever they would write the time."
  (setenv "SOURCE_DATE_EPOCH" "1"))

(define* (set-paths #:key target inputs native-inputs
                    (search-paths '()) (native-search-paths '())
                    #:allow-other-keys)
  "Set PATH, and the variables SEARCH-PATHS and NATIVE-SEARCH-PATHS tell of, from the inputs."
  (define (directories inputs)
    (match inputs
      (((_ . dir) ...) dir)
      (_ '())))

  (define input-directories
    (directories inputs))

  (define native-input-directories
    ;; Without cross-compilation all inputs are native.
    (if native-inputs
        (directories native-inputs)
        input-directories))

  (define (set-search-paths specifications directories)
    (for-each (match-lambda
                ((env-var (files ...) separator type pattern)
                 (set-path-environment-variable env-var files directories
                                                #:separator separator
                                                #:type type
                                                #:pattern pattern)))
              specifications))

  ;; What runs during the build is native.
  (set-path-environment-variable "PATH" '("bin" "sbin")
                                 (append native-input-directories
                                         (if target '() input-directories)))
  (set-search-paths search-paths input-directories)
  (when native-inputs
    (set-search-paths native-search-paths native-input-directories)))

(define* (install-locale #:key
                         (locale "en_US.utf8")
                         (locale-category LC_ALL)
                         #:allow-other-keys)
  "Use LOCALE, so that programs with non-ASCII file names and text work, if it can be had."
  (catch 'system-error
    (lambda ()
      (setlocale locale-category locale)
      ;; For the programs that the build runs.
      (setenv (locale-category->string locale-category) locale)
      (format (current-error-port) "using '~a' locale for category ~s~%"
              locale (locale-category->string locale-category))
      #t)
    (lambda args
      ;; Such is the state of a build whose inputs have no locales.
      (format (current-error-port)
              "warning: failed to install '~a' locale: ~a~%"
              locale (strerror (system-error-errno args)))
      #t)))


;;;
;;; The source.
;;;

(define (first-subdirectory directory)
  "Return the name of the first sub-directory of DIRECTORY, or false."
  (match (scandir directory
                  (lambda (file)
                    (and (not (member file '("." "..")))
                         (directory-exists? (string-append directory "/" file)))))
    ((first . _) first)
    (_ #f)))

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE in the current directory and enter the directory it has made.  A SOURCE that is a
directory is copied; a file that is no archive too, and decompressed if need be."
  (define (make-writable file)
    ;; Dangling links and the like are of no interest here.
    (false-if-exception (make-file-writable file)))

  (if (directory-exists? source)
      (begin
        (mkdir "source")
        (chdir "source")
        ;; Time stamps matter to make and to tests.
        (copy-recursively source "." #:keep-mtime? #t)
        ;; Files of the store are read-only.
        (for-each make-writable (find-files ".")))
      (begin
        (cond ((string-suffix? ".zip" source)
               (invoke "unzip" source))
              ((tarball? source)
               ;; For the user root, tar would give files to the owners the archive names.
               (invoke "tar" "xvf" source "--no-same-owner"))
              (else
               (let ((name (strip-store-file-name source))
                     (command (compressor source)))
                 (copy-file source name)
                 (when command
                   (make-file-writable name)
                   (invoke command "--decompress" name)))))
        (and=> (first-subdirectory ".") chdir))))

(define %bootstrap-scripts
  ;; Usual names of the scripts that make 'configure'.
  '("bootstrap" "bootstrap.sh" "autogen.sh"))

(define* (bootstrap #:key (bootstrap-scripts %bootstrap-scripts)
                    #:allow-other-keys)
  "Make 'configure' if it is missing, with the first of BOOTSTRAP-SCRIPTS there is, or with Autoconf."
  (define (script-exists? file)
    (and (file-exists? file)
         (not (file-is-directory? file))))

  (if (script-exists? "configure")
      (format #t "GNU build system bootstrapping not needed~%")
      (let ((script (find script-exists? bootstrap-scripts)))
        (cond (script
               (let ((script (string-append "./" script)))
                 ;; Many a script would go on to configure.
                 (setenv "NOCONFIGURE" "true")
                 (format #t "running '~a'~%" script)
                 (if (executable-file? script)
                     (begin
                       (patch-shebang script)
                       (invoke script))
                     (invoke "sh" script))
                 ;; Let later phases configure.
                 (unsetenv "NOCONFIGURE")))
              ((or (file-exists? "configure.ac")
                   (file-exists? "configure.in"))
               (invoke "autoreconf" "-vif"))
              (else
               (format #t "no 'configure.ac' or anything like that, \
doing nothing~%"))))))

(define* (patch-usr-bin-file #:key native-inputs inputs
                             (patch-/usr/bin/file? #t)
                             #:allow-other-keys)
  "Replace /usr/bin/file, which Libtool's 'configure' scripts run, by what the inputs have."
  (when patch-/usr/bin/file?
    (let ((file-command (or (false-if-exception
                             (search-input-file (or native-inputs inputs) "/bin/file"))
                            (which "file"))))
      (for-each (cut patch-/usr/bin/file <> #:file-command file-command)
                (find-files "." "^configure$")))))

(define* (patch-source-shebangs #:key source #:allow-other-keys)
  "Give the scripts of the source, tests included, interpreters that exist."
  (for-each patch-shebang
            (find-files "."
                        (lambda (file st)
                          (eq? 'regular (stat:type st)))
                        #:stat lstat)))

(define (patch-generated-file-shebangs . rest)
  "Give the scripts and makefiles that 'configure' made an interpreter and a shell that exist."
  (for-each patch-shebang
            (find-files "."
                        (lambda (file st)
                          (and (eq? 'regular (stat:type st))
                               (not (zero? (logand (stat:mode st) #o100)))))
                        #:stat lstat))
  (for-each patch-makefile-SHELL
            (find-files "." "^(GNU)?[mM]akefile$")))


;;;
;;; Building.
;;;

(define* (configure #:key build target native-inputs inputs outputs
                    (configure-flags '()) out-of-source?
                    #:allow-other-keys)
  "Run 'configure' with the prefix and directories that OUTPUTS gives, BUILD and TARGET, and
CONFIGURE-FLAGS; in a directory beside the source if OUT-OF-SOURCE?."
  (define (package-name)
    (let* ((out (assoc-ref outputs "out"))
           (base (strip-store-file-name out)))
      ;; Without the version, as in the name 'configure' itself would use.
      (call-with-values (lambda () (package-name->name+version base))
        (lambda (name _) name))))

  (let* ((prefix     (assoc-ref outputs "out"))
         (bindir     (assoc-ref outputs "bin"))
         (libdir     (assoc-ref outputs "lib"))
         (includedir (assoc-ref outputs "include"))
         (docdir     (assoc-ref outputs "doc"))
         (bash       (or (and=> (assoc-ref (or native-inputs inputs) "bash")
                                (cut string-append <> "/bin/bash"))
                         (which "bash")
                         "/bin/sh"))
         (flags      `(,@(if target
                             ;; Programs made to run during the build.
                             '("CC_FOR_BUILD=gcc")
                             '())
                       ;; Scripts must not look for a shell themselves.
                       ,(string-append "CONFIG_SHELL=" bash)
                       ,(string-append "SHELL=" bash)
                       ,(string-append "--prefix=" prefix)
                       "--enable-fast-install"    ;Libtool: do not relink

                       ;; Well-known names of outputs get their share.
                       ,@(if bindir
                             (list (string-append "--bindir=" bindir "/bin"))
                             '())
                       ,@(if libdir
                             (cons (string-append "--libdir=" libdir "/lib")
                                   (if includedir
                                       '()
                                       (list (string-append "--includedir=" libdir "/include"))))
                             '())
                       ,@(if includedir
                             (list (string-append "--includedir=" includedir "/include"))
                             '())
                       ,@(if docdir
                             (list (string-append "--docdir=" docdir "/share/doc/" (package-name)))
                             '())
                       ,@(if build
                             (list (string-append "--build=" build))
                             '())
                       ,@(if target
                             (list (string-append "--host=" target))
                             '())
                       ,@configure-flags))
         (abs-srcdir (getcwd))
         (srcdir     (if out-of-source?
                         (string-append "../" (basename abs-srcdir))
                         ".")))
    (format #t "source directory: ~s (relative from build: ~s)~%"
            abs-srcdir srcdir)
    (when out-of-source?
      (mkdir "../build")
      (chdir "../build"))
    (format #t "build directory: ~s~%" (getcwd))
    (format #t "configure flags: ~s~%" flags)

    ;; Scripts that 'configure' runs look at the variable.
    (setenv "CONFIG_SHELL" bash)
    (apply invoke bash (string-append srcdir "/configure") flags)))

(define (parallel-flags parallel?)
  (if parallel?
      (list "-j" (number->string (parallel-job-count)))
      '()))

(define* (build #:key (make-flags '()) (parallel-build? #t)
                #:allow-other-keys)
  "Run 'make' with MAKE-FLAGS."
  (apply invoke "make" (append (parallel-flags parallel-build?) make-flags)))

(define* (dump-file-contents directory file-regexp
                             #:optional (port (current-error-port)))
  "Print the files under DIRECTORY whose base name matches FILE-REGEXP on PORT."
  (define (dump file)
    (let ((prefix (string-append "\n--- " file " ")))
      (display (string-pad-right prefix 78 #\-) port)
      (newline port)
      (call-with-input-file file
        (lambda (input)
          (dump-port input port)))
      (display (make-string 78 #\-) port)
      (newline port)))

  (for-each dump (find-files directory file-regexp)))

(define %test-suite-log-regexp
  ;; Where test harnesses leave what went wrong.
  "^(test-?suite\\.log|LastTestFailed\\.log)$")

(define* (check #:key target (make-flags '()) (tests? (not target))
                (test-target "check") (parallel-tests? #t)
                (test-suite-log-regexp %test-suite-log-regexp)
                #:allow-other-keys)
  "Run the test suite, unless TESTS? is false; if it fails, show its logs."
  (if tests?
      (guard (c ((invoke-error? c)
                 (dump-file-contents "." test-suite-log-regexp)
                 (raise c)))
        (apply invoke "make" test-target
               (append (parallel-flags parallel-tests?) make-flags)))
      (format #t "test suite not run~%")))

(define* (install #:key (make-flags '()) #:allow-other-keys)
  "Run 'make install'."
  (apply invoke "make" "install" make-flags))


;;;
;;; What was installed.
;;;

(define (existing-output-directories outputs)
  ;; The (NAME . DIRECTORY) of outputs that were made.
  (filter (match-lambda
            ((_ . directory) (directory-exists? directory)))
          outputs))

(define* (patch-shebangs #:key inputs outputs (patch-shebangs? #t)
                         #:allow-other-keys)
  "Give the installed scripts interpreters from the outputs and inputs."
  (define (list-of-files dir)
    (map (cut string-append dir "/" <>)
         (or (scandir dir
                      (lambda (file)
                        (let ((st (lstat (string-append dir "/" file))))
                          (eq? 'regular (stat:type st)))))
             '())))

  (define (bindirs inputs)
    (append-map (match-lambda
                  ((_ . dir)
                   (list (string-append dir "/bin")
                         (string-append dir "/sbin")
                         (string-append dir "/libexec"))))
                inputs))

  (when patch-shebangs?
    (let* ((output-bindirs (bindirs outputs))
           (path (append output-bindirs (bindirs inputs))))
      (for-each (cut patch-shebang <> path)
                (append-map list-of-files output-bindirs)))))

(define* (strip #:key target outputs (strip-binaries? #t)
                (strip-command (if target
                                   (string-append target "-strip")
                                   "strip"))
                (objcopy-command (if target
                                     (string-append target "-objcopy")
                                     "objcopy"))
                (strip-flags '("--strip-unneeded"
                               "--enable-deterministic-archives"))
                (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))
                #:allow-other-keys)
  "Remove symbols and debugging information from the binaries in STRIP-DIRECTORIES of the outputs.  When
there is an output \"debug\", the information is kept there."
  (define debug-output
    (assoc-ref outputs "debug"))

  (define (debug-file file)
    ;; Where GDB looks for it.
    (string-append debug-output "/lib/debug" file ".debug"))

  (define (keep-debug-information file)
    (let ((debug (debug-file file)))
      (mkdir-p (dirname debug))
      (copy-file file debug)
      (invoke strip-command "--only-keep-debug" debug)
      (chmod debug #o400)))

  (define (add-debug-link file)
    ;; The link's check sum is that of the file, which must be readable here.
    (invoke objcopy-command "--enable-deterministic-archives"
            (string-append "--add-gnu-debuglink=" (debug-file file))
            file))

  (define (strippable? file st)
    (and (eq? 'regular (stat:type st))
         ;; Reading needs permission, and text files are the most.
         (or (elf-file? file) (ar-file? file))))

  (define (strip-file file)
    (make-file-writable file)
    (when debug-output
      (when (elf-file? file)
        (keep-debug-information file)))
    ;; Some files are ELF and yet no binaries of this machine: leave them.
    (guard (c ((invoke-error? c)
               (format (current-error-port)
                       "warning: ~a: failed to strip~%" file)))
      (apply invoke strip-command
             (append strip-flags (list file)))
      (when (and debug-output (elf-file? file))
        (add-debug-link file))))

  (define (strip-dir dir)
    (format #t "stripping binaries in ~s with ~s and flags ~s~%"
            dir strip-command strip-flags)
    (when debug-output
      (format #t "debugging output written to ~s using ~s~%"
              debug-output objcopy-command))
    (for-each strip-file
              (find-files dir strippable? #:stat lstat)))

  (when strip-binaries?
    (for-each strip-dir
              (append-map (match-lambda
                            ((name . output)
                             (if (string=? name "debug")
                                 '()
                                 (filter directory-exists?
                                         (map (cut string-append output "/" <>)
                                              strip-directories)))))
                          outputs))))

(define* (validate-runpath #:key
                           (validate-runpath? #t)
                           (elf-directories '("lib" "lib64" "libexec"
                                              "bin" "sbin"))
                           outputs #:allow-other-keys)
  "Make sure that every library an ELF file in ELF-DIRECTORIES of the outputs needs is found through its
RUNPATH; fail if one is not."
  (define directories
    (append-map (match-lambda
                  (("debug" . _) '())
                  ((_ . output)
                   (filter directory-exists?
                           (map (cut string-append output "/" <>) elf-directories))))
                outputs))

  (define (validate directory)
    (let ((files (find-files directory
                             (lambda (file st)
                               (and (eq? 'regular (stat:type st))
                                    (elf-file? file)))
                             #:stat lstat)))
      (format (current-error-port)
              "validating RUNPATH of ~a binaries in ~s...~%"
              (length files) directory)
      (every* validate-needed-in-runpath files)))

  (if validate-runpath?
      (unless (every* validate directories)
        (error "RUNPATH validation failed"))
      (format (current-error-port) "skipping RUNPATH validation~%")))

(define* (validate-documentation-location #:key outputs
                                          #:allow-other-keys)
  "Documentation belongs below 'share': move there what was installed beside it."
  (define (fix output sub-directory)
    (let ((directory (string-append output "/" sub-directory)))
      (when (directory-exists? directory)
        (let ((target (string-append output "/share/" sub-directory)))
          (format #t "moving '~a' to '~a'~%" directory target)
          (mkdir-p (dirname target))
          (rename-file directory target)))))

  (for-each (match-lambda
              ((_ . output)
               (for-each (cut fix output <>) '("man" "info" "doc"))))
            outputs))

(define* (delete-info-dir-file #:key outputs #:allow-other-keys)
  "Delete 'share/info/dir', which profiles make anew: two packages cannot both have it."
  (for-each (match-lambda
              ((_ . directory)
               (let ((info-dir-file (string-append directory "/share/info/dir")))
                 (when (file-exists? info-dir-file)
                   (delete-file info-dir-file)))))
            outputs))

(define* (patch-dot-desktop-files #:key outputs inputs #:allow-other-keys)
  "Write the full names of programs into '.desktop' files."
  (define bin-directories
    (append-map (match-lambda
                  ((_ . directory)
                   (list (string-append directory "/bin")
                         (string-append directory "/sbin"))))
                outputs))

  (define (which program)
    (or (search-path bin-directories program)
        (begin
          (format (current-error-port)
                  "warning: '.desktop' file refers to '~a', \
which cannot be found~%"
                  program)
          program)))

  (for-each (match-lambda
              ((_ . directory)
               (let ((applications (string-append directory "/share/applications")))
                 (when (directory-exists? applications)
                   (let ((files (find-files applications "\\.desktop$")))
                     (format #t "adjusting ~a '.desktop' files in ~s~%"
                             (length files) applications)
                     ;; The files of others, in a store, may be linked to.
                     (for-each (lambda (file)
                                 (with-fluids ((%default-port-encoding "UTF-8"))
                                   (substitute* file
                                     (("^Exec=([^/[:blank:]\r\n]+)(.*)$" _ binary rest)
                                      (string-append "Exec=" (which binary) rest))
                                     (("^TryExec=([^/[:blank:]\r\n]+)(.*)$" _ binary rest)
                                      (string-append "TryExec=" (which binary) rest)))))
                               files))))))
            outputs))

(define* (make-dynamic-linker-cache #:key outputs target
                                    (make-dynamic-linker-cache? #t)
                                    #:allow-other-keys)
  "Make an 'etc/ld.so.cache' in each output that has programs, so that the dynamic linker finds their
libraries at once instead of walking their RUNPATH."
  (define (elf-files directory)
    (append-map (lambda (sub-directory)
                  (let ((dir (string-append directory "/" sub-directory)))
                    (if (directory-exists? dir)
                        (find-files dir
                                    (lambda (file st)
                                      (and (eq? 'regular (stat:type st))
                                           (elf-file? file)))
                                    #:stat lstat)
                        '())))
                '("bin" "sbin" "lib")))

  (define (runpath-closure files)
    ;; The directories FILES look for libraries in, and so on for the libraries found there.
    (let loop ((files files) (visited '()) (directories '()))
      (match files
        (() (reverse directories))
        ((file rest ...)
         (if (member file visited)
             (loop rest visited directories)
             (let* ((runpath (or (false-if-exception (file-runpath file)) '()))
                    (needed (or (false-if-exception (file-needed file)) '()))
                    (libraries (filter-map (cut search-path runpath <>) needed)))
               (loop (append rest libraries)
                     (cons file visited)
                     (append (filter (lambda (dir)
                                       (and (store-file-name? dir)
                                            (not (member dir directories))))
                                     (delete-duplicates runpath))
                             directories))))))))

  (define (make-cache directory)
    (let ((directories (runpath-closure (elf-files directory))))
      (unless (null? directories)
        (let ((cache (string-append directory "/etc/ld.so.cache"))
              (conf (string-append (or (getenv "TMPDIR") "/tmp") "/ld.so.conf")))
          (call-with-output-file conf
            (lambda (port)
              (for-each (cut format port "~a~%" <>) directories)))
          (mkdir-p (dirname cache))
          (format #t "creating '~a'~%" cache)
          (invoke "ldconfig" "-f" conf "-C" cache)
          (delete-file conf)))))

  (define ldconfig
    (and make-dynamic-linker-cache?
         (not target)
         (which "ldconfig")))

  (if ldconfig
      (for-each (match-lambda
                  ((name . directory)
                   (unless (string=? name "debug")
                     (when (or (directory-exists? (string-append directory "/bin"))
                               (directory-exists? (string-append directory "/sbin")))
                       (make-cache directory)))))
                outputs)
      (format #t "dynamic linker cache not made~%")))

(define %license-file-regexp
  ;; Base names of the files that licenses are in.
  "^(COPYING.*|LICEN[CS]E.*|[Ll]icen[cs]e.*|Copy[Rr]ight(\\.(txt|md))?)$")

(define* (install-license-files #:key outputs
                                (license-file-regexp %license-file-regexp)
                                out-of-source?
                                #:allow-other-keys)
  "Install the files of the source that match LICENSE-FILE-REGEXP in 'share/doc'."
  (define (find-source-directory package)
    ;; Beside the build directory is that of the source; after "configure" it may be the only one.
    (match (filter (lambda (file)
                     (and (not (member (basename file) '("." ".." "build")))
                          (file-exists? (string-append "../" file "/configure"))))
                   (or (scandir ".." (lambda (file)
                                       (directory-exists? (string-append "../" file))))
                       '()))
      ((source . _) (string-append "../" source))
      (() #f)))

  (let* ((regexp (make-regexp license-file-regexp))
         (out (or (assoc-ref outputs "out")
                  (match outputs
                    (((_ . output) _ ...) output))))
         (package (strip-store-file-name out))
         (target (string-append (or (assoc-ref outputs "doc") out)
                                "/share/doc/" package))
         (source (if out-of-source?
                     (find-source-directory package)
                     "."))
         (files (and source
                     (scandir source (cut regexp-exec regexp <>)))))
    (if files
        (begin
          (format #t "installing ~a license files from '~a'~%"
                  (length files) source)
          (for-each (lambda (file)
                      (let ((file (string-append source "/" file)))
                        (if (file-is-directory? file)
                            (copy-recursively file
                                              (string-append target "/" (basename file)))
                            (install-file file target))))
                    files))
        (format (current-error-port)
                "failed to find license files~%"))))

(define* (reset-gzip-timestamps #:key outputs #:allow-other-keys)
  "Set the time stamps in the gzip files of the outputs to zero."
  (define (process-directory directory)
    (let ((files (find-files directory
                             (lambda (file st)
                               (and (eq? 'regular (stat:type st))
                                    (or (string-suffix? ".gz" file)
                                        (string-suffix? ".tgz" file)
                                        (string-suffix? ".svgz" file))
                                    (gzip-file? file)))
                             #:stat lstat)))
      (for-each (lambda (file)
                  (make-file-writable file)
                  (reset-gzip-timestamp file))
                files)))

  (for-each (match-lambda
              ((_ . directory)
               (process-directory directory)))
            (existing-output-directories outputs)))

(define* (compress-documentation #:key outputs
                                 (compress-documentation? #t)
                                 (info-compressor "gzip")
                                 (info-compressor-flags '("--best" "--no-name"))
                                 (info-compressor-file-extension ".gz")
                                 (man-compressor info-compressor)
                                 (man-compressor-flags info-compressor-flags)
                                 (man-compressor-file-extension
                                  info-compressor-file-extension)
                                 #:allow-other-keys)
  "Compress the Info files and the manual pages of the outputs."
  (define (retarget-symlink extension)
    ;; Links point to what the compressed file is called.
    (lambda (link)
      (let ((target (readlink link)))
        (delete-file link)
        (symlink (string-append target extension)
                 (string-append link extension)))))

  (define (has-links? st)
    (> (stat:nlink st) 1))

  (define (points-to-symlink? symlink)
    (let ((target (readlink symlink)))
      (false-if-exception
       (symbolic-link? (if (string-prefix? "/" target)
                           target
                           (string-append (dirname symlink) "/" target))))))

  (define (replace-hard-links files)
    ;; Compressors refuse files with several names: all but the first become symbolic links.
    (let loop ((files files) (known '()))
      (match files
        (() #t)
        ((file rest ...)
         (let* ((st (lstat file))
                (key (cons (stat:dev st) (stat:ino st))))
           (match (assoc key known)
             (#f (loop rest (if (has-links? st)
                                (alist-cons key file known)
                                known)))
             ((_ . first)
              (delete-file file)
              (symlink (if (string=? (dirname first) (dirname file))
                           (basename first)
                           first)
                       file)
              (loop rest known))))))))

  (define (maybe-compress-directory directory regexp
                                    compressor compressor-flags extension)
    (when (directory-exists? directory)
      (format #t "compressing documentation in '~a' with ~s and flags ~s~%"
              directory compressor compressor-flags)
      (let ((compressible? (let ((matches? (file-name-predicate regexp)))
                             (lambda (file st)
                               (and (matches? file st)
                                    (not (string-suffix? extension file)))))))
        (replace-hard-links
         (find-files directory
                     (lambda (file st)
                       (and (eq? 'regular (stat:type st))
                            (compressible? file st)))
                     #:stat lstat))
        (call-with-values
            (lambda ()
              (partition symbolic-link?
                         (find-files directory compressible? #:stat lstat)))
          (lambda (symlinks regular)
            (let ((regular (filter (lambda (file)
                                     (eq? 'regular (stat:type (lstat file))))
                                   regular)))
              ;; Links to links, to directories, and dangling ones, are left alone.
              (for-each (retarget-symlink extension)
                        (filter (lambda (symlink)
                                  (and (not (points-to-symlink? symlink))
                                       (let ((st (stat symlink #f)))
                                         (and st (eq? 'regular (stat:type st))))))
                                symlinks))
              (unless (null? regular)
                (for-each make-file-writable regular)
                (apply invoke compressor
                       (append compressor-flags regular)))))))))

  (define (maybe-compress output)
    (maybe-compress-directory (string-append output "/share/man")
                              "\\.[0-9]+[[:alpha:]]*$"
                              man-compressor man-compressor-flags
                              man-compressor-file-extension)
    (maybe-compress-directory (string-append output "/share/info")
                              "\\.info(-[0-9]+)?$"
                              info-compressor info-compressor-flags
                              info-compressor-file-extension))

  (if compress-documentation?
      (for-each (match-lambda
                  ((_ . directory) (maybe-compress directory)))
                outputs)
      (format #t "not compressing documentation~%")))


;;;
;;; All of it.
;;;

(define %standard-phases
  ;; The phases, in order, as pairs of a name and a procedure.
  (let-syntax ((phases (syntax-rules ()
                         ((_ p ...) `((p . ,p) ...)))))
    (phases set-SOURCE-DATE-EPOCH set-paths install-locale unpack
            bootstrap
            patch-usr-bin-file
            patch-source-shebangs configure patch-generated-file-shebangs
            build check install
            patch-shebangs strip
            validate-runpath
            validate-documentation-location
            delete-info-dir-file
            patch-dot-desktop-files
            make-dynamic-linker-cache
            install-license-files
            reset-gzip-timestamps
            compress-documentation)))

(define* (gnu-build #:key (source #f) (outputs #f) (inputs #f)
                    (phases %standard-phases)
                    #:allow-other-keys
                    #:rest args)
  "Build SOURCE, install to OUTPUTS, by running PHASES in order, each with ARGS.  When a phase fails,
say which, and leave with status 1."
  (define (elapsed-seconds start)
    (/ (- (get-internal-real-time) start)
       (exact->inexact internal-time-units-per-second)))

  (define (run-phase name proc)
    (let ((start (get-internal-real-time)))
      (define (end-of-phase success?)
        (format #t "phase `~a' ~a after ~,1f seconds~%"
                name (if success? "succeeded" "failed")
                (elapsed-seconds start))
        (force-output)
        ;; The environment as a shell script, for those who look into a failed build.
        (system "export > $NIX_BUILD_TOP/environment-variables"))

      (format #t "starting phase `~a'~%" name)
      (with-throw-handler #t
        (lambda ()
          (apply proc args)
          (end-of-phase #t))
        (lambda arguments
          ;; This runs before the stack is unwound, so that a backtrace can follow.
          (format (current-error-port)
                  "error: in phase '~a': uncaught exception:~%~{~s ~}~%"
                  name arguments)
          (end-of-phase #f)))))

  (setvbuf (current-output-port) 'line)
  (setvbuf (current-error-port) 'line)

  ;; Text that cannot be encoded or decoded is an error, not a question mark.
  (fluid-set! %default-port-conversion-strategy 'error)

  (guard (c ((invoke-error? c)
             (report-invoke-error c)
             (exit 1)))
    (for-each (match-lambda
                ((name . proc)
                 (run-phase name proc)))
              phases)))
