;;; Commentary:
;;;
;;; Packages tuned for one micro-architecture: those that say that it is worth it, grafted into what depends on them.
;;; Part of (guix transformations).
;;;
;;; Code:

(define-module (guix transformations tuning)
  #:use-module (guix build-system)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (tunable-package? tuned-package package-tuning))

(define (compiler-wrapper micro-architecture)
  "Return a program that runs the next program of its own name in PATH with an option for MICRO-ARCHITECTURE."
  (program-file
   (string-append "tuning-compiler-wrapper-" micro-architecture)
   #~(let* ((arguments (command-line))
            (self (stat (car arguments)))
            (other-program
             (lambda (name)
               (let loop ((directories (string-split (getenv "PATH") #\:)))
                 (and (pair? directories)
                      (let* ((file (string-append (car directories) "/" name))
                             (status (stat file #f)))
                        (if (and status (not (equal? self status)))
                            file
                            (loop (cdr directories))))))))
            (name (basename (car arguments)))
            (compiler (or (other-program name)
                          (and (string=? name "cc") (other-program "gcc")))))
       (if compiler
           (apply execl compiler compiler
                  (append (cdr arguments) (list (string-append "-march=" #$micro-architecture))))
           (exit 127)))))

(define tuning-compiler
  (mlambda (micro-architecture)
    "Return a directory with a wrapper of each compiler."
    (computed-file
     (string-append "tuning-compiler-" micro-architecture)
     (with-imported-modules '((guix build utils))
       #~(begin
           (use-modules (guix build utils))
           (mkdir-p (string-append #$output "/bin"))
           (for-each (lambda (name)
                       (symlink #$(compiler-wrapper micro-architecture)
                                (string-append #$output "/bin/" name)))
                     '("cc" "gcc" "clang" "g++" "c++" "clang++")))))))

(define (known-architectures package)
  (assq-ref (package-properties package) 'compiler-cpu-architectures))

(define (require-support compiler architecture micro-architecture)
  "Raise an error unless COMPILER, a package, can generate code for MICRO-ARCHITECTURE of ARCHITECTURE."
  ;; Better now than in the middle of a build.
  (define supported (assoc-ref (known-architectures compiler) architecture))

  (unless (member micro-architecture (or supported '()))
    (raise (make-compound-condition
            (formatted-message (G_ "compiler ~a does not support micro-architecture ~a")
                               (package-full-name compiler) micro-architecture)
            (condition
             (&fix-hint
              (hint (if supported
                        (format #f (G_ "Compiler ~a supports the following ~a micro-architectures:

@quotation
~a
@end quotation")
                                (package-full-name compiler "@@") architecture (string-join supported ", "))
                        (format #f (G_ "Compiler ~a does not support micro-architectures of ~a.")
                                (package-full-name compiler "@@") architecture)))))))))

(define (with-tuning-compiler base micro-architecture)
  "Return the build system BASE with compilers that generate code for MICRO-ARCHITECTURE."
  (define (lower . arguments)
    (let* ((lowered (apply (build-system-lower base) arguments))
           (architecture (first (string-split (bag-system lowered) #\-)))
           (compiler (any (match-lambda
                            ((_ (? package? package) . _)
                             (and (known-architectures package) package))
                            (_ #f))
                          (bag-build-inputs lowered))))
      (unless compiler
        (raise (formatted-message (G_ "failed to determine which compiler is used"))))
      (require-support compiler architecture micro-architecture)
      (bag
        (inherit lowered)
        ;; First, hence first in PATH.
        (build-inputs (cons (list "tuning-compiler" (tuning-compiler micro-architecture))
                            (bag-build-inputs lowered))))))

  (build-system (inherit base) (lower lower)))

(define (tunable-package? package)
  "Return true if PACKAGE says that it is worth tuning for a processor."
  (assq 'tunable? (package-properties package)))

(define (tuned-package original micro-architecture)
  "Return the package ORIGINAL tuned for MICRO-ARCHITECTURE."
  (package
    (inherit original)
    (build-system (with-tuning-compiler (package-build-system original) micro-architecture))
    ;; The machine that builds it may be another one.
    (arguments (substitute-keyword-arguments (package-arguments original)
                 ((#:tests? _ #f) #f)))
    (properties (acons 'cpu-tuning micro-architecture
                       (alist-delete 'tunable? (package-properties original))))))

(define package-tuning
  (mlambda (micro-architecture)
    "Return a procedure that tunes for MICRO-ARCHITECTURE the packages in a graph for which that is worth it."
    (define done (gensym " package-tuning"))
    (define (done? package) (assq done (package-properties package)))

    (define (tune original)
      (cond ((or (done? original) (not (tunable-package? original)))
             original)
            (else
             (info (G_ "tuning ~a for CPU ~a~%") (package-full-name original) micro-architecture)
             (package/inherit original
               (replacement (tuned-package original micro-architecture))
               (properties (acons done #t (package-properties original)))))))

    (package-mapping tune done? #:deep? #t)))
