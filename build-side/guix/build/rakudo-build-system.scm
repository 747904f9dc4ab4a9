;;; Commentary:
;;;
;;; Phases of Raku packages.
;;; Interface: (guix build rakudo-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build rakudo-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (%standard-phases
            rakudo-build))

(define (perl6-directory outputs)
  (string-append (assoc-ref outputs "out") "/share/perl6"))

(define* (check #:key tests? inputs #:allow-other-keys)
  "Run the tests, if TESTS? is true and there is what runs them."
  (if (and tests? (assoc-ref inputs "perl6-tap-harness"))
      (invoke "prove6" "-I=lib" "t/")
      (format #t "test suite not run~%")))

(define* (install-libs #:key outputs #:allow-other-keys)
  "Install the modules as they are."
  (let ((lock "lib/.precomp/.lock"))
    (when (file-exists? lock)
      (delete-file lock))
    (copy-recursively "lib" (string-append (perl6-directory outputs) "/lib"))))

(define* (install-resources #:key outputs #:allow-other-keys)
  "Install the files that modules read."
  (when (file-exists? "resources")
    (copy-recursively "resources" (string-append (perl6-directory outputs) "/resources"))))

(define* (install-bins #:key outputs #:allow-other-keys)
  "Install the programs."
  (for-each (lambda (part)
              (when (file-exists? part)
                (let ((target (string-append (assoc-ref outputs "out") "/" part)))
                  (for-each (lambda (file)
                              (install-file file target)
                              (chmod (string-append target "/" (basename file)) #o555))
                            (find-files part ".*")))))
            '("bin" "sbin")))

(define* (install #:key inputs outputs #:allow-other-keys)
  "Install the package, compiled, by Zef or by Rakudo's own tool."
  (define target (perl6-directory outputs))

  (match (assoc-ref inputs "perl6-zef")
    (#f
     (setenv "RAKUDO_RERESOLVE_DEPENDENCIES" "0")
     (setenv "RAKUDO_MODULE_DEBUG" "1")
     (invoke (string-append (assoc-ref inputs "rakudo") "/share/perl6/tools/install-dist.p6")
             (string-append "--to=" target) "--for=site"))
    (zef
     (setenv "HOME" (getcwd))
     (mkdir-p target)
     (invoke (string-append zef "/bin/zef") "install" "--verbose" "."
             "--/depends" "--/build-depends" "--/test-depends"
             (string-append "--install-to=" target))
     (delete-file (string-append target "/repo.lock")))))

(define* (wrap #:key inputs outputs #:allow-other-keys)
  "Wrap programs so that they find the modules they need."
  ;; An input only when there is something to wrap.
  (define shell (delay (search-input-file inputs "bin/bash")))

  (define variable
    (let ((directory (perl6-directory outputs)))
      `("PERL6LIB" "," prefix
        ,(cons (string-join (map (lambda (part) (string-append directory part))
                                 '("/lib" "/site/lib" "/vendor/lib"))
                            ",")
               (search-path-as-string->list (or (getenv "PERL6LIB") "") #\,)))))

  (define (programs directory)
    (if (directory-exists? directory)
        (filter (lambda (file)
                  (and (string=? directory (dirname file))
                       (eq? 'regular (stat:type (stat file)))
                       (not (wrapped-program? file))))
                (find-files directory))
        '()))

  (for-each (match-lambda
              ((_ . output)
               (for-each (lambda (part)
                           (for-each (lambda (program)
                                       (wrap-program program #:sh (force shell) variable))
                                     (programs (string-append output part))))
                         '("/bin" "/sbin"))))
            outputs))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'build)
    (replace 'check check)
    (replace 'install install)
    (add-before 'install 'install-lib-dir install-libs)
    (add-after 'install-lib-dir 'install-resources install-resources)
    (add-after 'install-resources 'install-binaries install-bins)
    (add-after 'install 'wrap wrap)))

(define* (rakudo-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
