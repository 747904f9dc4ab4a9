;;; Commentary:
;;;
;;; The build system of Go packages, and what versions of Go modules mean.
;;; The phases are in (guix build go-build-system).
;;; Interface: (guix build-system go) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system go)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%go-build-system-modules
            go-build
            go-build-system

            go-pseudo-version?
            go-target
            go-version->git-ref))


;;;
;;; Versions and targets.
;;;

(define %pseudo-version
  ;; How a pseudo-version ends: time stamp, commit, and maybe a mark.  See <https://golang.org/ref/mod#pseudo-versions>.
  (make-regexp "([0-9]{14}-)([0-9A-Fa-f]{12})(\\+incompatible)?$"))

(define (go-pseudo-version? version)
  "Return true if VERSION is a Go pseudo-version: the time and the hash of a commit rather than a release."
  (regexp-exec %pseudo-version version))

(define (go-version->git-ref version)
  "Return the Git reference that VERSION, the version of a Go module, stands for: the commit of a pseudo-version, or
else VERSION without the suffix \"+incompatible\"."
  (define mark "+incompatible")

  (match (go-pseudo-version? version)
    (#f (if (string-suffix? mark version)
            (string-drop-right version (string-length mark))
            version))
    (found (match:substring found 2))))

(%declare-pure! go-version->git-ref)

(define %go-architectures
  ;; Go's names of architectures that differ from the Nix system's.
  '(("aarch64" . "arm64")
    ("armhf" . "arm")
    ("powerpc64le" . "ppc64le")
    ("powerpc64" . "ppc64")
    ("i686" . "386")
    ("x86_64" . "amd64")
    ("mips64el" . "mips64le")))

(define (go-target target)
  "Return the list of the values of GOARCH and GOOS that stand for TARGET, a GNU triplet."
  (match (string-split (gnu-triplet->nix-system target) #\-)
    ((architecture kernel)
     (list (or (assoc-ref %go-architectures architecture) architecture)
           (if (member kernel '("mingw32" "cygwin")) "windows" kernel)))))


;;;
;;; The build system.
;;;

(define %go-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build go-build-system)
    (guix build union)
    ,@%gnu-build-system-modules))

(define %go-scope
  '((guix build go-build-system)
    (guix build union)
    (guix build utils)))

(define %parameters
  '((install-source? #t)
    (import-path "") (unpack-path "")
    (build-flags '())
    allow-go-reference?
    (substitutable? #t)))

(define go-build
  (native-builder 'go-build
                  #:documentation "Build SOURCE with Go and INPUTS."
                  #:imported-modules %go-build-system-modules
                  #:modules %go-scope
                  #:variables? #f
                  #:parameters `((tests? #t) goarch goos ,@%parameters)
                  #:arguments '(name source system phases outputs substitutable? goarch goos search-paths
                                install-source? import-path unpack-path build-flags tests?
                                allow-go-reference? inputs)))

(define go-cross-build
  (cross-builder 'go-cross-build
                 #:documentation "Build SOURCE for TARGET with Go and inputs for it."
                 #:procedure 'go-build
                 #:imported-modules %go-build-system-modules
                 #:modules %go-scope
                 #:parameters `((tests? #f)
                                (goarch => ,(lambda (ref) (first (go-target (ref 'target)))))
                                (goos => ,(lambda (ref) (last (go-target (ref 'target)))))
                                ,@%parameters)
                 #:arguments `(name source system phases outputs target goarch goos inputs native-inputs
                               search-paths native-search-paths
                               install-source? import-path unpack-path build-flags tests?
                               (make-dynamic-linker-cache? constant #f)
                               allow-go-reference?
                               ;; The second one counts.
                               (inputs constant %build-inputs))
                 #:options '(#:graft? #f)
                 #:forwarded '(substitutable?)))

(define default-go
  (collection-variable '(gnu packages golang) 'go))

(define make-go-std
  ;; Makes the package of Go's standard library, compiled once.
  (collection-variable '(gnu packages golang) 'make-go-std))

(define (standard-library name arguments)
  "Return the input that is the compiled standard library; for that library itself, whose NAME tells, nothing."
  (let* ((go (keyword-argument arguments #:go default-go))
         (label (string-append (package-name go) "-std")))
    (if (string-prefix? label name)
        '()
        `((,label ,((make-go-std) go))))))

(define (lower name . arguments)
  "Return a bag for NAME."
  (define target (keyword-argument arguments #:target))
  (define (library arguments) (standard-library name arguments))

  (apply (lowering go-build
                   #:cross go-cross-build
                   #:tools `(("go" #:go ,default-go))
                   ;; The target comes from the bag.
                   #:private '(#:target)
                   #:build-inputs `(source tools native-inputs
                                    ,@(if target '() (list library)) inputs/native
                                    cross-toolchain standard)
                   #:host-inputs `(,@(if target (list library) '()) inputs/cross))
         name arguments))

(define go-build-system
  (build-system
    (name 'go)
    (description "Build system for Go programs")
    (lower lower)))
