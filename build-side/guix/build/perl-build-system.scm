;;; Commentary:
;;;
;;; Phases of Perl packages, with Module::Build or ExtUtils::MakeMaker.
;;; Interface: (guix build perl-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build perl-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            perl-build))

(define* (configure #:key outputs make-maker?
                    (make-maker-flags '()) (module-build-flags '())
                    #:allow-other-keys)
  "Run Build.PL, or Makefile.PL when there is none or MAKE-MAKER? is true."
  (define out (assoc-ref outputs "out"))

  (define arguments
    (cond ((and (not make-maker?) (file-exists? "Build.PL"))
           (cons* "Build.PL" (string-append "--prefix=" out) "--installdirs=site"
                  module-build-flags))
          ((file-exists? "Makefile.PL")
           ;; The list of installed modules would have a time stamp.
           (cons* "Makefile.PL" (string-append "PREFIX=" out) "INSTALLDIRS=site" "NO_PERLLOCAL=1"
                  make-maker-flags))
          (else
           (error "no Build.PL or Makefile.PL found"))))

  (format #t "running `perl' with arguments ~s~%" arguments)
  (apply invoke "perl" arguments))

(define (or-make phase proc)
  "Return the phase that calls PROC when Build.PL has made the script `Build', and does what PHASE of the GNU build system
does otherwise."
  (lambda arguments
    (apply (if (access? "Build" X_OK)
               proc
               (assq-ref gnu:%standard-phases phase))
           arguments)))

(define build
  (or-make 'build
           (lambda _ (invoke "./Build"))))

(define check
  (or-make 'check
           (lambda* (#:key target (tests? (not target)) (test-flags '()) #:allow-other-keys)
             (if tests?
                 (apply invoke "./Build" "test" test-flags)
                 (format #t "test suite not run~%")))))

(define install
  (or-make 'install
           (lambda _ (invoke "./Build" "install"))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'install install)
    (replace 'check check)
    (replace 'build build)
    (replace 'configure configure)))

(define* (perl-build #:key inputs (phases %standard-phases)
                     #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
