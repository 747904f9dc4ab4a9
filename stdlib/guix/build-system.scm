;;; Commentary:
;;;
;;; Build systems and bags: what a package is lowered through.  Interface: (guix build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (ice-9 match)
  #:export (build-system build-system? build-system-name build-system-description build-system-lower
            bag bag? bag-name bag-system bag-target
            bag-build-inputs bag-host-inputs bag-target-inputs
            bag-outputs bag-arguments bag-build
            make-bag
            build-system-with-c-toolchain
            build-system-with-package-mapping))

(define-record-type* <build-system> build-system make-build-system
  build-system?
  (name build-system-name)                ;symbol
  (description build-system-description)  ;short description
  (lower build-system-lower))             ;args ... -> bag

(set-record-type-printer! <build-system>
                          (lambda (system port)
                            (format port "#<build-system ~a>" (build-system-name system))))

;; A bag is a package without the notion of a package: name, inputs with the implicit ones, and how to build.
(define-record-type* <bag> bag %make-bag
  bag?
  (name bag-name)                           ;string
  (system bag-system)                       ;string
  (target bag-target                        ;string | #f
          (default #f))
  (build-inputs bag-build-inputs            ;list of (LABEL OBJECT [OUTPUT])
                (default '()))
  (host-inputs bag-host-inputs
               (default '()))
  (target-inputs bag-target-inputs          ;only makes sense when cross-compiling a cross-compiler
                 (default '()))
  (outputs bag-outputs                      ;list of strings
           (default '("out")))
  (arguments bag-arguments                  ;list
             (default '()))
  (build bag-build))                        ;bag -> derivation, monadic

(define* (make-bag build-system name
                   #:key source (inputs '()) (native-inputs '())
                   (outputs '()) (arguments '())
                   system target)
  "Lower what BUILD-SYSTEM builds under NAME to a bag, for SYSTEM and, when it is true, for TARGET, a GNU triplet.
ARGUMENTS are keywords and values that the build system knows."
  (apply (build-system-lower build-system) name
         #:system system
         #:source source
         #:inputs inputs
         #:native-inputs native-inputs
         #:outputs outputs
         #:target target
         arguments))

(define (build-system-with-bags bs change)
  "Return BS with CHANGE applied to the bags it makes."
  (build-system
    (inherit bs)
    (lower (lambda args
             (and=> (apply (build-system-lower bs) args) change)))))

(define (build-system-with-c-toolchain bs toolchain)
  "Return BS with TOOLCHAIN, a list of inputs, instead of the compiler, the linker and the C library that are implicit
inputs."
  (define default-labels
    '("gcc" "binutils" "libc" "libc:static" "ld-wrapper"))

  (build-system-with-bags
   bs
   (lambda (lowered)
     (bag
       (inherit lowered)
       (build-inputs (append (fold alist-delete (bag-build-inputs lowered) default-labels)
                             toolchain))))))

(define (build-system-with-package-mapping bs rewrite)
  "Return BS with REWRITE, a procedure that takes and returns an input, (LABEL OBJECT [OUTPUT]), applied to all the inputs
of its bags."
  (build-system-with-bags
   bs
   (lambda (lowered)
     (bag
       (inherit lowered)
       (build-inputs (map rewrite (bag-build-inputs lowered)))
       (host-inputs (map rewrite (bag-host-inputs lowered)))
       (target-inputs (map rewrite (bag-target-inputs lowered)))))))
