;;; Commentary:
;;;
;;; Phases of Python packages that have a `setup.py'.  It is run so that one version of a package is installed, found by the
;;; search path and not by `.pth' files; what it needs is propagated.
;;; Interface: (guix build python-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build python-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            add-installed-pythonpath
            site-packages
            python-version
            python-build))


;;;
;;; Versions and directories.
;;;

(define (python-version python)
  "Return the major and minor version of PYTHON, a store item: \"3.10\"."
  (match (string-split (last (string-split python #\-)) #\.)
    ((major minor . _) (string-append major "." minor))))

(define (reproducible-bytecode? python)
  "Return whether PYTHON, a store item, compiles to byte code that does not depend on time stamps: 3.7 and later do."
  (match (map string->number (string-split (python-version python) #\.))
    ((major minor)
     (or (> major 3)
         (and (= major 3) (>= minor 7))))))

(define (python-output outputs)
  "Return the output for Python modules: \"python\", or else \"out\"."
  (or (assoc-ref outputs "python")
      (assoc-ref outputs "out")))

(define (site-packages inputs outputs)
  "Return the directory of OUTPUTS for modules of the Python among INPUTS."
  (string-append (python-output outputs) "/lib/python"
                 (python-version (assoc-ref inputs "python"))
                 "/site-packages"))

(define (add-installed-pythonpath inputs outputs)
  "Let Python find the modules installed to OUTPUTS before others, as tests of installed packages need."
  (setenv "GUIX_PYTHONPATH"
          (string-append (site-packages inputs outputs) ":"
                         (getenv "GUIX_PYTHONPATH"))))


;;;
;;; Running setup.py.
;;;

(define %setup-with-setuptools
  ;; Python code that runs setup.py after importing setuptools, which changes distutils: not all packages import it.
  (string-append
   "import setuptools, tokenize\n"
   "__file__ = 'setup.py'\n"
   "with getattr(tokenize, 'open', open)(__file__) as setup:\n"
   "    code = setup.read().replace('\\r\\n', '\\n')\n"
   "exec(compile(code, __file__, 'exec'))\n"))

(define (call-setuppy command arguments use-setuptools?)
  "Run setup.py with COMMAND and ARGUMENTS."
  (unless (file-exists? "setup.py")
    (error "no setup.py found"))
  (format #t "running \"python setup.py\" with command ~s and parameters ~s~%" command arguments)
  (apply invoke "python"
         (append (if use-setuptools?
                     (list "-c" %setup-with-setuptools)
                     (list "./setup.py"))
                 (cons command arguments))))


;;;
;;; Phases.
;;;

(define* (ensure-no-mtimes-pre-1980 #:rest _)
  "Give files older than what a ZIP archive, such as an egg, can say a later time."
  (let ((early-1980 315619200))
    (ftw "."
         (lambda (file stat flag)
           (when (< (stat:mtime stat) early-1980)
             (utime file early-1980 early-1980))
           #t))))

(define* (enable-bytecode-determinism #:rest _)
  "Let byte code not depend on random hashes, and not be written while modules are loaded."
  (setenv "PYTHONHASHSEED" "0")
  (setenv "PYTHONDONTWRITEBYTECODE" "1"))

(define* (ensure-no-cythonized-files #:rest _)
  "Say which C files may have been made by Cython."
  (for-each (lambda (file)
              (let ((c (string-append (string-drop-right file (string-length "pyx")) "c")))
                (when (file-exists? c)
                  (format #t "Possible Cythonized file found: ~a~%" c))))
            (find-files "." "\\.pyx$")))

(define* (build #:key use-setuptools? #:allow-other-keys)
  "Compile extensions and copy modules to the build directory."
  (call-setuppy "build" '() use-setuptools?))

(define* (install #:key inputs outputs (configure-flags '()) use-setuptools? #:allow-other-keys)
  "Install modules and scripts, and compile the modules."
  (define out (python-output outputs))

  (call-setuppy "install"
                (append (list (string-append "--prefix=" out) "--no-compile")
                        ;; These are setuptools' own.
                        (if use-setuptools?
                            '("--single-version-externally-managed" "--root=/")
                            '())
                        configure-flags)
                use-setuptools?)
  (when (reproducible-bytecode? (assoc-ref inputs "python"))
    (invoke "python" "-m" "compileall" "--invalidation-mode=unchecked-hash" out)))

(define* (add-install-to-pythonpath #:key inputs outputs #:allow-other-keys)
  "Let tests find the installed modules."
  (add-installed-pythonpath inputs outputs))

(define* (add-install-to-path #:key outputs #:allow-other-keys)
  "Let tests find the installed scripts."
  (setenv "PATH" (string-append (assoc-ref outputs "out") "/bin:" (getenv "PATH"))))

(define* (wrap #:key inputs outputs #:allow-other-keys)
  "Wrap programs so that they find the modules they need."
  ;; An input only when there is something to wrap.
  (define shell (delay (search-input-file inputs "bin/bash")))

  (define variable
    `("GUIX_PYTHONPATH" prefix
      ,(search-path-as-string->list (or (getenv "GUIX_PYTHONPATH") ""))))

  (define (programs directory)
    (find-files directory
                (lambda (file stat)
                  (and (eq? 'regular (stat:type stat))
                       (not (wrapped-program? file))))))

  (for-each (match-lambda
              ((_ . output)
               (for-each (lambda (part)
                           (for-each (lambda (program)
                                       (wrap-program program #:sh (force shell) variable))
                                     (programs (string-append output part))))
                         '("/bin" "/sbin"))))
            outputs))

(define* (check #:key tests? test-target use-setuptools? #:allow-other-keys)
  "Run setup.py with the command TEST-TARGET, if TESTS? is true."
  (define (egg-information)
    (find-files "build" "\\.egg-info$" #:directories? #t))

  (if tests?
      (let ((before (egg-information)))
        (call-setuppy test-target '() use-setuptools?)
        ;; What tests leave there would be installed.
        (for-each delete-file-recursively
                  (lset-difference string=? (egg-information) before)))
      (format #t "test suite not run~%")))

(define* (sanity-check #:key tests? inputs outputs #:allow-other-keys)
  "See whether the installed package can be imported and has what it needs."
  ;; Not where there are other modules.
  (with-directory-excursion "/tmp"
    (invoke "python" (assoc-ref inputs "sanity-check.py") (site-packages inputs outputs))))

(define* (rename-pth-file #:key name inputs outputs #:allow-other-keys)
  "Give the file `easy-install.pth', if there is one, the NAME of the package: others have one as well."
  (let* ((directory (site-packages inputs outputs))
         (file (string-append directory "/easy-install.pth")))
    (when (file-exists? file)
      (rename-file file (string-append directory "/" name ".pth")))))

(define %standard-phases
  ;; Tests come after the installation: they are run on what is installed.
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'ensure-no-mtimes-pre-1980 ensure-no-mtimes-pre-1980)
    (add-after 'ensure-no-mtimes-pre-1980 'enable-bytecode-determinism enable-bytecode-determinism)
    (add-after 'enable-bytecode-determinism 'ensure-no-cythonized-files ensure-no-cythonized-files)
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'add-install-to-pythonpath add-install-to-pythonpath)
    (add-after 'add-install-to-pythonpath 'add-install-to-path add-install-to-path)
    (add-after 'add-install-to-path 'wrap wrap)
    (add-after 'wrap 'check check)
    (add-after 'check 'sanity-check sanity-check)
    (add-before 'strip 'rename-pth-file rename-pth-file)))

(define* (python-build #:key inputs (phases %standard-phases)
                       #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
