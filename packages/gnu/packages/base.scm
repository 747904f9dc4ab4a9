;;; Commentary:
;;;
;;; The tools every build has: those of the seed, under their own names.
;;;
;;; Code:

(define-module (gnu packages base)
  #:use-module (guix packages)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:)
  #:re-export (hello)
  #:use-module (gnu packages hello)
  #:export (canonical-package
            %final-inputs))

(define-public grep
  (seed-package "grep" "3.8" "tools" license:gpl3+
                #:synopsis "Print lines matching a pattern"))
(define-public sed
  (seed-package "sed" "4.9" "tools" license:gpl3+
                #:synopsis "Stream editor"))
(define-public tar
  (seed-package "tar" "1.34" "tools" license:gpl3+
                #:synopsis "Managing tar archives"))
(define-public patch
  (seed-package "patch" "2.7.6" "tools" license:gpl3+
                #:synopsis "Apply differences to originals, with optional backups"))
(define-public diffutils
  (seed-package "diffutils" "3.8" "tools" license:gpl3+
                #:synopsis "Comparing and merging files"))
(define-public findutils
  (seed-package "findutils" "4.9.0" "tools" license:gpl3+
                #:synopsis "Operating on files matching given criteria"))
(define-public coreutils
  (seed-package "coreutils" "9.1" "tools" license:gpl3+
                #:synopsis "Core GNU utilities (file, text, shell)"))
(define-public gnu-make
  (seed-package "make" "4.3" "tools" license:gpl3+
                #:synopsis "Remake files automatically"))
(define-public binutils %bootstrap-binutils)
(define-public glibc %bootstrap-glibc)
(define-public ld-wrapper %bootstrap-ld-wrapper)

(define (canonical-package package)
  "Return the package that PACKAGE stands for among the implicit inputs: the one that needs no further build."
  package)

(define-syntax %final-inputs
  ;; The implicit inputs, as a variable, which they were when Guix was young, and as the procedure that they became.  Their
  ;; module uses this one: it is looked up late.
  (lambda (form)
    (syntax-case form ()
      ((_) #'%final-inputs)
      (name
       (identifier? #'name)
       #'(module-ref (resolve-interface '(gnu packages commencement)) '%final-inputs)))))
