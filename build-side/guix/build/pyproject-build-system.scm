;;; Commentary:
;;;
;;; Phases of Python packages that have a `pyproject.toml' (PEP 517): the build backend makes a wheel (PEP 427), which is
;;; unpacked; scripts are written for the entry points it declares.
;;; Interface: (guix build pyproject-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build pyproject-build-system)
  #:use-module ((guix build python-build-system) #:prefix python:)
  #:use-module (guix build json)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:export (%standard-phases
            add-installed-pythonpath
            site-packages
            python-version
            pyproject-build))

;; Recipes take these from here.
(define python-version python:python-version)
(define site-packages python:site-packages)
(define add-installed-pythonpath python:add-installed-pythonpath)

(define-condition-type &python-build-error &error python-build-error?)

;; There is nothing to run tests with.
(define-condition-type &test-system-not-found &python-build-error
  test-system-not-found?)

;; The backend made more than one wheel, or none.
(define-condition-type &cannot-extract-multiple-wheels &python-build-error
  cannot-extract-multiple-wheels?)
(define-condition-type &no-wheels-built &python-build-error no-wheels-built?)

(define (file-lines file)
  "Return the lines of FILE."
  (call-with-input-file file
    (lambda (port)
      (let loop ((lines '()))
        (match (read-line port)
          ((? eof-object?) (reverse lines))
          (line (loop (cons line lines))))))))

(define (wheel-directory outputs)
  (or (assoc-ref outputs "wheel") "dist"))

(define (entries directory)
  "Return the names in DIRECTORY."
  (scandir directory (lambda (name) (not (member name '("." ".."))))))


;;;
;;; Building.
;;;

(define (declared-backend file)
  "Return the build backend that FILE, a `pyproject.toml', names, or #f."
  (any (lambda (line)
         (and=> (string-match "build-backend = [\"'](.+)[\"']" line)
                (lambda (found) (match:substring found 1))))
       (file-lines file)))

