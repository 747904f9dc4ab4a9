;;; Commentary:
;;;
;;; The build system of Rust crates.  Cargo wants the sources of all crates that a crate needs, and of those they need: these
;;; are inputs, not built crates.  The phases are in (guix build cargo-build-system).
;;; Interface: (guix build-system cargo) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system cargo)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%cargo-build-system-modules
            %cargo-utils-modules
            cargo-build-system
            %crate-base-url
            crate-url
            crate-url?
            crate-uri))


;;;
;;; Where crates are.
;;;

(define %crate-base-url
  ;; The registry of crates.
  (make-parameter "https://crates.io"))

(define crate-url
  (string-append (%crate-base-url) "/api/v1/crates/"))

(define (crate-url? url)
  "Return true if URL is that of a crate in the registry."
  (string-prefix? crate-url url))

(define (crate-uri name version)
  "Return the URI of the source of the crate NAME at VERSION."
  (string-append crate-url name "/" version "/download"))


;;;
;;; Sources of crates.
;;;

(define (package-cargo-inputs package)
  "Return the crates that PACKAGE needs, from its arguments."
  (keyword-argument (package-arguments package) #:cargo-inputs (const '())))

(define (crate-closure inputs)
  "Return INPUTS followed by the crates that these need, breadth first, without duplicates besides those among INPUTS."
  (define seen (make-hash-table))

  (define (visit inputs keep?)
    ;; Return those of INPUTS that KEEP? accepts, and what these need.
    (fold2 (lambda (input kept needs)
             (match input
               ((label (? package? package))
                (if (keep? package)
                    (begin
                      (hashq-set! seen package #t)
                      (values (cons input kept) (cons (package-cargo-inputs package) needs)))
                    (values kept needs)))
               (_ (values (cons input kept) needs))))
           '() '() inputs))

  (let loop ((inputs inputs) (keep? (const #t)) (levels '()))
    (call-with-values (lambda () (visit inputs keep?))
      (lambda (kept needs)
        (let ((levels (cons (reverse kept) levels)))
          (if (null? needs)
              (concatenate (reverse levels))
              (loop (reverse (concatenate needs))
                    (lambda (package) (not (hashq-ref seen package)))
                    levels)))))))

(define (fold2 proc seed1 seed2 list)
  "Like `fold' with two seeds and two values."
  (if (null? list)
      (values seed1 seed2)
      (call-with-values (lambda () (proc (car list) seed1 seed2))
        (lambda (seed1 seed2)
          (fold2 proc seed1 seed2 (cdr list))))))

(define (crate-sources arguments)
  "Return the inputs that are the sources of all the crates needed to build and to test.  Crates may need one another in
a circle to be tested: what a crate's tests need is not followed, and sources need nothing."
  (filter-map (match-lambda
                ((label (? package? package))
                 (list label (package-source package)))
                ((label object)
                 (list label object)))
              (crate-closure
               (append (keyword-argument arguments #:cargo-inputs (const '()))
                       (keyword-argument arguments #:cargo-development-inputs (const '()))))))


;;;
;;; The build system.
;;;

(define %cargo-utils-modules
  ;; Build-side modules that other build systems need to handle crates.
  `((guix build cargo-utils)
    ,@%gnu-build-system-modules))

(define %cargo-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build cargo-build-system)
    (guix build json)
    ,@%cargo-utils-modules))

(define (tests? ref)
  "Return whether to run tests: there is nothing to test when nothing is built."
  (list (and (ref 'tests?) (not (ref 'skip-build?)))))

(define cargo-build
  (native-builder 'cargo-build
                  #:documentation "Build SOURCE with Cargo and INPUTS."
                  #:imported-modules %cargo-build-system-modules
                  #:modules '((guix build cargo-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((tests? #t)
                                 test-target
                                 (vendor-dir "guix-vendor")
                                 (cargo-build-flags '("--release"))
                                 (cargo-test-flags '("--release"))
                                 (cargo-package-flags '("--no-metadata" "--no-verify"))
                                 (features '())
                                 skip-build?
                                 (install-source? #t))
                  #:arguments `(name source system test-target vendor-dir
                                (cargo-build-flags code) (cargo-test-flags code) (cargo-package-flags code)
                                (features code) skip-build? install-source?
                                (tests? . ,tests?)
                                (phases code) outputs inputs search-paths)
                  #:options '(#:target #f)))

(define default-rust
  (collection-variable '(gnu packages rust) 'rust))

(define cargo-build-system
  (build-system
    (name 'cargo)
    (description "Cargo build system, to build Rust crates")
    (lower (lowering cargo-build
                     #:tools `(("cargo" #:rust ,default-rust "cargo")
                               ("rustc" #:rust ,default-rust))
                     #:private '(#:outputs #:cargo-inputs #:cargo-development-inputs)
                     #:build-inputs (list 'tools crate-sources 'native-inputs)))))
