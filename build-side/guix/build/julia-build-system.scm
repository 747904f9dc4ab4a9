;;; Commentary:
;;;
;;; Phases of Julia packages: the sources are installed and compiled once.
;;; Interface: (guix build julia-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build julia-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:export (%standard-phases
            julia-build))

(define %project "Project.toml")

(define (project-field name)
  "Return the value of the field NAME in the description of the project."
  (and=> (string-match (string-append "(^|\n)[ \t]*" name "[ \t]*=[ \t]*\"([^\"]*)\"")
                       (call-with-input-file %project get-string-all))
         (lambda (found) (match:substring found 2))))

(define (package-name given)
  (or given (project-field "name")))

(define (depot outputs)
  (string-append (assoc-ref outputs "out") "/share/julia/"))

(define (package-directory outputs name)
  (string-append (depot outputs) "loadpath/" name))

(define (set-environment outputs)
  "Let Julia find the installed package first, and compile into the output."
  (setenv "SOURCE_DATE_EPOCH" "1")
  (setenv "JULIA_DEPOT_PATH" (depot outputs))
  (setenv "JULIA_LOAD_PATH"
          (string-append (depot outputs) "loadpath/:" (or (getenv "JULIA_LOAD_PATH") ""))))

(define (write-project name uuid version dependencies)
  "Write the description of a project, for a package without one."
  (call-with-output-file %project
    (lambda (port)
      (format port "name = ~s\nuuid = ~s\nversion = ~s\n" name uuid version)
      (unless (null? dependencies)
        (display "[deps]\n" port)
        (for-each (match-lambda
                    ((name . uuid) (format port "~a = ~s\n" name uuid)))
                  dependencies)))))

(define (version-slug uuid)
  "Return the short name that Julia gives the sources in the current directory."
  (let* ((port (open-pipe* OPEN_READ "julia" "-e"
                           (format #f "using Pkg;
println(Base.version_slug(Base.UUID(~s), Base.SHA1(Pkg.GitTools.tree_hash(\".\"))))" uuid)))
         (slug (string-trim-right (get-string-all port))))
    (close-pipe port)
    slug))

(define* (link-depot #:key source inputs outputs
                     julia-package-name julia-package-uuid
                     (julia-package-dependencies '())
                     #:allow-other-keys)
  "Let the package be found by its short name as well; write a description of the project if there is none."
  (let* ((out (assoc-ref outputs "out"))
         (version (last (string-split (strip-store-file-name out) #\-)))
         (name (package-name julia-package-name))
         (slug (version-slug (or julia-package-uuid (project-field "uuid"))))
         (links (string-append (depot outputs) "packages/" name)))
    (unless (file-exists? %project)
      (write-project julia-package-name julia-package-uuid version julia-package-dependencies))
    (mkdir-p links)
    (symlink (package-directory outputs name) (string-append links "/" slug))))

(define* (install #:key outputs julia-package-name #:allow-other-keys)
  "Install the sources."
  (let ((directory (package-directory outputs (package-name julia-package-name))))
    (mkdir-p directory)
    (copy-recursively (getcwd) directory)))

(define* (precompile #:key outputs julia-package-name #:allow-other-keys)
  "Compile the installed package."
  (mkdir-p (depot outputs))
  (set-environment outputs)
  ;; The first depot is written to: it shall be the output, as a user's own would be.
  (invoke "julia" "-e"
          (string-append "pushfirst!(DEPOT_PATH, pop!(DEPOT_PATH)); using "
                         (package-name julia-package-name))))

(define* (check #:key tests? outputs julia-package-name parallel-tests? #:allow-other-keys)
  "Run the tests of the installed package, if TESTS? is true."
  (when tests?
    (let* ((jobs (if parallel-tests? (parallel-job-count) 1))
           (more (- jobs 1)))
      (set-environment outputs)
      (setenv "JULIA_CPU_THREADS" (number->string jobs))
      (setenv "HOME" "/tmp")
      (apply invoke "julia" "--depwarn=yes"
             (append (if (positive? more)
                         (list (string-append "--procs=" (number->string more)))
                         '())
                     (list (string-append (package-directory outputs (package-name julia-package-name))
                                          "/test/runtests.jl")))))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'precompile precompile)
    (add-after 'unpack 'link-depot link-depot)
    (add-after 'install 'check check)
    (delete 'configure)
    (delete 'bootstrap)
    (delete 'patch-usr-bin-file)
    (delete 'build)))

(define* (julia-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
