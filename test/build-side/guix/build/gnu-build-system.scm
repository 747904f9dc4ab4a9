;;; Behaviour of (guix build gnu-build-system), with a small `make' and other tools made here.  Runs in an empty
;;; directory.

(use-modules (guix build gnu-build-system)
             (guix build utils)
             (checks)
             (srfi srfi-1)
             (ice-9 match))

(define top (getcwd))
(define store (string-append top "/store"))
(define (item name) (string-append store "/0123456789abcdfghijklmnpqrsvwxyz-" name))
(setenv "NIX_STORE" store)
(setenv "NIX_BUILD_TOP" top)
(setenv "TMPDIR" top)
(define system-path (getenv "PATH"))

(define (phase name)
  (assq-ref %standard-phases name))

(define-syntax-rule (said exp ...)
  ;; What EXP prints, on standard output and error.
  (call-with-output-string
    (lambda (port)
      (parameterize ((current-output-port port) (current-error-port port)) exp ...))))

(define-syntax-rule (in-new-directory name exp ...)
  (begin
    (mkdir-p (string-append top "/" name))
    (with-directory-excursion (string-append top "/" name) exp ...)))

(define (short text)
  ;; TEXT without the name of this directory.
  (match (string-contains text top)
    (#f text)
    (index (string-append (substring text 0 index) "TOP"
                          (short (substring text (+ index (string-length top))))))))

(check "the standard phases"
       '(set-SOURCE-DATE-EPOCH set-paths install-locale unpack bootstrap patch-usr-bin-file patch-source-shebangs
         configure patch-generated-file-shebangs build check install patch-shebangs strip validate-runpath
         validate-documentation-location delete-info-dir-file patch-dot-desktop-files make-dynamic-linker-cache
         install-license-files reset-gzip-timestamps compress-documentation)
       (map car %standard-phases))

;;; Tools: a `make' that writes its arguments down and fails when there is a file "fail-TARGET".

