;;; Commentary:
;;;
;;; The phases of packages that follow the GNU standards, "./configure && make && make check && make install" and what
;;; a functional store needs around it, and the procedure that runs them.  Each phase is a procedure of keyword
;;; arguments, which returns when it succeeds and raises an exception otherwise.
;;; Interface: (guix build gnu-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build gnu-build-system)
  #:use-module (guix build utils)
  #:use-module (guix build gremlin)
  #:use-module (guix elf)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (rnrs bytevectors)
  #:export (%standard-phases
            %license-file-regexp
            %bootstrap-scripts
            dump-file-contents
            phase-selection
            gnu-build))


;;;
;;; The environment.
;;;

(define* (set-SOURCE-DATE-EPOCH #:rest _)
  "Set the variable that tools take the time from that they write into files."
  ;; See <https://reproducible-builds.org/specs/source-date-epoch/>.
  (setenv "SOURCE_DATE_EPOCH" "1"))

(define (directories inputs)
  ;; The directories among INPUTS, an alist; sources are plain files as a rule.
  (filter-map (match-lambda
                ((_ . file)
                 (and (string? file) (directory-exists? file) file)))
              inputs))

(define (set-search-paths search-paths input-directories)
  ;; Set the variable of each specification in SEARCH-PATHS, a list as `search-path-specification->sexp' makes them.
  (for-each (match-lambda
              ((variable (files ...) separator type pattern)
               (set-path-environment-variable variable files input-directories
                                              #:separator separator
                                              #:type type
                                              #:pattern pattern)))
            search-paths))

(define* (set-paths #:key target inputs native-inputs
                    (search-paths '()) (native-search-paths '())
                    #:allow-other-keys)
  "Set PATH and the variables of SEARCH-PATHS to what the inputs have."
  (let ((host-directories (directories inputs))
        (native-directories (if native-inputs (directories native-inputs) '())))
    ;; The linker wrapper refuses libraries from outside the store.
    (setenv "GUIX_LD_WRAPPER_ALLOW_IMPURITIES" "no")

    ;; What is built for TARGET cannot run here.
    (set-path-environment-variable "PATH" '("bin" "sbin")
                                   (append native-directories
                                           (if target '() host-directories)))
    (set-search-paths search-paths host-directories)
    (when (pair? native-search-paths)
      (set-search-paths native-search-paths native-directories))))

(define* (install-locale #:key
                         (locale "en_US.utf8")
                         (locale-category LC_ALL)
                         #:allow-other-keys)
  "Use LOCALE here and in the programs that run, or warn when there is no such locale."
  (catch 'system-error
    (lambda ()
      (setlocale locale-category locale)
      (setenv (locale-category->string locale-category) locale)
      (format (current-error-port) "using '~a' locale for category ~s~%"
              locale (locale-category->string locale-category)))
    (lambda args
      ;; The bootstrap has no locales but C and C.UTF-8.
      (format (current-error-port) "warning: failed to install '~a' locale: ~a~%"
              locale (strerror (system-error-errno args))))))


;;;
;;; Sources.
;;;

(define (subdirectories directory)
  (filter (lambda (name)
            (and (not (member name '("." "..")))
                 (directory-exists? (string-append directory "/" name))))
          (scandir directory)))

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE and enter the directory that it makes.  Copy it when it is a directory."
  (cond ((not source)
         #t)
        ((file-is-directory? source)
         (mkdir "source")
         (chdir "source")
         ;; Equal timestamps would let make believe that generated files are not up to date.
         (copy-recursively source "." #:keep-mtime? #t)
         ;; What the store keeps read-only is to be patched here.
         (for-each (lambda (file)
                     (false-if-exception (make-file-writable file)))
                   (find-files "." #:directories? #t)))
        (else
         (cond ((string-suffix? ".zip" source)
                (invoke "unzip" source))
               ((tarball? source)
                (invoke "tar" "xvf" source))
               (else
                (let ((name (strip-store-file-name source))
                      (decompressor (compressor source)))
                  (copy-file source name)
                  (make-file-writable name)
                  (when decompressor
                    (invoke decompressor "--decompress" name)))))
         (match (subdirectories ".")
           ((directory _ ...) (chdir directory))
           (() #t)))))

(define %bootstrap-scripts
  ;; Usual names of the scripts that run the Autotools.
  '("bootstrap" "bootstrap.sh" "autogen.sh"))

(define* (bootstrap #:key (bootstrap-scripts %bootstrap-scripts) #:allow-other-keys)
  "Make `configure' with the first of BOOTSTRAP-SCRIPTS that is there, or with autoreconf, when it is missing."
  (define (script? file)
    (and (file-exists? file)
         (not (file-is-directory? file))))

  (define (run-script file)
    (let ((script (string-append "./" file)))
      ;; Many of them would run `configure' right away.
      (setenv "NOCONFIGURE" "true")
      (format #t "running '~a'~%" script)
      (if (executable-file? script)
          (begin
            (patch-shebang script)
            (invoke script))
          (invoke "sh" script))
      (unsetenv "NOCONFIGURE")))

  (cond ((script? "configure")
         (format #t "GNU build system bootstrapping not needed~%"))
        (else
         ;; configure.ac of GNU packages often runs it, before shebangs are patched.
         (false-if-file-not-found (patch-shebang "build-aux/git-version-gen"))
         (cond ((find script? bootstrap-scripts) => run-script)
               ((or (file-exists? "configure.ac") (file-exists? "configure.in"))
                (invoke "autoreconf" "-vif"))
               (else
                (format #t "no 'configure.ac' or anything like that, doing nothing~%"))))))

(define* (patch-usr-bin-file #:key native-inputs inputs
                             (patch-/usr/bin/file? #t)
                             #:allow-other-keys)
  "Let configure scripts use the `file' command of the inputs instead of /usr/bin/file, which Libtool's macros name."
  (when patch-/usr/bin/file?
    (let ((file-command (or (and=> (assoc-ref (or native-inputs inputs) "file")
                                   (cut string-append <> "/bin/file"))
                            (which "file"))))
      (for-each (cut patch-/usr/bin/file <> #:file-command file-command)
                (filter executable-file? (find-files "." "^configure$"))))))

(define* (patch-source-shebangs #:key source #:allow-other-keys)
  "Patch the first line of all scripts in the source, executable or not: templates such as `foo.in' count as well."
  (for-each patch-shebang
            (find-files "."
                        (lambda (file stat)
                          (eq? 'regular (stat:type stat)))
                        #:stat lstat)))

(define* (patch-generated-file-shebangs #:rest _)
  "Patch the first line of the scripts and `SHELL' in the makefiles that `configure' wrote."
  (for-each patch-shebang
            (find-files "."
                        (lambda (file stat)
                          (and (eq? 'regular (stat:type stat))
                               (not (zero? (logand (stat:mode stat) #o100)))))
                        #:stat lstat))
  (for-each patch-makefile-SHELL
            (find-files "." "^(GNU)?[mM]akefile$")))


;;;
;;; Building.
;;;

(define* (configure #:key build target native-inputs inputs outputs
                    (configure-flags '()) out-of-source?
                    #:allow-other-keys)
  "Run `configure' with the flags that the outputs call for and CONFIGURE-FLAGS."
  (define (package-name)
    (let*-values (((name) (strip-store-file-name (assoc-ref outputs "out")))
                  ((dash) (string-rindex name #\-)))
      (if dash (substring name 0 dash) name)))

  (let* ((prefix (assoc-ref outputs "out"))
         (bindir (assoc-ref outputs "bin"))
         (libdir (assoc-ref outputs "lib"))
         (includedir (assoc-ref outputs "include"))
         (docdir (assoc-ref outputs "doc"))
         (bash (or (and=> (assoc-ref (or native-inputs inputs) "bash")
                          (cut string-append <> "/bin/bash"))
                   (which "bash")
                   (which "sh")
                   "/bin/sh"))
         (flags `(,@(if target
                        '("CC_FOR_BUILD=gcc")
                        '())
                  ,(string-append "CONFIG_SHELL=" bash)
                  ,(string-append "SHELL=" bash)
                  ,(string-append "--prefix=" prefix)
                  "--enable-fast-install" ;for Libtool: no second link at installation

                  ;; Outputs with a conventional name get what belongs there.
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
         (source-directory (getcwd))
         (relative (if out-of-source?
                       (string-append "../" (basename source-directory))
                       ".")))
    (format #t "source directory: ~s (relative from build: ~s)~%"
            source-directory relative)
    (when out-of-source?
      (mkdir "../build")
      (chdir "../build"))
    (format #t "build directory: ~s~%" (getcwd))
    (format #t "configure flags: ~s~%" flags)

    ;; Through BASH: the script itself may still name /bin/sh, which does not exist.
    (apply invoke bash
           (string-append relative "/configure")
           flags)))

(define (job-flags parallel?)
  (if parallel?
      (list "-j" (number->string (parallel-job-count)))
      '()))

(define* (build #:key (make-flags '()) (parallel-build? #t) #:allow-other-keys)
  "Run `make'."
  (apply invoke "make"
         (append (job-flags parallel-build?) make-flags)))

(define* (dump-file-contents directory file-regexp
                             #:optional (port (current-error-port)))
  "Write to PORT the contents of the files under DIRECTORY whose names match FILE-REGEXP, under a heading each."
  (define (dump file)
    (let ((heading (string-append "\n--- " file " ")))
      (format port "~a\n\n"
              (string-pad-right heading (max 78 (string-length heading)) #\-))
      (call-with-input-file file
        (lambda (in)
          (dump-port in port)))
      (newline port)))

  (for-each dump (find-files directory file-regexp)))

(define* (check #:key target (make-flags '()) (tests? (not target))
                (test-target "check") (parallel-tests? #t)
                (test-suite-log-regexp "^test-suite\\.log$")
                #:allow-other-keys)
  "Run the tests, `make TEST-TARGET', when TESTS? is true.  When they fail show the logs that match TEST-SUITE-LOG-REGEXP."
  (if tests?
      (guard (c ((invoke-error? c)
                 (format (current-error-port) "~%Test suite failed, dumping logs.~%")
                 (dump-file-contents "." test-suite-log-regexp)
                 (raise c)))
        (apply invoke "make" test-target
               (append (job-flags parallel-tests?) make-flags)))
      (format #t "test suite not run~%")))

(define* (install #:key (make-flags '()) #:allow-other-keys)
  "Run `make install'."
  (apply invoke "make" "install" make-flags))


;;;
;;; What was installed.
;;;

(define output-directories
  (match-lambda
    (((_ . directories) ...) directories)))

(define* (patch-shebangs #:key inputs outputs (patch-shebangs? #t)
                         #:allow-other-keys)
  "Patch the first line of the installed scripts to refer to the inputs, or to the outputs themselves."
  (define (regular-files directory)
    (map (cut string-append directory "/" <>)
         (or (scandir directory
                      (lambda (name)
                        (eq? 'regular
                             (stat:type (lstat (string-append directory "/" name))))))
             '())))

  (define (bin-directories directory)
    (map (cut string-append directory <>)
         '("/bin" "/sbin" "/libexec")))

  (when patch-shebangs?
    (let* ((own (append-map bin-directories (output-directories outputs)))
           ;; Not native inputs: the scripts run where the package does.
           (path (append own
                         (append-map bin-directories (directories inputs)))))
      (for-each (cut patch-shebang <> path)
                (append-map regular-files own)))))

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
  "Strip the binaries in STRIP-DIRECTORIES of the outputs.  Debugging information goes to the \"debug\" output if any."
  (define debug-output
    (assoc-ref outputs "debug"))

  (define (debug-file file)
    (string-append debug-output "/lib/debug/" file ".debug"))

  (define (make-debug-file file)
    ;; Debuggers find it by the name alone, hence the same path below lib/debug.
    (let ((debug (debug-file file)))
      (mkdir-p (dirname debug))
      (copy-file file debug)
      (invoke strip-command "--only-keep-debug" debug)
      (chmod debug #o400)))

  (define (add-debug-link file)
    ;; objcopy reads the debug file for its checksum, and records its base name only.
    (invoke objcopy-command "--enable-deterministic-archives"
            (string-append "--add-gnu-debuglink=" (debug-file file))
            file))

  (define (strippable? file stat)
    (and (eq? 'regular (stat:type stat))
         (or (elf-file? file) (ar-file? file))
         ;; Without a section header table there is nothing to strip, and strip would fail.
         (or (not (elf-file? file))
             (has-sections? file))))

  (define (strip-file file)
    (make-file-writable file)
    (when (and debug-output (elf-file? file))
      (make-debug-file file))
    ;; A failure is not fatal: `strip' refuses some objects, such as those of other architectures.
    (when (guard (c ((invoke-error? c)
                     (report-invoke-error c (current-error-port))
                     #f))
            (apply invoke strip-command
                   (append strip-flags (list file))))
      (when (and debug-output (elf-file? file))
        (add-debug-link file))))

  (define (strip-directory directory)
    (format #t "stripping binaries in ~s with ~s and flags ~s~%"
            directory strip-command strip-flags)
    (when debug-output
      (format #t "debugging output written to ~s using ~s~%"
              debug-output objcopy-command))
    (for-each strip-file (find-files directory strippable?)))

  (when strip-binaries?
    (for-each strip-directory
              (filter directory-exists?
                      (append-map (match-lambda
                                    (("debug" . _) '())
                                    ((_ . output)
                                     (map (cut string-append output "/" <>)
                                          strip-directories)))
                                  outputs)))))

(define* (validate-runpath #:key
                           (validate-runpath? #t)
                           (elf-directories '("lib" "lib64" "libexec" "bin" "sbin"))
                           outputs
                           #:allow-other-keys)
  "Check that each binary in ELF-DIRECTORIES of the outputs finds all the libraries that it needs in its RUNPATH."
  (define (validate directory)
    (let ((files (find-files directory
                             (lambda (file stat)
                               (and (eq? 'regular (stat:type stat))
                                    (elf-file? file))))))
      (format (current-error-port) "validating RUNPATH of ~a binaries in ~s...~%"
              (length files) directory)
      (every* validate-needed-in-runpath files)))

  (if validate-runpath?
      (let ((directories (filter directory-exists?
                                 (append-map (match-lambda
                                               (("debug" . _) '())
                                               ((_ . output)
                                                (map (cut string-append output "/" <>)
                                                     elf-directories)))
                                             outputs))))
        (unless (every* validate directories)
          (error "RUNPATH validation failed")))
      (format (current-error-port) "skipping RUNPATH validation~%")))

(define* (validate-documentation-location #:key outputs #:allow-other-keys)
  "Move documentation from OUTPUT/man and OUTPUT/info to OUTPUT/share, where it belongs."
  (define (move output name)
    (let ((old (string-append output "/" name))
          (new (string-append output "/share/" name)))
      (when (directory-exists? old)
        (mkdir-p (dirname new))
        (format #t "moving '~a' to '~a'~%" old new)
        (rename-file old new))))

  (for-each (lambda (output)
              (for-each (cut move output <>) '("man" "info")))
            (output-directories outputs)))

(define* (delete-info-dir-file #:key outputs #:allow-other-keys)
  "Delete share/info/dir from the outputs: each profile makes its own from all that is in it."
  (for-each (lambda (output)
              (false-if-file-not-found
               (delete-file (string-append output "/share/info/dir"))))
            (output-directories outputs)))

(define* (patch-dot-desktop-files #:key outputs inputs #:allow-other-keys)
  "Let the \".desktop\" files of the outputs name their programs by full file name."
  (define bin-directories
    (append-map (lambda (directory)
                  (list (string-append directory "/bin")
                        (string-append directory "/sbin")))
                (append (output-directories outputs) (directories inputs))))

  (define (find-binary program)
    (or (search-path bin-directories program)
        program))

  (define (patch directory)
    (when (directory-exists? directory)
      ;; Bytewise: other entries may be in any encoding.
      (with-fluids ((%default-port-encoding "ISO-8859-1"))
        (substitute* (find-files directory "\\.desktop$")
          (("^Exec=([^/[:blank:]\r\n]+)(.*)$" _ program rest)
           (string-append "Exec=" (find-binary program) rest))
          (("^TryExec=([^/[:blank:]\r\n]+)(.*)$" _ program rest)
           (string-append "TryExec=" (find-binary program) rest))))))

  (for-each (lambda (output)
              (patch (string-append output "/share/applications")))
            (output-directories outputs)))

(define* (make-dynamic-linker-cache #:key outputs
                                    (make-dynamic-linker-cache? #t)
                                    #:allow-other-keys)
  "Make etc/ld.so.cache in the outputs that have programs, so that these do not look through all of their RUNPATH."
  (define (programs directory)
    (find-files directory
                (lambda (file stat)
                  (and (eq? 'regular (stat:type stat))
                       (executable-file? file)
                       (elf-file? file)))))

  (define (make-cache output)
    (let ((directories (delete-duplicates
                        (append-map file-runpath*
                                    (append-map programs
                                                (filter directory-exists?
                                                        (map (cut string-append output "/" <>)
                                                             '("bin" "sbin" "libexec")))))))
          (configuration (string-append (or (getenv "TMPDIR") "/tmp") "/ld.so.conf"))
          (cache (string-append output "/etc/ld.so.cache")))
      (unless (null? directories)
        (mkdir-p (dirname cache))
        (guard (c ((invoke-error? c)
                   (format (current-error-port) "warning: 'ldconfig' failed:~%")
                   (report-invoke-error c (current-error-port))))
          (call-with-output-file configuration
            (lambda (port)
              (for-each (cut format port "~a~%" <>) directories)))
          (invoke "ldconfig" "-f" configuration "-C" cache)
          (format #t "created '~a' from ~a library search path entries~%"
                  cache (length directories))))))

  (cond ((not make-dynamic-linker-cache?)
         (format #t "ld.so cache not built~%"))
        ((not (which "ldconfig"))
         (format #t "ld.so cache not built: no 'ldconfig' command~%"))
        (else
         (for-each make-cache (output-directories outputs)))))

(define (file-runpath* file)
  ;; The RUNPATH of FILE, empty when it has none.
  (catch #t
    (lambda () (or (file-runpath file) '()))
    (const '())))

(define %license-file-regexp
  ;; Names of files with a license.
  "^(COPYING.*|LICEN[CS]E.*|[Ll]icen[cs]e.*|Copy[Rr]ight(\\.(txt|md))?)$")

(define* (install-license-files #:key outputs
                                (license-file-regexp %license-file-regexp)
                                out-of-source?
                                #:allow-other-keys)
  "Install the files of the source that match LICENSE-FILE-REGEXP to share/doc."
  (define out
    (or (assoc-ref outputs "out")
        (match outputs
          (((_ . output) _ ...) output))))

  (define package
    (strip-store-file-name out))

  (define (find-source-directory)
    ;; For an out-of-source build, where the source probably is, or #f.
    (match (delete "build" (subdirectories ".."))
      (() #f)
      ((directory)
       (string-append "../" directory))
      ((directories ...)
       ;; More than one: the one that bears the package's name.
       (let-values (((name version) (package-name->name+version package)))
         (and=> (find (cut string-prefix? name <>) directories)
                (cut string-append "../" <>))))))

  (let* ((regexp (make-regexp license-file-regexp))
         (source (if out-of-source? (find-source-directory) "."))
         (files (and source
                     (scandir source (cut regexp-exec regexp <>))))
         (directory (string-append (or (assoc-ref outputs "doc") out)
                                   "/share/doc/" package)))
    (if files
        (begin
          (format #t "installing ~a license files from '~a'~%" (length files) source)
          (for-each (lambda (file)
                      (let ((file (string-append source "/" file)))
                        (if (file-is-directory? file)
                            (copy-recursively file
                                              (string-append directory "/" (basename file)))
                            (install-file file directory))))
                    files))
        (format (current-error-port) "failed to find license files~%"))))

(define* (reset-gzip-timestamps #:key outputs #:allow-other-keys)
  "Reset the timestamps in the gzip files of the outputs, which would make builds differ."
  (define (process-directory directory)
    (for-each (lambda (file)
                (make-file-writable file)
                (reset-gzip-timestamp file))
              (find-files directory
                          (lambda (file stat)
                            (and (eq? 'regular (stat:type stat))
                                 (or (string-suffix? ".gz" file)
                                     (string-suffix? ".tgz" file))
                                 (gzip-file? file))))))

  (for-each process-directory
            (filter directory-exists? (output-directories outputs))))

(define* (compress-documentation #:key
                                 outputs
                                 (compress-documentation? #t)
                                 (documentation-compressor "gzip")
                                 (documentation-compressor-flags '("--best" "--no-name"))
                                 (compressed-documentation-extension ".gz")
                                 #:allow-other-keys)
  "Compress the manual pages and Info files of the outputs."
  (define (target-name link)
    ;; The file that LINK names, relative to the current directory.
    (let ((target (readlink link)))
      (if (string-prefix? "/" target)
          target
          (string-append (dirname link) "/" target))))

  (define (link-to-file? link)
    ;; A link to another link is not renamed, since that one keeps a name of its own.
    (let ((target (target-name link)))
      (and (file-exists? target)
           (not (symbolic-link? target)))))

  (define (retarget link)
    (let ((target (readlink link)))
      (delete-file link)
      (symlink (string-append target compressed-documentation-extension)
               (string-append link compressed-documentation-extension))))

  (define (hard-links? file)
    ;; gzip leaves such files alone, and it is an error for it.
    (> (stat:nlink (lstat file)) 1))

  (define (compress directory regexp)
    (let ((files (if (directory-exists? directory)
                     (find-files directory regexp)
                     '())))
      (unless (null? files)
        (format #t "compressing documentation in '~a' with ~s and flags ~s~%"
                directory documentation-compressor documentation-compressor-flags)
        (let-values (((links regular) (partition symbolic-link? files)))
          (for-each retarget (filter link-to-file? links))
          (match (remove hard-links? regular)
            (() #t)
            ((files ...)
             (apply invoke documentation-compressor
                    (append documentation-compressor-flags files))))))))

  (if compress-documentation?
      (for-each (lambda (output)
                  (compress (string-append output "/share/man") "\\.[0-9]+$")
                  (compress (string-append output "/share/info") "\\.info(-[0-9]+)?$"))
                (output-directories outputs))
      (format #t "not compressing documentation~%")))


;;;
;;; All of them.
;;;

(define-syntax phases
  (syntax-rules ()
    ((_ name ...)
     (list (cons 'name name) ...))))

(define %standard-phases
  ;; Names and procedures, in the order in which they run.
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
          compress-documentation))

(define (shell-quote str)
  (string-append "'"
                 (string-join (string-split str #\') "'\\''")
                 "'"))

(define (save-environment-variables)
  ;; Write them as a shell script to where the build runs, for those who look into a failed build.
  (call-with-output-file (string-append (or (getenv "NIX_BUILD_TOP") ".")
                                        "/environment-variables")
    (lambda (port)
      (for-each (lambda (setting)
                  (let ((equal (string-index setting #\=)))
                    (when (and equal (positive? equal))
                      (format port "export ~a=~a~%"
                              (substring setting 0 equal)
                              (shell-quote (substring setting (+ equal 1)))))))
                (environ)))))

(define phase-selection
  ;; A procedure from the phases of a build to those that are run; see (guix build phase-steps).
  (make-parameter identity))

(define (report-script-position)
  "Say which form of the build script is being evaluated, for whoever knows what the script was made from."
  (let ((script (first (command-line)))
        (stack (make-stack #t)))
    (let loop ((index 0))
      ;; Other programs that call `gnu-build' say themselves what they were doing.
      (when (and stack (string-suffix? "-builder" script) (< index (stack-length stack)))
        (match (frame-source (stack-ref stack index))
          ((_ (? string? file) line . column)
           (if (string=? file script)
               (format (current-error-port) "~a:~a:~a: note: the build script was here~%" file (+ 1 line) column)
               (loop (+ 1 index))))
          (_ (loop (+ 1 index))))))))

(define* (gnu-build #:key (source #f) (outputs #f) (inputs #f)
                    (phases %standard-phases)
                    #:allow-other-keys
                    #:rest args)
  "Build from SOURCE to OUTPUTS with INPUTS by running all of PHASES in order, each with all of ARGS.
Say which phase failed, and how, and exit when one does."
  (define (elapsed-time start)
    (exact->inexact (/ (- (get-internal-real-time) start)
                       internal-time-units-per-second)))

  (define (run-phase name proc)
    (let ((start (get-internal-real-time)))
      (define (end-of-phase success?)
        (format #t "phase `~a' ~:[failed~;succeeded~] after ~,1f seconds~%"
                name success? (elapsed-time start))
        (save-environment-variables))

      (format #t "starting phase `~a'~%" name)
      (with-throw-handler #t
        (lambda ()
          (apply proc args)
          (end-of-phase #t))
        (lambda args
          (format (current-error-port)
                  "error: in phase '~a': uncaught exception:~%~{~s ~}~%" name args)
          (report-script-position)
          (end-of-phase #f)
          (match args
            (('%exception (? invoke-error? c))
             (report-invoke-error c)
             (exit 1))
            (_
             ;; The exception goes on from where it was raised, which is what its report names.
             #f))))))

  ;; What programs write, on the same descriptors, must not overtake what the phases say.
  (setvbuf (current-output-port) 'line)
  (setvbuf (current-error-port) 'line)

  ;; Text must not be lost silently.
  (fluid-set! %default-port-conversion-strategy 'error)

  (for-each (match-lambda
              ((name . proc)
               (run-phase name proc)))
            ((phase-selection) phases)))
