;;; Commentary:
;;;
;;; The build system of mods for Minetest: their files are copied, and images made smaller.
;;; The phases are in (guix build minetest-build-system).
;;; Interface: (guix build-system minetest) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system minetest)
  #:use-module (guix build-system)
  #:use-module (guix build-system copy)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:export (minetest-mod-build-system))

(define %minetest-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build minetest-build-system)
    ,@%copy-build-system-modules))

(define (implicit-inputs)
  "Return the implicit inputs: what makes images smaller and runs tests, and what unpacks sources."
  (define (tool label module)
    (list label ((collection-variable module (string->symbol label)))))

  `(,(tool "xvfb-run" '(gnu packages xorg))
    ,(tool "optipng" '(gnu packages image))
    ,(tool "minetest" '(gnu packages minetest))
    ,@(filter (lambda (input)
                (member (first input) '("libc" "tar" "gzip" "bzip2" "xz" "locales")))
              (standard-packages))))

(define (lower name . arguments)
  "Return a bag for NAME: one of the GNU build system with other implicit inputs and other phases."
  (define implicit-inputs?
    (keyword-argument arguments #:implicit-inputs? (const #t)))

  (apply (build-system-lower gnu-build-system) name
         (substitute-keyword-arguments arguments
           ((#:implicit-inputs? _ #t) #f)
           ((#:implicit-cross-inputs? _ #t) #f)
           ((#:imported-modules modules %minetest-build-system-modules) modules)
           ((#:modules modules '((guix build gnu-build-system)
                                 (guix build minetest-build-system)
                                 (guix build utils)))
            modules)
           ((#:phases phases '%standard-phases) phases)
           ;; A mod refers to nothing.
           ((#:allowed-references references '()) references)
           ((#:native-inputs native-inputs '())
            (append native-inputs
                    (if implicit-inputs? (implicit-inputs) '()))))))

(define minetest-mod-build-system
  (build-system
    (name 'minetest-mod)
    (description "The build system for minetest mods")
    (lower lower)))
