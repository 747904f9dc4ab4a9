;;; Commentary:
;;;
;;; Phases of Android's native components.
;;; Interface: (guix build android-ndk-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build android-ndk-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            android-ndk-build))

(define* (configure #:key inputs outputs #:allow-other-keys)
  "Let the compiler find headers and libraries of INPUTS."
  (define directories
    (filter-map (match-lambda
                  ((_ . input) (and (directory-exists? input) input)))
                inputs))

  (define (flags proc)
    (string-join (map proc directories)))

  (setenv "CC" "gcc")
  (setenv "CXX" "g++")
  (setenv "CPPFLAGS"
          (flags (lambda (directory) (string-append "-I " directory "/include"))))
  (setenv "LDFLAGS"
          (string-append "-L . "
                         (flags (lambda (directory)
                                  (string-append "-L " directory "/lib -Wl,-rpath=" directory "/lib"))))))

(define* (install #:key inputs outputs (make-flags '()) #:allow-other-keys)
  "Install to OUTPUTS."
  (apply invoke "make" "install"
         (string-append "prefix=" (assoc-ref outputs "out"))
         make-flags))

(define* (check #:key target inputs outputs (tests? (not target)) (make-flags '())
                #:allow-other-keys)
  "Run the tests, those in the directory \"tests\" too, if TESTS? is true."
  (if tests?
      (begin
        (apply invoke "make" "check" make-flags)
        (when (file-exists? "tests")
          (with-directory-excursion "tests"
            (apply invoke "make" "check" make-flags))))
      (format #t "test suite not run~%")))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'configure configure)
    (replace 'install install)
    (replace 'check check)))

(define* (android-ndk-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