(define %build-wheel
  ;; Python code; its arguments are a backend, a directory, and settings as JSON.
  "import importlib, json, sys
backend, directory, settings = sys.argv[1:4]
importlib.import_module(backend).build_wheel(directory, config_settings=json.loads(settings))")

(define* (build #:key outputs build-backend configure-flags #:allow-other-keys)
  "Make a wheel with BUILD-BACKEND, or the backend the package declares, or setuptools."
  (let* ((detected (and (file-exists? "pyproject.toml")
                        (declared-backend "pyproject.toml")))
         (backend (or build-backend detected "setuptools.build_meta"))
         (directory (wheel-directory outputs)))
    (format #t "Using '~a' to build wheels, auto-detected '~a', override '~a'.~%"
            backend detected build-backend)
    (mkdir-p directory)
    (invoke "python" "-c" %build-wheel backend directory
            (call-with-output-string
              (lambda (port) (write-json configure-flags port))))))


;;;
;;; Testing.
;;;

(define* (check #:key tests? test-backend test-flags #:allow-other-keys)
  "Run the tests with TEST-BACKEND, a symbol, or with what there is to run them."
  (define pytest (which "pytest"))
  (define nosetests (which "nosetests"))
  (define nose2 (which "nose2"))

  (define backend
    (or test-backend
        (and pytest 'pytest)
        (and nosetests 'nose)
        (and nose2 'nose2)
        (and (file-exists? "setup.py") 'setup.py)))

  (if tests?
      (begin
        (format #t "Using ~a~%" backend)
        (match backend
          ('pytest (apply invoke pytest "-vv" test-flags))
          ('nose (apply invoke nosetests "-v" test-flags))
          ('nose2 (apply invoke nose2 "-v" "--pretty-assert" test-flags))
          ('setup.py
           (apply invoke "python" "setup.py"
                  (if (null? test-flags) '("test" "-v") test-flags)))
          (_ (raise (condition (&test-system-not-found))))))
      (format #t "test suite not run~%")))


;;;
;;; Installing.
;;;

(define (merge-directory source target)
  "Move what is in the directory SOURCE, if there is one, to TARGET.  Return the new names."
  (if (file-exists? source)
      (begin
        (format #t "Merging directory ~a into ~a~%" source target)
        (mkdir-p target)
        (let ((moved (map (lambda (name)
                            (let ((from (string-append source "/" name))
                                  (to (string-append target "/" name)))
                              (format #t "~a -> ~a~%" from to)
                              (rename-file from to)
                              to))
                          (entries source))))
          (rmdir source)
          moved))
      '()))

(define (install-data directory out python)
  "Move what is in DIRECTORY, the data directory of a wheel, to where its kind says below OUT."
  (define distribution
    (first (string-split (basename directory) #\-)))

  (define (part name)
    (string-append directory "/" name))

  (for-each (lambda (script)
              (chmod script #o755)
              ;; Wheels do not know where Python is.
              (substitute* script
                (("#!python") (string-append "#!" python "/bin/python"))))
            (merge-directory (part "scripts") (string-append out "/bin")))
  (merge-directory (part "data") out)
  (merge-directory (part "headers")
                   (string-append out "/include/python" (python-version python) "/" distribution))
  (rmdir directory))

(define* (install #:key inputs outputs #:allow-other-keys)
  "Unpack the wheel that was built."
  (define site-directory (site-packages inputs outputs))
  (define python (assoc-ref inputs "python"))
  (define out (assoc-ref outputs "out"))
  (define wheels
    (let ((directory (wheel-directory outputs)))
      (map (lambda (name) (string-append directory "/" name))
           (scandir directory (lambda (name) (string-suffix? ".whl" name))))))

  (match wheels
    (() (raise (condition (&no-wheels-built))))
    ((wheel)
     (invoke "python" "-m" "zipfile" "-e" wheel site-directory))
    (_ (raise (condition (&cannot-extract-multiple-wheels)))))
  (for-each (lambda (name)
              (let ((directory (string-append site-directory "/" name)))
                (when (and (string-suffix? ".data" name)
                           (eq? 'directory (stat:type (lstat directory))))
                  (install-data directory out python))))
            (entries site-directory)))

(define* (compile-bytecode #:key inputs outputs #:allow-other-keys)
  "Compile the installed modules, when Python can do it reproducibly."
  (let ((version (python-version (assoc-ref inputs "python"))))
    (match (map string->number (string-split version #\.))
      ((or (3 (? (lambda (minor) (< minor 7)))) ((? (lambda (major) (< major 3))) _))
       (format #t "Skipping bytecode compilation for Python version ~a < 3.7~%" version))
      (_
       (invoke "python" "-m" "compileall" "--invalidation-mode=unchecked-hash"
               (site-packages inputs outputs))))))

(define (script-entry-points file)
  "Return the entry points for scripts in FILE, an `entry_points.txt', as lists of a name, a module and a function."
  (define (section line)
    (and=> (string-match "^\\[(.+)\\]$" line)
           (lambda (found) (match:substring found 1))))

  (define (entry-point line)
    (and=> (string-match "^([^ =]+)\\s*=\\s*([^:]+):(.+)$" line)
           (lambda (found)
             (map (lambda (n) (match:substring found n)) '(1 2 3)))))

  (let loop ((lines (file-lines file)) (scripts? #f) (result '()))
    (match lines
      (() result)
      ((line . rest)
       (cond ((section line)
              => (lambda (name)
                   (loop rest (member name '("console_scripts" "gui_scripts")) result)))
             ((and scripts? (entry-point line))
              => (lambda (entry) (loop rest scripts? (cons entry result))))
             (else (loop rest scripts? result)))))))

(define (write-script directory name module function)
  "Write the script NAME, which calls FUNCTION of MODULE, into DIRECTORY."
  (let ((file (string-append directory "/" name)))
    (format #t "Creating entry point for '~a.~a' at '~a'.~%" module function file)
    (call-with-output-file file
      (lambda (port)
        (format port "#!~a
# Auto-generated entry point script.
import sys
import ~a as mod
sys.exit (mod.~a ())~%" (which "python") module function)))
    (chmod file #o755)))

(define* (create-entrypoints #:key inputs outputs #:allow-other-keys)
  "Write the scripts for the entry points of what is installed: a wheel does not have them."
  (let ((directory (string-append (assoc-ref outputs "out") "/bin")))
    (mkdir-p directory)
    (for-each (lambda (file)
                (for-each (lambda (entry) (apply write-script directory entry))
                          (script-entry-points file)))
              (find-files (site-packages inputs outputs) "^entry_points.txt$"))))

(define* (set-SOURCE-DATE-EPOCH #:rest _)
  "Set the time that goes into files to one that a ZIP archive, such as a wheel, can say."
  (setenv "SOURCE_DATE_EPOCH" "315619200"))

(define %standard-phases
  (modify-phases python:%standard-phases
    (replace 'set-SOURCE-DATE-EPOCH set-SOURCE-DATE-EPOCH)
    (replace 'build build)
    (replace 'install install)
    (delete 'check)
    ;; Tests may run the scripts.
    (add-before 'wrap 'create-entrypoints create-entrypoints)
    (add-after 'wrap 'check check)
    (add-before 'check 'compile-bytecode compile-bytecode)))

(define* (pyproject-build #:key inputs (phases %standard-phases)
                          #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply python:python-build #:inputs inputs #:phases phases args))
