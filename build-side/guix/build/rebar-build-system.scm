;;; Commentary:
;;;
;;; Phases of Erlang packages that Rebar builds.
;;; Interface: (guix build rebar-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build rebar-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (rebar-build
            %standard-phases))

(define %libraries "/lib/erlang/lib")

(define (subdirectories directory)
  "Return the names of the directories in DIRECTORY."
  (scandir directory
           (lambda (name)
             (and (not (member name '("." "..")))
                  (file-is-directory? (string-append directory "/" name))))))

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE, which may be an archive of hex.pm: one in another."
  ((assq-ref gnu:%standard-phases 'unpack) #:source source)
  (when (file-exists? "contents.tar.gz")
    (invoke "tar" "xvf" "contents.tar.gz")))

(define* (erlang-depends #:key inputs #:allow-other-keys)
  "Put the libraries among INPUTS where Rebar looks for what is checked out."
  (mkdir-p "_checkouts")
  (for-each (match-lambda
              ((_ . input)
               (let ((libraries (string-append input %libraries)))
                 (when (directory-exists? libraries)
                   (for-each (lambda (name)
                               (let ((link (string-append "_checkouts/" name)))
                                 (unless (file-exists? link)
                                   (symlink (string-append libraries "/" name) link))))
                             (subdirectories libraries))))))
            inputs))

(define* (build #:key (rebar-flags '()) #:allow-other-keys)
  "Compile the package."
  (apply invoke "rebar3" "compile" rebar-flags))

(define* (check #:key target (rebar-flags '()) (tests? (not target)) (test-target "eunit")
                #:allow-other-keys)
  "Run Rebar's command TEST-TARGET, if TESTS? is true."
  (if tests?
      (apply invoke "rebar3" test-target rebar-flags)
      (format #t "test suite not run~%")))

(define (library-name name)
  "Return the name of the library in the package NAME, which ends in a version."
  (call-with-values (lambda () (package-name->name+version name))
    (lambda (name version)
      (string-map (lambda (char) (if (char=? char #\-) #\_ char))
                  (if (string-prefix? "erlang-" name)
                      (string-drop name (string-length "erlang-"))
                      name)))))

(define* (install #:key name outputs
                  (install-name (library-name name))
                  (install-profile "default")
                  #:allow-other-keys)
  "Install what INSTALL-PROFILE has built as the library INSTALL-NAME."
  (define out (assoc-ref outputs "out"))
  (define target (string-append out %libraries "/" install-name))
  (define profile (string-append "_build/" install-profile))

  (define (delete-if-there file)
    (when (file-exists? file)
      (delete-file file)))

  (when (file-exists? (string-append profile "/bin"))
    (copy-recursively (string-append profile "/bin") out #:follow-symlinks? #t))
  (for-each (lambda (library)
              (for-each (lambda (part)
                          (let ((source (string-append profile "/lib/" library "/" part))
                                (target (string-append target "/" part)))
                            (when (file-exists? source)
                              (copy-recursively source target #:follow-symlinks? #t))
                            (delete-if-there (string-append target "/.gitignore"))))
                        '("ebin" "include" "priv")))
            (subdirectories (string-append profile "/lib")))
  (delete-if-there (string-append target "/priv/Run-eunit-loop.expect")))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'unpack unpack)
    (delete 'bootstrap)
    (delete 'configure)
    (add-before 'build 'erlang-depends erlang-depends)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (rebar-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
