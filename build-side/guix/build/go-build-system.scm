;;; Commentary:
;;;
;;; Phases of Go packages, built without Go modules: sources of the package and of what it needs are below GOPATH, each
;;; where its import path says.
;;; Interface: (guix build go-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build go-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build union)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (rnrs io ports)
  #:export (%standard-phases
            go-build))


;;;
;;; The workspace.
;;;

(define (go-package? item)
  "Return whether ITEM, a store item, is a Go package, by its name."
  (call-with-values
      (lambda () (package-name->name+version (strip-store-file-name item)))
    (lambda (name version)
      (string-prefix? "go-" name))))

(define (go-inputs inputs)
  "Return those of INPUTS, an alist, that are Go packages."
  (filter (match-lambda
            (((or "go" "source") . _) #f)
            ((_ . item) (go-package? item)))
          inputs))

(define %architecture-settings
  ;; Which processors of an architecture to build for at least.
  '(("GOARM" "7" "arm")
    ("GOMIPS" "hardfloat" "mips" "mipsel")
    ("GOMIPS64" "hardfloat" "mips64" "mips64le")
    ("GOPPC64" "power8" "ppc64" "ppc64le")))

(define (seed-build-cache inputs)
  "Make the directory of compiled packages, with what INPUTS have compiled in it."
  (let ((cache (string-append (getcwd) "/go-build")))
    (setenv "GOCACHE" cache)
    (union-build cache
                 (filter directory-exists?
                         (map (match-lambda
                                ((_ . directory) (string-append directory "/var/cache/go/build")))
                              inputs))
                 ;; Go writes into them.
                 #:create-all-directories? #t
                 #:log-port (%make-void-port "w"))
    ;; There is no need to look for old files in it.
    (call-with-output-file (string-append cache "/trim.txt")
      (lambda (port)
        (display (current-time) port)))))

(define (copy-sources inputs)
  "Copy the sources that INPUTS have into the current directory."
  (let ((union (string-append (or (getenv "TMPDIR") "/tmp") "/go-inputs." (number->string (getpid)))))
    (union-build union
                 (filter directory-exists? (map cdr (go-inputs inputs)))
                 #:create-all-directories? #t
                 #:log-port (%make-void-port "w"))
    (copy-recursively union (getcwd) #:keep-mtime? #t #:log (%make-void-port "w"))
    (delete-file-recursively union)))

(define* (setup-go-environment #:key inputs outputs goos goarch #:allow-other-keys)
  "Make the current directory a workspace with what INPUTS have, and let programs be installed to OUTPUTS.  It is called
by packages of other build systems too."
  (seed-build-cache inputs)
  (setenv "GOPATH" (getcwd))
  (setenv "GO111MODULE" "off")
  (setenv "GOBIN" (string-append (assoc-ref outputs "out") "/bin"))
  (setenv "GOARCH" (or goarch (getenv "GOHOSTARCH")))
  (setenv "GOOS" (or goos (getenv "GOHOSTOS")))
  (for-each (match-lambda
              ((variable value . architectures)
               (when (member goarch architectures)
                 (setenv variable value))))
            %architecture-settings)
  (copy-sources inputs))


;;;
;;; Phases.
;;;

(define (unpack-archive archive directory)
  "Unpack ARCHIVE into DIRECTORY, without the archive's top-level directory if it has just one."
  (let ((scratch (string-append (or (getenv "TMPDIR") "/tmp") "/scratch-dir")))
    (mkdir-p scratch)
    (with-directory-excursion scratch
      (if (string-suffix? ".zip" archive)
          (invoke "unzip" archive)
          (invoke "tar" "-xvf" archive))
      (match (scandir "." (lambda (name) (not (member name '("." "..")))))
        (((? file-is-directory? top))
         (copy-recursively top directory #:keep-mtime? #t))
        ((file)
         ;; As Guix does: a single file is no package.
         #f)
        (_
         (copy-recursively "." directory #:keep-mtime? #t))))
    (delete-file-recursively scratch)))

(define (package-directory import-path unpack-path)
  (string-append "src/" (if (string-null? unpack-path) import-path unpack-path)))

(define* (unpack #:key source import-path unpack-path #:allow-other-keys)
  "Put SOURCE, an archive or a directory, where UNPACK-PATH, or else IMPORT-PATH, says."
  (when (string-null? import-path)
    (display "WARNING: The Go import path is unset.\n"))
  (let ((directory (string-append (getenv "GOPATH") "/" (package-directory import-path unpack-path))))
    (mkdir-p directory)
    (if (file-is-directory? source)
        (copy-recursively source directory #:keep-mtime? #t)
        (unpack-archive source directory))))

(define* (build #:key import-path build-flags #:allow-other-keys)
  "Compile the package IMPORT-PATH, and install its programs."
  (with-throw-handler #t
    (lambda ()
      ;; Say which packages and commands; leave symbols and debugging information out.
      (apply invoke "go" "install" "-v" "-x" "-ldflags=-s -w"
             (append build-flags (list import-path))))
    (lambda _
      (format #t "Building '~a' failed.\nHere are the results of `go env`:\n" import-path)
      (invoke "go" "env"))))

(define* (check #:key tests? import-path #:allow-other-keys)
  "Run the tests of the package IMPORT-PATH, if TESTS? is true."
  (when tests?
    (invoke "go" "test" import-path)))

(define* (install #:key install-source? outputs import-path #:allow-other-keys)
  "Install the sources of the package IMPORT-PATH, if INSTALL-SOURCE? is true; programs were installed when they were built."
  (when install-source?
    (when (string-null? import-path)
      (display "WARNING: The Go import path is unset.\n"))
    (let ((target (string-append (assoc-ref outputs "out") "/src/" import-path)))
      (mkdir-p target)
      (copy-recursively (string-append (getenv "GOPATH") "/src/" import-path) target
                        #:keep-mtime? #t))))

(define* (install-license-files #:key unpack-path import-path
                                #:allow-other-keys #:rest args)
  "Install licences, from the directory of the package."
  (with-directory-excursion (package-directory import-path unpack-path)
    (apply (assq-ref gnu:%standard-phases 'install-license-files) args)))

(define (remove-store-reference file item)
  "Replace references to ITEM, a store item, in FILE by one to nothing."
  (define store (%store-directory))
  (define pattern
    ;; The store, a slash, the hash and a hyphen.
    (string-take item (+ (string-length store) 34)))
  (define nothing
    (string->utf8 (string-append store "/" (make-string 32 #\e) "-")))

  (with-fluids ((%default-port-encoding #f))
    (with-atomic-file-replacement file
      (lambda (in out)
        (format #t "removing references to `~a' from `~a'...~%" item file)
        (setvbuf in 'block 65536)
        (setvbuf out 'block 65536)
        (fold-port-matches (lambda (match result)
                             (put-bytevector out nothing)
                             #t)
                           #f
                           pattern
                           in
                           (lambda (char result)
                             (put-u8 out (char->integer char))
                             result))))))

(define* (remove-go-references #:key allow-go-reference? inputs outputs #:allow-other-keys)
  "Remove the references to the compiler that programs have, unless ALLOW-GO-REFERENCE? is true: they need it not."
  (unless allow-go-reference?
    (let ((go (assoc-ref inputs "go")))
      (for-each (match-lambda
                  ((_ . output)
                   (let ((programs (string-append output "/bin")))
                     (when (file-exists? programs)
                       (for-each (lambda (file) (remove-store-reference file go))
                                 (find-files programs))))))
                outputs))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'patch-generated-file-shebangs)
    (add-before 'unpack 'setup-go-environment setup-go-environment)
    (replace 'unpack unpack)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    (replace 'install-license-files install-license-files)
    (add-after 'install 'remove-go-references remove-go-references)))

(define* (go-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
