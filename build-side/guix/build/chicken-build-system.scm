;;; Commentary:
;;;
;;; Phases of eggs, packages of CHICKEN Scheme.
;;; Interface: (guix build chicken-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build chicken-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            chicken-build))

(define (prepend-to-path variable directory)
  (setenv variable
          (match (getenv variable)
            (#f directory)
            (path (string-append directory ":" path)))))

(define* (setup-chicken-environment #:key inputs outputs #:allow-other-keys)
  "Let eggs be installed to OUTPUTS, and their sources be found in the current directory."
  (prepend-to-path "CHICKEN_INSTALL_REPOSITORY"
                   (string-append (assoc-ref outputs "out") "/var/lib/chicken/11/"))
  (setenv "CHICKEN_EGG_CACHE" (getcwd)))

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
        (_
         (copy-recursively "." directory #:keep-mtime? #t))))
    (delete-file-recursively scratch)))

(define* (unpack #:key source egg-name unpack-path #:allow-other-keys)
  "Put SOURCE, an archive or a directory, into the directory UNPACK-PATH, or else EGG-NAME."
  (when (string-null? egg-name)
    (display "WARNING: The egg name is unset.\n"))
  (let ((directory (string-append (getenv "CHICKEN_EGG_CACHE") "/"
                                  (if (string-null? unpack-path) egg-name unpack-path))))
    (mkdir-p directory)
    (if (file-is-directory? source)
        (copy-recursively source directory #:keep-mtime? #t)
        (unpack-archive source directory))))

(define* (stamp-egg-version #:key egg-name name #:allow-other-keys)
  "Add the version, which NAME ends in, to the description of the egg, unless it has one."
  (let* ((file (string-append egg-name "/" egg-name ".egg"))
         (description (call-with-input-file file read)))
    (unless (assq 'version description)
      (make-file-writable file)
      (call-with-output-file file
        (lambda (port)
          (write (cons (list 'version (last (string-split name #\-))) description)
                 port))))))

(define (chicken-install egg-name . options)
  (apply invoke "chicken-install" "-cached" (append options (list egg-name))))

(define* (build #:key egg-name #:allow-other-keys)
  "Compile the egg."
  (chicken-install egg-name "-no-install"))

(define* (install #:key egg-name #:allow-other-keys)
  "Install the compiled egg."
  (chicken-install egg-name))

(define* (check #:key egg-name tests? #:allow-other-keys)
  "Run the tests of the egg, if TESTS? is true."
  (prepend-to-path "CHICKEN_REPOSITORY_PATH" (getenv "CHICKEN_INSTALL_REPOSITORY"))
  (when tests?
    (chicken-install egg-name "-test" "-no-install")))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'unpack unpack)
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'patch-generated-file-shebangs)
    (add-before 'unpack 'setup-chicken-environment setup-chicken-environment)
    (add-before 'build 'stamp-egg-version stamp-egg-version)
    (replace 'build build)
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'check check)))

(define* (chicken-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
