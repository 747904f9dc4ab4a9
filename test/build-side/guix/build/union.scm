;;; Behaviour of (guix build union).  Runs in an empty directory.

(use-modules (guix build union)
             (guix build utils)
             (checks))

(define (make file text)
  (mkdir-p (dirname file))
  (write-text file text))
(define here (getcwd))
(define (in name) (string-append here "/" name))
(define-syntax-rule (messages-of exp ...)
  (call-with-output-string
    (lambda (port)
      (parameterize ((current-error-port port)) exp ...))))
(define (tree directory)
  ;; Names in DIRECTORY, with what links point to.
  (map (lambda (file)
         (let ((name (string-drop file (+ 1 (string-length directory)))))
           (if (symbolic-link? file)
               (list name (string-drop (readlink file) (+ 1 (string-length here))))
               name)))
       (find-files directory)))
(define-syntax-rule (union-of name input ... (key ...))
  (begin
    (union-build name (list (in input) ...) #:log-port (%make-void-port "w") key ...)
    (tree name)))

(make "a/bin/x" "x")
(make "a/share/doc/a" "a")
(make "a/only/file" "f")
(make "b/bin/y" "y")
(make "b/share/doc/b" "b")
(make "c/bin/x" "x")
(make "d/bin/x" "another")
(make "e/bin" "a file")

(check "directories that several inputs have are made, others are links"
       '(("bin/x" "a/bin/x") ("bin/y" "b/bin/y") ("only" "a/only") ("share/doc/a" "a/share/doc/a") ("share/doc/b" "b/share/doc/b"))
       (union-of "ab" "a" "b" ()))
(check "the union of one input is a directory" '(("bin" "a/bin") ("only" "a/only") ("share" "a/share"))
       (union-of "single" "a" ()))
(check "an input given twice counts once" '(("bin" "a/bin") ("only" "a/only") ("share" "a/share"))
       (union-of "twice" "a" "a" ()))
(check "no input is an empty directory" '() (union-of "none" ()))
(check "all directories are made when asked" '(("bin/x" "a/bin/x") ("only/file" "a/only/file") ("share/doc/a" "a/share/doc/a"))
       (union-of "all" "a" (#:create-all-directories? #t)))
(check "equal files do not collide" ""
       (messages-of (union-of "equal" "c" "a" ())))
(define collision
  (messages-of (check "the first of unequal files wins" '(("bin/x" "d/bin/x"))
                      (union-of "unequal" "d" "c" ()))))
(check "and a warning says so"
       (string-append "\nwarning: collision encountered:\n  " (in "d/bin/x") "\n  " (in "c/bin/x")
                      "\nwarning: choosing " (in "d/bin/x") "\n")
       collision)
(check "a collision may be resolved otherwise" '(("bin/x" "c/bin/x"))
       (union-of "resolved" "d" "c" (#:resolve-collision cadr)))
(check "or leave the file out" '() (union-of "skipped" "d" "c" (#:resolve-collision (const #f))))
(check-raises "a file and a directory of one name" (const #t) (union-of "mixed" "a" "e" ()))
(check "links are logged" (string-append "`" (in "c/bin") "' ~> `logged/bin'\n")
       (call-with-output-string
         (lambda (port)
           (union-build "logged" (list (in "c")) #:log-port port))))

(check "relative file names" '("../bin/bar" "bar/baz" "../../a/b" "" "a")
       (list (relative-file-name "/gnu/store/foo" "/gnu/store/bin/bar")
             (relative-file-name "/gnu/store" "/gnu/store/bar/baz")
             (relative-file-name "/x/y" "/a/b")
             (relative-file-name "/x/" "/x")
             (relative-file-name "/" "/a")))
(symlink-relative (in "a/bin/x") (in "b/bin/z"))
(check "symlink-relative" '("../../a/bin/x" "x") (list (readlink "b/bin/z") (text-of "b/bin/z")))
(check "links made by symlink-relative" "../a/bin/x"
       (begin
         (mkdir "rel")
         (union-build (in "rel/u") (list (in "a") (in "b")) #:log-port (%make-void-port "w") #:symlink symlink-relative)
         (string-drop (readlink "rel/u/bin/x") 6)))
