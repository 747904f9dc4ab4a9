;;; Commentary:
;;;
;;; The implicit inputs of builds: what "./configure && make" needs.  They start as items of the seed and are to be
;;; replaced, package by package, by what the collection built itself.
;;;
;;; Code:

(define-module (gnu packages commencement)
  #:use-module (gnu packages base)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages file)
  #:use-module (gnu packages gawk)
  #:use-module (gnu packages gcc)
  #:export (guile-final
            %final-inputs))

(define guile-final %bootstrap-guile)

(define %final-inputs
  ;; The list of (LABEL PACKAGE) of the implicit inputs.
  `(("tar" ,tar)
    ("gzip" ,gzip)
    ("bzip2" ,bzip2)
    ("file" ,file)
    ("diffutils" ,diffutils)
    ("patch" ,patch)
    ("findutils" ,findutils)
    ("gawk" ,gawk)
    ("sed" ,sed)
    ("grep" ,grep)
    ("xz" ,xz)
    ("coreutils" ,coreutils)
    ("make" ,gnu-make)
    ("bash" ,bash)
    ("ld-wrapper" ,ld-wrapper)
    ("binutils" ,binutils)
    ("gcc" ,gcc)
    ("libc" ,glibc)))
