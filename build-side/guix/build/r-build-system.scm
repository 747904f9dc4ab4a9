;;; Commentary:
;;;
;;; Phases of R packages.
;;; Interface: (guix build r-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build r-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:export (%standard-phases
            r-build))

(define (evaluate-with-r code . options)
  "Let R, run with OPTIONS, evaluate CODE, a string."
  (let* ((port (apply open-pipe* OPEN_WRITE "R" options))
         (status (begin
                   (display code port)
                   (close-pipe port))))
    (unless (zero? status)
      (raise (condition (&invoke-error
                         (program "R")
                         (arguments (cons code options))
                         (exit-status (status:exit-val status))
                         (term-signal (status:term-sig status))
                         (stop-signal (status:stop-sig status))))))))

(define (library-directory outputs)
  (string-append (assoc-ref outputs "out") "/site-library/"))

(define (set-library-path inputs outputs)
  "Let R find the packages among INPUTS and in OUTPUTS."
  (setenv "R_LIBS_SITE"
          (string-join (cons (library-directory outputs)
                             (filter-map (match-lambda
                                           ((label . directory)
                                            (and (string-prefix? "r-" label)
                                                 (string-append directory "/site-library"))))
                                         inputs))
                       ":")))

(define* (install #:key outputs inputs (configure-flags '()) #:allow-other-keys)
  "Install the package with its tests."
  (define library (library-directory outputs))

  (set-library-path inputs outputs)
  (setenv "CONFIG_SHELL" (which "bash"))
  (mkdir-p library)
  (apply invoke "R" "CMD" "INSTALL"
         (append configure-flags
                 (list "--install-tests"
                       (string-append "--library=" library)
                       "--built-timestamp=1970-01-01"
                       "."))))

(define* (check #:key test-target inputs outputs tests? #:allow-other-keys)
  "Run the tests of the installed package, if it has any and TESTS? is true."
  (define library (library-directory outputs))

  ;; The only package in this library: upstream's name of it is not known otherwise.
  (define name
    (first (scandir library (lambda (name) (not (member name '("." "..")))))))

  (when (and tests?
             (file-exists? (string-append library name "/" test-target)))
    (set-library-path inputs outputs)
    (evaluate-with-r (format #f "tools::testInstalledPackage(~s, lib.loc = ~s)" name library)
                     "--no-save" "--slave")))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'build)
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'check check)))

(define* (r-build #:key inputs (phases %standard-phases)
                  #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
