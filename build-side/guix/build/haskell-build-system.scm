;;; Commentary:
;;;
;;; Phases of Haskell packages.  GHC finds libraries in a database of one file for each and a cache; outputs have the files of
;;; the library and of all it needs, without a cache, which would clash in profiles.
;;; Interface: (guix build haskell-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build haskell-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:export (%standard-phases
            haskell-build))

(define %database
  ;; The libraries among the inputs, for the time of the build.
  (string-append (or (getenv "TMP") "/tmp") "/package.conf.d"))

(define (run-setup command arguments)
  "Run the setup program of the package with COMMAND and ARGUMENTS."
  (let ((file (or (find file-exists? '("Setup.hs" "Setup.lhs"))
                  (error "no Setup.hs nor Setup.lhs found"))))
    (format #t "running \"runhaskell Setup.hs\" with command ~s and parameters ~s~%" command arguments)
    (apply invoke "runhaskell" (string-append "-package-db=" %database) file command arguments)))


;;;
;;; Phases up to the installation.
;;;

(define* (patch-cabal-file #:key cabal-revision #:allow-other-keys)
  "Replace the Cabal file by CABAL-REVISION, if there is one."
  (when cabal-revision
    (match (scandir "." (lambda (name) (string-suffix? ".cabal" name)))
      ((file)
       (format #t "replacing ~s with ~s~%" file cabal-revision)
       (copy-file cabal-revision file))
      (_ (error "Could not find a Cabal file to patch.")))))

(define* (generate-setuphs #:rest _)
  "Write a setup program for a package without one."
  (unless (any file-exists? '("Setup.hs" "Setup.lhs"))
    (format #t "generating missing Setup.hs~%")
    (call-with-output-file "Setup.hs"
      (lambda (port)
        (display "import Distribution.Simple\nmain = defaultMain\n" port)))))

(define (library-files)
  "Return the files that describe the libraries in GHC_PACKAGE_PATH."
  (append-map (lambda (directory) (find-files directory "\\.conf$"))
              (search-path-as-string->list (getenv "GHC_PACKAGE_PATH"))))

(define* (setup-compiler #:key system inputs outputs #:allow-other-keys)
  "Make the database of the libraries among INPUTS."
  (let ((compiler (strip-store-file-name (assoc-ref inputs "haskell"))))
    (if (string-match "ghc" compiler)
        (begin
          (mkdir-p %database)
          (for-each (lambda (file)
                      (let ((copy (string-append %database "/" (basename file))))
                        (unless (file-exists? copy)
                          (copy-file file copy))))
                    (library-files))
          (invoke "ghc-pkg" (string-append "--package-db=" %database) "recache"))
        (format #t "Compiler ~a not supported~%" compiler))))

(define* (configure #:key outputs inputs tests? (configure-flags '())
                    (extra-directories '()) #:allow-other-keys)
  "Configure the package; headers and libraries of the inputs with the labels EXTRA-DIRECTORIES are found."
  (define out (assoc-ref outputs "out"))
  (define doc (or (assoc-ref outputs "doc") out))
  (define lib (or (assoc-ref outputs "lib") out))
  (define directories
    (filter-map (lambda (label) (assoc-ref inputs label)) extra-directories))
  (define package-path (getenv "GHC_PACKAGE_PATH"))

  (define (options prefix directory)
    (map (lambda (file) (string-append prefix file))
         (search-path-as-list (list directory) directories)))

  ;; Cabal refuses to configure with it.
  (unsetenv "GHC_PACKAGE_PATH")
  (when (file-exists? "configure")
    (setenv "CONFIG_SHELL" "sh"))
  (run-setup "configure"
             `(,(string-append "--prefix=" out)
               ,(string-append "--libdir=" lib "/lib")
               ,(string-append "--docdir=" doc "/share/doc/" (strip-store-file-name out))
               "--libsubdir=$compiler/$pkg-$version"
               ,(string-append "--package-db=" %database)
               "--global"
               ,@(options "--extra-include-dirs=" "include")
               ,@(options "--extra-lib-dirs=" "lib")
               ,@(if tests? '("--enable-tests") '())
               "--enable-shared"
               "--enable-executable-dynamic"
               "--ghc-option=-fPIC"
               ,(string-append "--ghc-option=-optl=-Wl,-rpath=" lib "/lib/$compiler/$pkg-$version")
               ,@configure-flags))
  (when package-path
    (setenv "GHC_PACKAGE_PATH" package-path)))

(define* (build #:key parallel-build? #:allow-other-keys)
  "Compile the package."
  (run-setup "build"
             (if parallel-build?
                 (list (string-append "--ghc-option=-j" (number->string (parallel-job-count))))
                 '())))

(define* (check #:key tests? test-target #:allow-other-keys)
  "Run the setup program's command TEST-TARGET, if TESTS? is true."
  (if tests?
      (run-setup test-target '())
      (format #t "test suite not run~%")))

(define* (haddock #:key outputs haddock? haddock-flags #:allow-other-keys)
  "Make the documentation, if HADDOCK? is true."
  (when haddock?
    (run-setup "haddock" haddock-flags)))

(define (move-file file directory target)
  "Move FILE from DIRECTORY to the same place below TARGET."
  (let ((new (string-append target (string-drop file (string-length directory)))))
    (mkdir-p (dirname new))
    (rename-file file new)))

(define* (install #:key outputs #:allow-other-keys)
  "Install the package, its static libraries to an output of their own when there is one."
  (run-setup "copy" '())
  (let ((static (assoc-ref outputs "static"))
        (lib (or (assoc-ref outputs "lib") (assoc-ref outputs "out"))))
    (when static
      (for-each (lambda (file) (move-file file lib static))
                (find-files lib "\\.a$")))))


;;;
;;; Registration.
;;;

(define (field-values file field)
  "Return the words of FIELD in FILE, the description of a library: those on its line and on the following lines up to the
next field."
  (define (field-of line)
    (and=> (string-match "^([^ \t:]+):" line)
           (lambda (found) (match:substring found 1))))

  (call-with-input-file file
    (lambda (port)
      (let loop ((inside? #f) (words '()))
        (match (read-line port)
          ((? eof-object?) words)
          (line
           (match (field-of line)
             (#f (loop inside?
                       (if inside? (append words (string-tokenize line)) words)))
             (name
              (if (string=? name field)
                  (loop #t (string-tokenize (string-drop line (+ 1 (string-length name)))))
                  (loop #f words))))))))))

(define (copy-needed-libraries file database target)
  "Copy the descriptions of the libraries that FILE's depends on, and those need, from DATABASE to TARGET."
  (let loop ((ids (field-values file "depends")) (seen '()))
    (match ids
      (() #t)
      ((id . rest)
       (if (member id seen)
           (loop rest seen)
           (let* ((name (string-append id ".conf"))
                  (description (string-append database "/" name)))
             (unless (file-exists? description)
               (error (format #f "File ~a does not exist. This usually means the dependency ~a is missing. \
Was checking conf-file ~a." description id file)))
             (copy-file description (string-append target "/" name))
             (loop (append rest (field-values description "depends"))
                   (cons id seen))))))))

(define (keep-documentation-out file doc lib)
  "Let FILE, the description of a library in LIB, refer to nothing in DOC; what it needs of it is moved to LIB."
  (substitute* file
    (("^haddock-html: .*") "\n")
    (((string-append "^haddock-interfaces: " doc))
     (string-append "haddock-interfaces: " lib)))
  (match (find-files doc "\\.haddock$")
    ((interface . _) (move-file interface doc lib))
    (() #f)))

(define* (register #:key name system inputs outputs #:allow-other-keys)
  "Install the description of the library and of those it needs; a package of programs only has none."
  (define out (assoc-ref outputs "out"))
  (define doc (assoc-ref outputs "doc"))
  (define lib (string-append (or (assoc-ref outputs "lib") out) "/lib"))
  (define compiler-version
    (last (string-split (strip-store-file-name (assoc-ref inputs "haskell")) #\-)))
  (define directory
    (string-append lib "/ghc-" compiler-version "/" name ".conf.d"))
  (define file (string-append out "/" name ".conf"))

  (run-setup "register" (list (string-append "--gen-pkg-config=" file)))
  (when (file-exists? file)
    (mkdir-p directory)
    (match (field-values file "id")
      ((id . _)
       (when doc
         (keep-documentation-out file doc lib))
       (copy-needed-libraries file %database directory)
       (rename-file file (string-append directory "/" id ".conf"))
       (invoke "ghc-pkg" (string-append "--package-db=" directory) "recache"))
      (()
       (error (format #f "The package id for ~a is empty. This is a bug." file))))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'patch-cabal-file patch-cabal-file)
    (add-after 'unpack 'generate-setuphs generate-setuphs)
    (delete 'bootstrap)
    (add-before 'configure 'setup-compiler setup-compiler)
    (add-before 'install 'haddock haddock)
    (add-after 'install 'register register)
    (replace 'install install)
    (replace 'check check)
    (replace 'build build)
    (replace 'configure configure)))

(define* (haskell-build #:key inputs (phases %standard-phases)
                        #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
