;;; Commentary:
;;;
;;; Phases of Node packages: what `package.json' says it needs is replaced by the modules among the inputs, and npm runs
;;; without a network.
;;; Interface: (guix build node-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build node-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build json)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            with-atomic-json-file-replacement
            delete-dependencies
            node-build))


;;;
;;; JSON objects.
;;;

(define (with-atomic-json-file-replacement file proc)
  "Replace the JSON text in FILE by that for what PROC returns for its value."
  (with-atomic-file-replacement file
    (lambda (in out)
      (write-json (proc (read-json in)) out))))

(define %empty-object '(@))

(define* (object-ref object key #:optional default)
  "Return the member KEY of OBJECT, or DEFAULT."
  (match (assoc key (cdr object))
    (#f default)
    ((_ . value) value)))

(define (object-set object key value)
  "Return OBJECT with VALUE as its member KEY, in front."
  (cons* '@ (cons key value) (alist-delete key (cdr object))))

(define (object-update object key proc default)
  "Return OBJECT with what PROC returns for the member KEY, or for DEFAULT, as that member."
  (object-set object key (proc (object-ref object key default))))

(define (object-filter-map proc object)
  "Return OBJECT with what PROC returns for each name and value of a member; #f leaves the member out."
  (cons '@ (filter-map (match-lambda
                         ((key . value) (proc key value)))
                       (cdr object))))

(define (update-dependencies description proc)
  "Return DESCRIPTION, the value of a `package.json', with PROC applied to what is needed to build and to run."
  (object-update (object-update description "devDependencies" proc %empty-object)
                 "dependencies" proc %empty-object))

(define (read-description directory)
  (call-with-input-file (string-append directory "/package.json") read-json))


;;;
;;; Phases.
;;;

(define (npm inputs . arguments)
  (apply invoke (string-append (assoc-ref inputs "node") "/bin/npm") arguments))

(define* (set-home #:rest _)
  "Make an empty home directory beside the sources."
  (with-directory-excursion ".."
    (let loop ((count 0))
      (let ((directory (string-append "npm-home-" (number->string count))))
        (if (directory-exists? directory)
            (loop (+ count 1))
            (begin
              (mkdir directory)
              (setenv "HOME" (string-append (getcwd) "/" directory))
              (format #t "set HOME to ~s~%" (getenv "HOME"))))))))

(define (installed-modules directory)
  "Return the directories of the modules in DIRECTORY; a name that starts with @ is a directory of modules."
  (append-map (lambda (name)
                (let ((file (string-append directory "/" name)))
                  (if (string-prefix? "@" name)
                      (installed-modules file)
                      (list file))))
              (or (scandir directory (lambda (name) (not (member name '("." "..")))))
                  '())))

(define (modules-by-name directories)
  "Return a hash table from the names of the modules installed in DIRECTORIES to theirs."
  (let ((table (make-hash-table)))
    (for-each (lambda (directory)
                (for-each (lambda (module)
                            (hash-set! table (object-ref (read-description module) "name") module))
                          (installed-modules (string-append directory "/lib/node_modules"))))
              directories)
    table))

(define* (patch-dependencies #:key inputs #:allow-other-keys)
  "Replace versions of what is needed by the modules among INPUTS; what a user of the package would provide is needed too."
  (define modules (modules-by-name (map cdr inputs)))

  (define (resolved object)
    (object-filter-map (lambda (key value)
                         (cons key (hash-ref modules key value)))
                       object))

  (define (with-peers object)
    ;; Members that both have are those of the package itself.
    (lambda (dependencies)
      (fold (match-lambda*
              (((key . value) result) (object-set result key value)))
            object
            (cdr dependencies))))

  (with-atomic-json-file-replacement "package.json"
    (lambda (description)
      (let ((peers (object-ref description "peerDependencies" %empty-object)))
        (update-dependencies (object-update description "dependencies" (with-peers peers) %empty-object)
                             resolved)))))

(define (delete-dependencies absent)
  "Rewrite `package.json' so that the package does not need the modules called ABSENT, a list; to be called after the phase
`patch-dependencies'."
  (define (without-absent object)
    (object-filter-map (lambda (key value)
                         (and (not (member key absent))
                              (cons key value)))
                       object))

  (with-atomic-json-file-replacement "package.json"
    (lambda (description)
      (update-dependencies description without-absent))))

(define* (delete-lockfiles #:rest _)
  "Delete what says which versions to take."
  (for-each (lambda (file)
              (when (file-exists? file)
                (delete-file file)))
            '("package-lock.json" "yarn.lock" "npm-shrinkwrap.json")))

(define* (configure #:key outputs inputs #:allow-other-keys)
  "Let npm link what is needed."
  (npm inputs "--offline" "--ignore-scripts" "install"))

(define* (build #:key inputs #:allow-other-keys)
  "Run the package's script `build', if it has one."
  (if (object-ref (object-ref (read-description ".") "scripts" %empty-object) "build")
      (npm inputs "run" "build")
      (format #t "there is no build script to run~%")))

(define* (check #:key tests? inputs #:allow-other-keys)
  "Run the package's tests, if TESTS? is true."
  (if tests?
      (npm inputs "test")
      (format #t "test suite not run~%")))

(define* (repack #:key inputs #:allow-other-keys)
  "Make an archive of the current directory: npm would install a link to a directory."
  (invoke "tar" "--sort=name"
          (string-append "--mtime=@" (getenv "SOURCE_DATE_EPOCH"))
          "--owner=0" "--group=0" "--numeric-owner"
          "-czf" "../package.tgz" "."))

(define* (install #:key outputs inputs #:allow-other-keys)
  "Install the archive."
  (npm inputs "--prefix" (assoc-ref outputs "out")
       "--global" "--offline" "--loglevel" "info" "--production"
       "install" "../package.tgz"))

(define* (avoid-node-gyp-rebuild #:key outputs #:allow-other-keys)
  "Take the script out of the installed `package.json' that would compile the package again where it is used."
  (let* ((name (object-ref (read-description ".") "name"))
         (file (search-input-file outputs (string-append "/lib/node_modules/" name "/package.json")))
         (description (read-description (dirname file)))
         (scripts (object-ref description "scripts" %empty-object)))
    (when (equal? "node-gyp rebuild" (object-ref scripts "install"))
      (call-with-output-file file
        (lambda (port)
          (write-json (object-set description "scripts"
                                  (object-set scripts "install" "echo Guix: avoiding node-gyp rebuild"))
                      port))))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'set-home set-home)
    (add-before 'configure 'patch-dependencies patch-dependencies)
    (add-after 'patch-dependencies 'delete-lockfiles delete-lockfiles)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (add-before 'install 'repack repack)
    (replace 'install install)
    (add-after 'install 'avoid-node-gyp-rebuild avoid-node-gyp-rebuild)))

(define* (node-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
