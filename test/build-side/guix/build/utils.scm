;;; Behaviour of (guix build utils).  Runs in an empty directory.

(use-modules (guix build utils)
             (checks)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-35)
             (ice-9 match)
             (ice-9 binary-ports)
             (rnrs bytevectors))

;; Hashes as the store has them.
(define hash "0123456789abcdfghijklmnpqrsvwxyz")
(define store (string-append (getcwd) "/store"))
(setenv "NIX_STORE" store)
(define-syntax-rule (quietly exp ...)
  (parameterize ((current-error-port (%make-void-port "w"))
                 (current-output-port (%make-void-port "w")))
    exp ...))
(define (stderr-of thunk)
  (call-with-output-string
    (lambda (port)
      (parameterize ((current-error-port port)) (thunk)))))
(define (stdout-of thunk)
  (call-with-output-string
    (lambda (port)
      (parameterize ((current-output-port port)) (thunk)))))

;;; Names.

(check "a store file name loses its directory and hash" "hello-2.10"
       (strip-store-file-name (string-append store "/" hash "-hello-2.10")))
(check "so do files in store items" "hello-2.10/bin/hello"
       (strip-store-file-name (string-append store "/" hash "-hello-2.10/bin/hello")))
(define (name+version name)
  (call-with-values (lambda () (package-name->name+version name)) list))
(check "a version starts at the first hyphen before a digit" '("guile-gcrypt" "0.3.0-rc-1")
       (name+version "guile-gcrypt-0.3.0-rc-1"))