(define tools (item "tools-1"))
(define (tool name . lines)
  (mkdir-p (string-append tools "/bin"))
  (write-text (string-append tools "/bin/" name)
              (string-join (cons (string-append "#!" (which "sh")) lines) "\n" 'suffix)
              #o755))
(tool "make" "echo make \"$@\" >> calls" "if test -f \"fail-$1\"; then echo FAIL > test-suite.log; exit 2; fi"
      "if test \"$1\" = install; then sh install.sh; fi")
(tool "strip" "for last; do :; done" "case $last in *bad*) exit 1;; esac" "echo \"$@\" >> $STRIP_LOG")
(tool "objcopy" "echo objcopy \"$@\" >> $STRIP_LOG")
(setenv "STRIP_LOG" (string-append top "/strip.log"))
(define bash (which "bash"))
(mkdir-p (item "bash-5/bin"))
(symlink bash (item "bash-5/bin/bash"))
(symlink bash (item "bash-5/bin/sh"))
(define inputs `(("source" . ,(string-append top "/source.tar")) ("tools" . ,tools) ("bash" . ,(item "bash-5"))))

;;; The environment.

(check "set-SOURCE-DATE-EPOCH" "1"
       (begin
         ((phase 'set-SOURCE-DATE-EPOCH))
         (getenv "SOURCE_DATE_EPOCH")))
(mkdir-p (item "bash-5/include"))
(check "set-paths" (list (string-append tools "/bin:" (item "bash-5") "/bin") (item "bash-5/include") #f)
       (begin
         (setenv "X_NONE" "something")
         (said ((phase 'set-paths) #:inputs inputs
                #:search-paths '(("X_INCLUDE" ("include") ":" directory #f)
                                 ("X_NONE" ("nothing") ":" directory #f))))
         (list (getenv "PATH") (getenv "X_INCLUDE") (getenv "X_NONE"))))
(check "set-paths for another machine has no inputs in PATH" tools
       (begin
         (said ((phase 'set-paths) #:target "arm" #:inputs '() #:native-inputs inputs))
         (dirname (car (string-split (getenv "PATH") #\:)))))
(define build-path (string-append tools "/bin:" (item "bash-5") "/bin:" system-path))
(setenv "PATH" build-path)
(check-that "a locale that does not exist is a warning"
            (string-prefix? "warning: failed to install 'xx_XX.utf8' locale: "
                            (said ((phase 'install-locale) #:locale "xx_XX.utf8"))))
(check "a locale is passed on" '("using 'C' locale for category \"LC_ALL\"\n" "C")
       (let ((text (said ((phase 'install-locale) #:locale "C"))))
         (list text (getenv "LC_ALL"))))
(setenv "LC_ALL" "C.UTF-8")

;;; Sources.

(mkdir-p "pkg-1.0/build-aux")
(write-text "pkg-1.0/configure" "#!/bin/sh\n/usr/bin/file x\necho \"$@\" > flags\nmkdir -p po\necho 'SHELL = /bin/sh' > po/Makefile\n" #o755)
(write-text "pkg-1.0/script.in" "#! /usr/bin/env sh\n")
(write-text "pkg-1.0/COPYING" "license")
(invoke "tar" "cf" "source.tar" "pkg-1.0")
(in-new-directory "unpack"
  ((phase 'unpack) #:source (string-append top "/source.tar"))
  (check "unpack enters the directory of the archive" "TOP/unpack/pkg-1.0" (short (getcwd))))
(chmod "pkg-1.0/script.in" #o444)
(utime "pkg-1.0/COPYING" 1 1)
(in-new-directory "unpack-directory"
  (said ((phase 'unpack) #:source (string-append top "/pkg-1.0")))
  (check "unpack copies a directory, writable and with its times" '("TOP/unpack-directory/source" #o644 1)
         (list (short (getcwd)) (stat:perms (stat "script.in")) (stat:mtime (stat "COPYING")))))
(write-text (item "plain.c") "text")
(in-new-directory "unpack-file"
  ((phase 'unpack) #:source (item "plain.c"))
  (check "unpack copies a file that is no archive" '("./plain.c") (find-files ".")))
(in-new-directory "bootstrap"
  (check "nothing to bootstrap with" "no 'configure.ac' or anything like that, doing nothing\n"
         (said ((phase 'bootstrap))))
  (write-text "autogen.sh" "#!/bin/sh\ntest -n \"$NOCONFIGURE\" && touch configure\n" #o755)
  (check-that "bootstrap runs the script" (string-contains (said ((phase 'bootstrap))) "running './autogen.sh'"))
  (check "with a shebang that works" (string-append "#!" (item "bash-5/bin/sh"))
         (car (string-split (text-of "autogen.sh") #\newline)))
  (check "with configure there is no bootstrap" '("GNU build system bootstrapping not needed\n" #f)
         (list (said ((phase 'bootstrap))) (getenv "NOCONFIGURE"))))

(define (build-phases . names)
  ;; Run the phases NAMES on the package.
  (lambda args
    (for-each (lambda (name) (apply (phase name) args)) names)))
(define out (item "pkg-1.0"))
(in-new-directory "build"
  (said (copy-recursively (string-append top "/pkg-1.0") "."))
  (said ((phase 'patch-usr-bin-file) #:inputs `(("file" . "/x"))))
  (check-that "patch-usr-bin-file" (string-contains (text-of "configure") "/x/bin/file x"))
  (said ((phase 'patch-source-shebangs)))
  (check "all scripts are patched, templates too"
         (make-list 2 (string-append "#!" (item "bash-5/bin/sh")))
         (map (lambda (file) (car (string-split (text-of file) #\newline)))
              '("configure" "script.in")))
  (substitute* "configure" (("^/x/bin/file.*") ""))
  (define output
    (said ((phase 'configure) #:build "x86_64-linux-gnu" #:inputs inputs #:outputs `(("out" . ,out))
           #:configure-flags '("--enable-x"))))
  (check "configure says what it does"
         (string-append "source directory: \"TOP/build\" (relative from build: \".\")\nbuild directory: \"TOP/build\"\n"
                        "configure flags: (\"CONFIG_SHELL=BASH\" \"SHELL=BASH\" \"--prefix=OUT\" \"--enable-fast-install\" "
                        "\"--build=x86_64-linux-gnu\" \"--enable-x\")\n")
         (let* ((replace (lambda (str old new)
                           (let loop ((str str))
                             (match (string-contains str old)
                               (#f str)
                               (index (loop (string-append (substring str 0 index) new
                                                           (substring str (+ index (string-length old)))))))))))
           (short (replace (replace output (string-append (item "bash-5") "/bin/bash") "BASH") out "OUT"))))
  (check "configure gets the flags"
         (format #f "CONFIG_SHELL=~a/bin/bash SHELL=~a/bin/bash --prefix=~a --enable-fast-install --build=x86_64-linux-gnu --enable-x\n"
                 (item "bash-5") (item "bash-5") out)
         (text-of "flags"))
  (said ((phase 'patch-generated-file-shebangs)))
  (check "generated makefiles are patched" (string-append "SHELL = " (item "bash-5/bin/sh") "\n") (text-of "po/Makefile"))
  (parameterize ((parallel-job-count 4))
    ((phase 'build) #:make-flags '("A=b"))
    ((phase 'build) #:parallel-build? #f)
    ((phase 'check) #:make-flags '("A=b"))
    ((phase 'check) #:test-target "test" #:parallel-tests? #f)
    (check "no tests" "test suite not run\n" (said ((phase 'check) #:tests? #f)))
    (check "no tests for another machine" "test suite not run\n" (said ((phase 'check) #:target "arm")))
    (write-text "install.sh" "")
    ((phase 'install) #:make-flags '("A=b")))
  (check "how make is called"
         "make -j 4 A=b\nmake\nmake check -j 4 A=b\nmake test\nmake install A=b\n" (text-of "calls"))
  (write-text "fail-check" "")
  (check "logs of failed tests are shown"
         (string-append "\nTest suite failed, dumping logs.\n\n--- ./test-suite.log " (make-string 56 #\-)
                        "\n\nFAIL\n\n")
         (said (false-if-exception ((phase 'check)))))
  (delete-file "fail-check")
  (mkdir-p "sub/dir")
  (with-directory-excursion "sub/dir"
    (write-text "configure" "#!/bin/sh\n" #o755)
    (said ((phase 'configure) #:inputs inputs #:out-of-source? #t
           #:outputs `(("out" . ,out) ("bin" . "/b") ("lib" . "/l") ("doc" . ,(item "d")))))
    (check "out-of-source builds are beside the source" "TOP/build/sub/build" (short (getcwd))))
  (define flags
    (said (with-directory-excursion "sub/dir"
            ((phase 'configure) #:inputs inputs #:target "arm" #:build "x"
             #:outputs `(("out" . ,out) ("bin" . "/b") ("lib" . "/l") ("doc" . "/d"))))))
  (for-each (lambda (flag)
              (check-that (string-append "flags for outputs: " flag) (string-contains flags (format #f "~s" flag))))
            '("CC_FOR_BUILD=gcc" "--bindir=/b/bin" "--libdir=/l/lib" "--includedir=/l/include"
              "--docdir=/d/share/doc/pkg" "--host=arm")))

;;; Outputs.

(define (file name text . mode)
  (mkdir-p (dirname (string-append out "/" name)))
  (apply write-text (string-append out "/" name) text mode))
(define outputs `(("out" . ,out)))
(define (output-text name) (text-of (string-append out "/" name)))

(file "bin/script" "#!/bin/bash\n" #o755)
(file "bin/local" "#!/usr/bin/env script\n" #o755)
(file "share/script" "#!/bin/bash\n")
(symlink "script" (string-append out "/bin/link"))
(said ((phase 'patch-shebangs) #:inputs inputs #:outputs outputs))
(check "installed scripts refer to the inputs" (string-append "#!" (item "bash-5/bin/bash") "\n") (output-text "bin/script"))
(check "or to the outputs" (string-append "#!" out "/bin/script\n") (output-text "bin/local"))
(check "only programs are patched" "#!/bin/bash\n" (output-text "share/script"))
(file "bin/script" "#!/bin/bash\n" #o755)
((phase 'patch-shebangs) #:inputs inputs #:outputs outputs #:patch-shebangs? #f)
(check "unless told otherwise" "#!/bin/bash\n" (output-text "bin/script"))

(define (archive name) (file name "!<arch>\n" #o444))
(archive "lib/liba.a")
(archive "share/libb.a")
(archive "lib/libbad.a")
(check "strip reports what it does and goes on after failures"
       (string-append "stripping binaries in \"OUT/lib\" with \"strip\" and flags (\"-g\")\n"
                      "command \"strip\" \"-g\" \"OUT/lib/libbad.a\" failed with status 1\n"
                      "stripping binaries in \"OUT/bin\" with \"strip\" and flags (\"-g\")\n")
       (let loop ((text (said ((phase 'strip) #:outputs outputs #:strip-flags '("-g")))))
         (match (string-contains text out)
           (#f text)
           (index (loop (string-append (substring text 0 index) "OUT"
                                       (substring text (+ index (string-length out)))))))))
(check "binaries are stripped, read-only ones too" (string-append "-g " out "/lib/liba.a\n") (text-of "strip.log"))
(said ((phase 'strip) #:outputs outputs #:strip-binaries? #f))
(check "unless told otherwise" (string-append "-g " out "/lib/liba.a\n") (text-of "strip.log"))

(copy-file (which "bash") (string-append out "/bin/elf"))
(delete-file "strip.log")
(define debug (item "pkg-1.0-debug"))
(said ((phase 'strip) #:outputs `(("out" . ,out) ("debug" . ,debug)) #:strip-directories '("bin")))
(check "debugging information goes to its own output"
       (let ((debug-file (string-append debug "/lib/debug/" out "/bin/elf.debug")))
         (string-append "--only-keep-debug " debug-file "\n"
                        "--strip-unneeded --enable-deterministic-archives " out "/bin/elf\n"
                        "objcopy --enable-deterministic-archives --add-gnu-debuglink=" debug-file " " out "/bin/elf\n"))
       (text-of "strip.log"))
(check "RUNPATH validation fails for libraries that are not in the store" #f
       (let ((text (said (false-if-exception ((phase 'validate-runpath) #:outputs outputs)))))
         (not (string-contains text "validating RUNPATH of 1 binaries"))))
(check-raises "and that is an error" (const #t)
              (parameterize ((current-error-port (%make-void-port "w")))
                ((phase 'validate-runpath) #:outputs outputs)))
(check "unless told otherwise" "skipping RUNPATH validation\n"
       (said ((phase 'validate-runpath) #:outputs outputs #:validate-runpath? #f)))
(delete-file (string-append out "/bin/elf"))
(check "no linker cache when not asked" "ld.so cache not built\n"
       (said ((phase 'make-dynamic-linker-cache) #:outputs outputs #:make-dynamic-linker-cache? #f)))

(file "man/man1/a.1" "manual")
(said ((phase 'validate-documentation-location) #:outputs outputs))
(check "documentation moves to share" "manual" (output-text "share/man/man1/a.1"))
(file "share/info/dir" "")
((phase 'delete-info-dir-file) #:outputs outputs)
((phase 'delete-info-dir-file) #:outputs outputs)
(check "share/info/dir is deleted" #f (file-exists? (string-append out "/share/info/dir")))

(file "share/applications/a.desktop" "Name=x\nExec=script %U\nTryExec=script\nExec=/abs x\nExec=unknown\n")
(said ((phase 'patch-dot-desktop-files) #:outputs outputs #:inputs inputs))
(check "desktop files name programs by full name"
       (format #f "Name=x\nExec=~a/bin/script %U\nTryExec=~a/bin/script\nExec=/abs x\nExec=unknown\n" out out)
       (output-text "share/applications/a.desktop"))

(with-directory-excursion "build"
  (check "license files" "installing 1 license files from '.'\n"
         (said ((phase 'install-license-files) #:outputs outputs)))
  (check "are installed under the package's name" "license" (output-text "share/doc/pkg-1.0/COPYING")))

(file "share/text" "text")
(with-directory-excursion (string-append out "/share")
  (invoke "gzip" "text")
  (utime "text.gz" 5 5)
  (chmod "text.gz" #o444))
((phase 'reset-gzip-timestamps) #:outputs outputs)
(check "times in gzip files are reset" '(0 0 0 0)
       (call-with-input-file (string-append out "/share/text.gz")
         (lambda (port)
           (list-tail ((@ (rnrs bytevectors) bytevector->u8-list)
                       ((@ (ice-9 binary-ports) get-bytevector-n) port 8))
                      4))
         #:binary #t))

(file "share/info/a.info" "info")
(symlink "a.1" (string-append out "/share/man/man1/link.1"))
(symlink "link.1" (string-append out "/share/man/man1/link-to-link.1"))
(symlink "nowhere.1" (string-append out "/share/man/man1/dangling.1"))
(file "share/man/man1/hard.1" "hard")
(link (string-append out "/share/man/man1/hard.1") (string-append out "/share/man/man1/hard2.1"))
(said ((phase 'compress-documentation) #:outputs outputs #:compress-documentation? #f))
(check-that "documentation is compressed unless told otherwise" (file-exists? (string-append out "/share/man/man1/a.1")))
(said ((phase 'compress-documentation) #:outputs outputs))
(check "documentation is compressed, links follow, hard links stay"
       '("share/info/a.info.gz" "share/man/man1/a.1.gz" "share/man/man1/dangling.1" "share/man/man1/hard.1"
         "share/man/man1/hard2.1" "share/man/man1/link-to-link.1" "share/man/man1/link.1.gz")
       (map (lambda (file) (string-drop file (+ 1 (string-length out))))
            (append (find-files (string-append out "/share/info")) (find-files (string-append out "/share/man")))))
(check "links to compressed files" "a.1.gz" (readlink (string-append out "/share/man/man1/link.1.gz")))

;;; The whole.

(define (run-phases . phases)
  ;; The exit status, or what the exception was, and what was printed.
  (let* ((status #f)
         (text (said (set! status
                           (catch #t
                             (lambda ()
                               (gnu-build #:source "s" #:outputs outputs #:inputs inputs #:phases phases #:flavour 'sweet)
                               'done)
                             (lambda args args))))))
    (list status text)))

(check "phases run in order with all arguments"
       '(done ("starting phase `one'" "sweet" "phase `one' succeeded after N" "starting phase `two'" "s" "phase `two' succeeded after N" ""))
       (match (run-phases (cons 'one (lambda* (#:key flavour #:allow-other-keys) (display flavour) (newline)))
                          (cons 'two (lambda* (#:key source #:allow-other-keys) (display source) (newline) #f)))
         ((status text)
          (list status
                (map (lambda (line)
                       (match (string-contains line " after ")
                         (#f line)
                         (index (string-append (substring line 0 index) " after N"))))
                     (string-split text #\newline))))))
(check-that "environment variables are written where people look for them"
            (string-contains (text-of "environment-variables") "export SOURCE_DATE_EPOCH='1'\n"))
(setenv "QUOTED" "it's\nthis")
(run-phases (cons 'none (const #t)))
(check "as a shell script" "it's\nthis"
       (let* ((port ((@ (ice-9 popen) open-pipe*) "r" "sh" "-c" ". ./environment-variables; printf '%s' \"$QUOTED\""))
              (text ((@ (ice-9 textual-ports) get-string-all) port)))
         (close-port port)
         text))
(match (run-phases (cons 'bad (lambda _ (invoke "sh" "-c" "exit 2")))
                   (cons 'never (lambda _ (display "never"))))
  ((status text)
   (check "a failing program ends the build with status 1" '(quit 1) status)
   (check "and the message names the phase and the program"
          '("starting phase `bad'" "error: in phase 'bad': uncaught exception:"
            "%exception #<&invoke-error program: \"sh\" arguments: (\"-c\" \"exit 2\") exit-status: 2 term-signal: #f stop-signal: #f> "
            "phase `bad' failed after N" "command \"sh\" \"-c\" \"exit 2\" failed with status 2" "")
          (map (lambda (line)
                 (match (string-contains line " after ")
                   (#f line)
                   (index (string-append (substring line 0 index) " after N"))))
               (string-split text #\newline)))))
(match (run-phases (cons 'bad (lambda _ (error "no good:" 42))))
  ((status text)
   (check "other exceptions pass" 'misc-error (car status))
   (check-that "after the same message"
               (string-contains text "error: in phase 'bad': uncaught exception:\nmisc-error #f \"~A ~S\" (\"no good:\" 42) #f \nphase `bad' failed after "))))