(check "a name without version" '("gcc-toolchain" #f) (name+version "gcc-toolchain"))
(check "a hyphen at the end" '("a-" #f) (name+version "a-"))
(check "tar archives by name" '(#t #t #t #f #f)
       (map (lambda (name) (->bool (tarball? name)))
            '("a.tar.gz" "a.tgz" "a.tar" "a.gz" "tar")))
(check "decompressors by name" '("gzip" "xz" "bzip2" "lzip" #f)
       (map compressor '("a.tar.gz" "a.xz" "a.tar.bz2" "a.lz" "a.c")))
(check "one job unless told otherwise" 3
       (parameterize ((parallel-job-count 3)) (parallel-job-count)))

;;; Files.

(mkdir-p "a/b/c")
(mkdir-p "a/b/c")
(mkdir-p "")
(check-that "mkdir-p makes all directories and accepts those that exist" (directory-exists? "a/b/c"))
(write-text "a/file" "text\n")
(check-raises "mkdir-p over a file" (lambda (c) (eq? 'system-error (exception-kind c))) (mkdir-p "a/file/x"))
(check "directory-exists? of a file, of nothing" '(#f #f) (map directory-exists? '("a/file" "nothing")))
(write-text "a/b/program" "#!/bin/sh\n" #o755)
(check "executable-file?" '(#t #f #f) (map executable-file? '("a/b/program" "a/file" "nothing")))
(symlink "file" "a/link")
(symlink "nowhere" "a/dangling")
(check "symbolic-link?" '(#t #t #f) (map symbolic-link? '("a/link" "a/dangling" "a/file")))
(check "find-files returns all but directories, sorted"
       '("a/b/program" "a/dangling" "a/file" "a/link") (find-files "a"))
(check "find-files with directories" '("a" "a/b" "a/b/c" "a/b/program" "a/dangling" "a/file" "a/link")
       (find-files "a" #:directories? #t))
(check "find-files by regexp on the base name" '("a/b/program" "a/file")
       (find-files "a" "^(file|pro.*)$"))
(check "find-files by predicate" '("a/b/program")
       (find-files "a" (lambda (file stat) (= #o755 (stat:perms stat)))))
(check "find-files following links" '("a/b/program" "a/file" "a/link")
       (quietly (find-files "a" #:stat stat)))
(check "find-files of a file" '("a/file") (find-files "a/file"))
(check "find-files of nothing is reported" "find-files: nothing: No such file or directory\n"
       (stderr-of (lambda () (find-files "nothing"))))
(check-raises "find-files of nothing may be an error" (const #t)
              (quietly (find-files "nothing" #:fail-on-error? #t)))
(check "false-if-file-not-found" '(#f 42)
       (list (false-if-file-not-found (delete-file "nothing"))
             (false-if-file-not-found 42)))
(check-raises "false-if-file-not-found lets other errors pass" (const #t)
              (false-if-file-not-found (delete-file "a")))

(chmod "a/b" #o555)
(quietly (copy-recursively "a" "copy" #:keep-mtime? #t))
(check "a copy has the same files" '("copy/b/program" "copy/dangling" "copy/file" "copy/link") (find-files "copy"))
(check "links are copied as links" '("file" "nowhere") (map readlink '("copy/link" "copy/dangling")))
(check "permissions are kept, of directories as well" '(#o555 #o755)
       (map (lambda (file) (stat:perms (stat file))) '("copy/b" "copy/b/program")))
(utime "a/file" 1 1)
(quietly (copy-recursively "a/file" "old" #:keep-mtime? #t))
(check "times are kept when asked" 1 (stat:mtime (stat "old")))
(delete-file "a/dangling")
(quietly (copy-recursively "a" "followed" #:follow-symlinks? #t))
(check "links are followed when asked" '(regular "text\n")
       (list (stat:type (lstat "followed/link")) (text-of "followed/link")))
(quietly (copy-recursively "a" "selected" #:select? (lambda (file stat) (not (string-suffix? "/b" file)))))
(check "a copy of a selection" '("selected/file" "selected/link") (find-files "selected"))
(check "copies are logged" "`a/file' -> `logged'\n" (stdout-of (lambda () (copy-recursively "a/file" "logged"))))
(chmod "a/b" #o755)
(chmod "copy/b" #o755)
(symlink "../a" "copy/b/outside")
(delete-file-recursively "copy")
(check "deletion does not follow links" '(#f #t) (list (file-exists? "copy") (file-exists? "a/file")))
(check "deletion of nothing is reported" "warning: failed to delete nothing: No such file or directory\n"
       (stderr-of (lambda () (delete-file-recursively "nothing"))))
(install-file "a/b/program" "installed/bin")
(check-that "install-file makes the directory and keeps permissions" (executable-file? "installed/bin/program"))
(chmod "installed/bin/program" #o444)
(make-file-writable "installed/bin/program")
(check "make-file-writable" #o644 (stat:perms (stat "installed/bin/program")))
(check "with-directory-excursion" '("installed/bin" #t)
       (let ((here (getcwd)))
         (list (string-drop (with-directory-excursion "installed/bin" (getcwd)) (+ 1 (string-length here)))
               (string=? here (getcwd)))))
(check "a temporary file lives as long as the call" '("x" #f)
       (let ((name #f))
         (list (call-with-temporary-output-file
                (lambda (file port)
                  (set! name file)
                  (display "x" port)
                  (force-output port)
                  (text-of file)))
               (file-exists? name))))
(define (write-bytes file . bytes)
  (call-with-output-file file
    (lambda (port) (put-bytevector port (u8-list->bytevector bytes)))
    #:binary #t))
(write-bytes "elf" #x7f #x45 #x4c #x46 1)
(write-bytes "gz" #x1f #x8b 8 8 1 2 3 4 2 3)
(write-bytes "empty")
(write-text "ar" "!<arch>\nfoo")
(check "files by their first bytes" '((#t #f #f #f) (#f #t #f #f) (#f #f #t #f))
       (map (lambda (pred) (map pred '("elf" "gz" "ar" "empty"))) (list elf-file? gzip-file? ar-file?)))
(utime "gz" 7 7)
(check "reset-gzip-timestamp" '(#t #f 7 #vu8(#x1f #x8b 8 8 0 0 0 0 2 3))
       (let* ((first (reset-gzip-timestamp "gz"))
              (second (reset-gzip-timestamp "gz")))
         (list first second (stat:mtime (stat "gz"))
               (call-with-input-file "gz" get-bytevector-all #:binary #t))))
(check "dump-port copies as many bytes as asked" "abc"
       (call-with-output-string
         (lambda (out) (dump-port (open-input-string "abcdef") out 3))))
(check "dump-port reports its progress" '(2 4 5)
       (let ((seen '()))
         (call-with-output-string
           (lambda (out)
             (dump-port (open-bytevector-input-port (string->utf8 "abcde")) out #:buffer-size 2
                        #:progress (lambda (total continue)
                                     (set! seen (cons total seen))
                                     (continue)))))
         (reverse seen)))

;;; Search paths.

(mkdir-p "in1/bin")
(mkdir-p "in2/bin")
(mkdir-p "in2/share/site/x")
(write-text "in2/bin/tool" "" #o755)
(write-text "in2/share/a.xml" "")
(check "search-path-as-list" '("in1/bin" "in2/bin") (search-path-as-list '("bin" "sbin") '("in1" "in2" "in1")))
(check "search-path-as-list of files" '("in2/bin/tool")
       (search-path-as-list '("bin/tool") '("in1" "in2") #:type 'regular))
(check "search-path-as-list with a pattern" '("in2/share/a.xml")
       (search-path-as-list '("share") '("in1" "in2") #:type 'regular #:pattern "\\.xml$"))
(check "search-path-as-list of directories by pattern" '("in2/share/site")
       (search-path-as-list '("share") '("in1" "in2") #:pattern "^site$"))
(check "search paths as strings and back" '("a:b" "a" "" ("a" "b") ("a:b"))
       (list (list->search-path-as-string '("a" "b") ":")
             (list->search-path-as-string '("a" "b") #f)
             (list->search-path-as-string '() #f)
             (search-path-as-string->list "a::b")
             (search-path-as-string->list "a:b" #f)))
(check "set-path-environment-variable" '("environment variable `X_PATH' set to `in1/bin:in2/bin'\n" "in1/bin:in2/bin")
       (let ((said (stdout-of (lambda () (set-path-environment-variable "X_PATH" '("bin") '("in1" "in2"))))))
         (list said (getenv "X_PATH"))))
(check "an empty search path is unset" '("environment variable `X_PATH' unset\n" #f)
       (let ((said (stdout-of (lambda () (set-path-environment-variable "X_PATH" '("lib") '("in1" "in2"))))))
         (list said (getenv "X_PATH"))))
(define inputs '(("one" . "in1") ("two" . "in2")))
(check "search-input-file" "in2/bin/tool" (search-input-file inputs "bin/tool"))
(check "search-input-directory" "in2/share/site" (search-input-directory inputs "share/site"))
(check "what no input has" '(("in1" "in2") "bin/none")
       (guard (c ((search-error? c) (list (search-error-path c) (search-error-file c))))
         (search-input-file inputs "bin/none")))
(check-raises "a file is no directory" search-error? (search-input-directory inputs "bin/tool"))
(check "which" #t (string-suffix? "/sh" (which "sh")))
(check "which of nothing" #f (which "no-such-program"))

;;; Alists and phases.

(define alist '((a . 1) (b . 2) (c . 3)))
(check "every* looks at all" '(#f (1 a 2))
       (let* ((seen '())
              (result (every* (lambda (x) (set! seen (cons x seen)) (number? x)) '(1 a 2))))
         (list result (reverse seen))))
(check "alist-cons-before" '((a . 1) (x . 9) (b . 2) (c . 3)) (alist-cons-before 'b 'x 9 alist))
(check "alist-cons-before at the start" '((x . 9) (a . 1) (b . 2) (c . 3)) (alist-cons-before 'a 'x 9 alist))
(check "alist-cons-after" '((a . 1) (b . 2) (x . 9) (c . 3)) (alist-cons-after 'b 'x 9 alist))
(check "alist-cons-after at the end" '((a . 1) (b . 2) (c . 3) (x . 9)) (alist-cons-after 'c 'x 9 alist))
(check "alist-replace" '((a . 1) (b . 9) (c . 3)) (alist-replace 'b 9 alist))
(check-raises "alist-replace without the key" (const #t) (alist-replace 'z 9 alist))
(check "modify-phases" '((z . 0) (a . 7) (x . 1) (c . 3))
       (modify-phases alist
         (delete 'b)
         (replace 'a 7)
         (add-after 'a 'x 1)
         (add-before 'a 'z 0)))
(check "modify-phases takes expressions" '((a . 1) (new . 5) (b . 2) (c . 3))
       (let ((name 'new) (where 'a))
         (modify-phases alist (add-after where name (+ 2 3)))))
(check "modify-phases without changes" alist (modify-phases alist))

;;; Programs.

(check "invoke" #t (invoke "true"))
(define (invoke-error-of thunk)
  (guard (c ((invoke-error? c)
             (list (invoke-error-program c) (invoke-error-arguments c) (invoke-error-exit-status c)
                   (invoke-error-term-signal c) (invoke-error-stop-signal c))))
    (thunk)))
(check "a program that fails" '("sh" ("-c" "exit 3") 3 #f #f)
       (invoke-error-of (lambda () (invoke "sh" "-c" "exit 3"))))
(check "a program that is killed" '("sh" ("-c" "kill -9 $$") #f 9 #f)
       (invoke-error-of (lambda () (invoke "sh" "-c" "kill -9 $$"))))
(check "a program that does not exist" '("no-such-program" () 127 #f #f)
       (invoke-error-of (lambda () (invoke "no-such-program"))))
(define (report-of . command)
  (guard (c ((invoke-error? c)
             (call-with-output-string (lambda (port) (report-invoke-error c port)))))
    (apply invoke command)))
(check "how a failure is told" "command \"sh\" \"-c\" \"exit 2\" failed with status 2\n" (report-of "sh" "-c" "exit 2"))
(check "how a signal is told" "command \"sh\" \"-c\" \"kill -15 $$\" failed with signal 15\n"
       (report-of "sh" "-c" "kill -15 $$"))
(check "invoke/quiet shows nothing on success" "" (stderr-of (lambda () (invoke/quiet "sh" "-c" "echo a; echo b >&2"))))
(check "invoke/quiet tells all on failure" "'sh -c echo a; echo b >&2; exit 3' exited with status 3; output follows:\n\n  a\n  b\n"
       (guard (c ((message-condition? c) (condition-message c)))
         (invoke/quiet "sh" "-c" "echo a; echo b >&2; exit 3")))

;;; Edits.

(define (edited text edit)
  (write-text "edited" text)
  (edit "edited")
  (text-of "edited"))
(check "substitute* with parts of the match" "good morning\nbazxyz!\n"
       (edited "hello\nfooxyzbar!\n"
               (lambda (file)
                 (substitute* file
                   (("hello") "good morning")
                   (("foo([a-z]+)bar(.*)$" all letters end)
                    (string-append "baz" letters end))))))
(check "all matches of a line are replaced" "b-b-b b\n"
       (edited "a-a-a a\n" (lambda (file) (substitute* file (("a") "b")))))
(check "clauses apply in turn" "c\n"
       (edited "a\n" (lambda (file) (substitute* file (("a") "b") (("b") "c")))))
(check "the line's newline can be matched" "x y\n"
       (edited "x\ny\n" (lambda (file) (substitute* file (("x\n") "x ")))))
(check "a part that did not take part" "#f b\n"
       (edited "b\n" (lambda (file) (substitute* file (("(a)?b" all a) (format #f "~a b" a))))))
(check "an underscore binds nothing" "2\n"
       (edited "12\n" (lambda (file) (substitute* file (("(.)(.)" _ _ second) second)))))
(check "a file without newline at its end" "b" (edited "a" (lambda (file) (substitute* file (("a") "b")))))
(check "an empty file" "" (edited "" (lambda (file) (substitute* file (("a") "b")))))
(check "anchors" "-> b a\n" (edited "a b a\n" (lambda (file) (substitute* file (("^a") "->")))))
(check "alternatives, classes, bounds, backslashes" "X X X X.\n"
       (edited "foo bar 123 /a.b.\n"
               (lambda (file) (substitute* file (("foo|bar") "X") (("[[:digit:]]{3}") "X") (("/a\\.b") "X")))))
(check "several files" '("z" "z")
       (begin
         (write-text "one" "a")
         (write-text "two" "a")
         (substitute* '("one" "two") (("a") "z"))
         (map text-of '("one" "two"))))
(check "expressions as patterns" "42"
       (let ((pattern "number"))
         (edited "number" (lambda (file) (substitute* file ((pattern) (number->string 42)))))))
(check "permissions stay" #o755
       (begin
         (write-text "script" "a" #o755)
         (substitute* "script" (("a") "b"))
         (stat:perms (stat "script"))))
(check "bytes that are not UTF-8 stay" #vu8(#xe9 10 98 10)
       (begin
         (call-with-output-file "latin1"
           (lambda (port) (put-bytevector port #vu8(#xe9 10 97 10)))
           #:binary #t)
         (with-fluids ((%default-port-encoding "UTF-8"))
           (substitute* "latin1" (("a") "b")))
         (call-with-input-file "latin1" get-bytevector-all #:binary #t)))
(check "NULs stay" #vu8(98 0 98 10)
       (begin
         (call-with-output-file "nul" (lambda (port) (put-bytevector port #vu8(97 0 97 10))) #:binary #t)
         (substitute* "nul" (("a") "b"))
         (call-with-input-file "nul" get-bytevector-all #:binary #t)))
(check "no temporary files stay" '() (find-files "." "\\.......$"))
(check "with-atomic-file-replacement" '(result "abc")
       (begin
         (write-text "atomic" "ab")
         (let ((result (with-atomic-file-replacement "atomic"
                         (lambda (in out)
                           (dump-port in out)
                           (display "c" out)
                           'result))))
           (list result (text-of "atomic")))))
(check "a failed replacement changes nothing" '("abc" ("./atomic"))
       (begin
         (false-if-exception (with-atomic-file-replacement "atomic" (lambda (in out) (error "no"))))
         (list (text-of "atomic") (find-files "." "^atomic"))))

(write-text "in1/bin/sh" "" #o755)
(write-text "in1/bin/python3" "" #o755)
(define path (list (string-append (getcwd) "/in1/bin")))
(define (patched first-line)
  (write-text "script" (string-append first-line "\nrest #!/bin/sh\n") #o755)
  (utime "script" 100 100)
  (let* ((said (stderr-of (lambda () (patch-shebang "script" path))))
         (text (text-of "script")))
    (list (string-replace-substring text (car path) "IN")
          (string-replace-substring said (car path) "IN"))))
(define (string-replace-substring str old new)
  (match (string-contains str old)
    (#f str)
    (index (string-append (substring str 0 index) new
                          (string-replace-substring (substring str (+ index (string-length old))) old new)))))
(check "patch-shebang" '("#!IN/sh\nrest #!/bin/sh\n" "patch-shebang: script: changing `/bin/sh' to `IN/sh'\n")
       (patched "#!/bin/sh"))
(check "patch-shebang keeps arguments" "#!IN/sh -e -u\nrest #!/bin/sh\n" (car (patched "#! /bin/sh -e -u")))
(check "patch-shebang resolves env"
       '("#!IN/python3 -s\nrest #!/bin/sh\n" "patch-shebang: script: changing `/usr/bin/env python3' to `IN/python3'\n")
       (patched "#!/usr/bin/env python3 -s"))
(check "patch-shebang keeps times and permissions" '(100 #o755)
       (list (stat:mtime (stat "script")) (stat:perms (stat "script"))))
(check "an interpreter that is not there" '("#!/bin/zsh\nrest #!/bin/sh\n"
                                            "patch-shebang: script: warning: no binary for interpreter `zsh' found in $PATH\n")
       (patched "#!/bin/zsh"))
(check "a program by name alone stays" "#!perl\nrest #!/bin/sh\n" (car (patched "#!perl")))
(check "no shebang" "hello\nrest #!/bin/sh\n" (car (patched "hello")))
(check "a right shebang stays" #f
       (begin
         (write-text "script" (string-append "#!" (car path) "/sh\n"))
         (patch-shebang "script" path)))
(check "patch-shebang of an empty file" #f (patch-shebang "empty" path))

(setenv "PATH" (string-append (car path) ":" (getenv "PATH")))
(check "patch-makefile-SHELL" "all:\nSHELL = IN/sh\n  SHELL=x\nSHELL = IN/sh -e\nSHELL = /x/nosuch\n"
       (begin
         (write-text "Makefile" "all:\nSHELL = /bin/sh\n  SHELL=x\nSHELL := /usr/bin/sh -e\nSHELL = /x/nosuch\n")
         (quietly (patch-makefile-SHELL "Makefile"))
         (string-replace-substring (text-of "Makefile") (car path) "IN")))
(check "patch-/usr/bin/file" "x=`/store/file $f`\n"
       (begin
         (write-text "configure" "x=`/usr/bin/file $f`\n")
         (quietly (patch-/usr/bin/file "configure" #:file-command "/store/file"))
         (text-of "configure")))

(define (matches-of pattern text)
  (reverse (call-with-input-string text
             (lambda (port)
               (fold-port-matches (lambda (m result) (cons m result))
                                  '() pattern port
                                  (lambda (c result) (cons c result)))))))
(check "fold-port-matches" '(#\x "ab" #\a "ab" #\y #\a) (matches-of "ab" "xabaabya"))
(check "a match may start within a failed one" '(#\a "aab" #\a #\a) (matches-of "aab" "aaabaa"))
(check "char sets as pattern" '("a1" #\b "b2") (matches-of (list char-set:letter char-set:digit) "a1bb2"))

(define (references-removed text)
  (write-text "binary" text)
  (remove-store-references "binary")
  (string-replace-substring (text-of "binary") store "STORE"))
(check "remove-store-references" (string-append "x STORE/" (make-string 32 #\e) "-foo STORE/short y")
       (references-removed (string-append "x " store "/" hash "-foo " store "/short y")))
(check "adjacent references" (string-append "STORE/STORE/" (make-string 32 #\e) "-foo")
       (references-removed (string-append store "/" store "/" hash "-foo")))

;;; Wrappers.

(define sh (which "bash"))
(mkdir-p "w/bin")
(define (program-text) "#!/bin/sh\necho \"$FOO|$BAR|$BAZ|$0|$1\"\n")
(define (run . command)
  (let* ((port (apply (@ (ice-9 popen) open-pipe*) "r" command))
         (text ((@ (ice-9 textual-ports) get-string-all) port)))
    ((@ (ice-9 popen) close-pipe) port)
    text))
(write-text "w/bin/prog" (program-text) #o755)
(wrap-program "w/bin/prog"
  `("FOO" ":" prefix ("/a" "/b"))
  `("BAR" = ("x y")))
(check-that "the program moves" (wrapped-program? "w/bin/.prog-real"))
(check "wrapped-program? of the wrapper" #f (wrapped-program? "w/bin/prog"))
(unsetenv "FOO")
(unsetenv "BAZ")
(check "a wrapped program sees the variables" "/a:/b|x y||" (substring (run "w/bin/prog" "1 2") 0 11))
(check "and its arguments" #t (string-suffix? "|1 2\n" (run "w/bin/prog" "1 2")))
(setenv "FOO" "/old")
(wrap-program "w/bin/prog" `("BAZ" ";" suffix ("/c")))
(setenv "BAZ" "/z")
(check "wrapped twice: both settings" "/a:/b:/old|x y|/z;/c|" (substring (run "w/bin/prog") 0 21))
(check "there is one real program" '("w/bin/.prog-real" "w/bin/prog") (find-files "w"))
(check-raises "a real program is not wrapped" (const #t) (wrap-program "w/bin/.prog-real" `("FOO" = ("x"))))
(write-text "w/script" "#!/bin/sh -e\n# coding: utf-8\nrest\n" #o755)
(wrap-script "w/script" #:guile "/x/guile" `("FOO" ":" prefix ("/a")) `("BAR" = ("b")))
(define script-lines (string-split (text-of "w/script") #\newline))
(check "wrap-script starts Guile" "#!/x/guile --no-auto-compile" (first script-lines))
(check "wrap-script keeps the script" '("#!/bin/sh -e" "# coding: utf-8" "rest" "") (take-right script-lines 4))
(check-that "wrap-script keeps the coding" (string-contains (second script-lines) "coding: utf-8"))
(when (which "guile")
  (write-text "w/runs" "#!/bin/sh -f\necho \"$FOO|$BAR|$1|$-\"\n" #o755)
  (wrap-script "w/runs" `("FOO" ":" suffix ("/a")) `("BAR" = ("b \"c")))
  (check "a wrapped script runs with its settings, its interpreter's arguments and its own"
         "/old:/a|b \"c|x y|f\n"
         (begin
           (setenv "FOO" "/old")
           (run "w/runs" "x y"))))
(write-text "w/plain" "no script\n")
(check "wrap-script needs a script" "w/plain"
       (guard (c ((wrap-error? c) (wrap-error-program c)))
         (wrap-script "w/plain" `("FOO" = ("x")))))

;;; Locales and desktops.

(check "locale-category->string" '("LC_ALL" "LC_CTYPE") (map locale-category->string (list LC_ALL LC_CTYPE)))
(make-desktop-entry-file "share/hello.desktop"
  #:name "Hello" #:exec "/bin/hello" #:generic-name '((#f "Greeter") ("de" "Grüßer"))
  #:categories '("Utility" "Core") #:terminal #t #:mime-type '("text/plain"))
(check "a desktop entry"
       '("Categories=Utility;Core;" "DBusActivatable=false" "Exec=/bin/hello" "GenericName=Greeter"
         "GenericName[de]=Grüßer" "Hidden=false" "MimeType=text/plain;" "Name=Hello" "NoDisplay=false"
         "StartupNotify=true" "Terminal=true" "Type=Application" "[Desktop Entry]")
       (sort (delete "" (string-split (text-of "share/hello.desktop") #\newline)) string<?))
