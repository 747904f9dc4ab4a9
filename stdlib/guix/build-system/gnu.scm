;;; Commentary:
;;;
;;; The build system of packages that follow the GNU standards: "./configure && make && make check && make install".
;;; This is the host side, which lowers packages; the phases are in (guix build gnu-build-system).
;;; Interface: (guix build-system gnu) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system gnu)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix gexp)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%gnu-build-system-modules
            gnu-build
            gnu-build-system
            standard-packages
            standard-cross-packages
            package-with-explicit-inputs
            package-with-extra-configure-variable
            static-libgcc-package
            static-package
            dist-package
            package-with-restricted-references))

(define %gnu-build-system-modules
  ;; What builders import unless a package says otherwise.
  '((guix build gnu-build-system)
    (guix build utils)
    (guix build gremlin)
    (guix elf)))

(define %scope
  ;; Build-side modules that the builder uses.
  '((guix build gnu-build-system)
    (guix build utils)))


;;;
;;; Implicit inputs.
;;;

(define (standard-packages)
  "Return the list of (LABEL PACKAGE [OUTPUT]) of the packages that every package is built with."
  ((collection-variable '(gnu packages commencement) '%final-inputs)))

(define standard-cross-packages
  (mlambda (target kind)
    "Return the list of (LABEL PACKAGE [OUTPUT]) of what a build for TARGET needs: KIND is 'host for the tool chain that
runs here, or 'target for the libraries that are linked with."
    (define (cross name)
      ((collection-variable '(gnu packages cross-base) name)))

    (let* ((binutils ((cross 'cross-binutils) target))
           (libc ((cross 'cross-libc) target))
           (gcc ((cross 'cross-gcc) target #:xbinutils binutils #:libc libc)))
      (case kind
        ((host)
         `(("cross-gcc" ,gcc)
           ("cross-binutils" ,binutils)))
        ((target)
         ;; The compiler is here too: its C++ library and its headers belong to the target.
         `(("cross-gcc" ,gcc)
           ("cross-libc" ,libc)
           ,@(if (member "static" (package-outputs libc))
                 `(("cross-libc:static" ,libc "static"))
                 '())))))))


;;;
;;; The build system.
;;;

(define %parameters
  `((bootstrap-scripts ,#~%bootstrap-scripts)
    (configure-flags '()) (make-flags '())
    (out-of-source? #f)
    (test-target "check")
    (parallel-build? #t) (parallel-tests? #t)
    (patch-shebangs? #t)
    (strip-binaries? #t)
    (strip-flags ,#~'("--strip-unneeded" "--enable-deterministic-archives"))
    (strip-directories ,#~'("lib" "lib64" "libexec" "bin" "sbin"))
    (validate-runpath? #t)
    (license-file-regexp
     "^(COPYING.*|LICEN[CS]E.*|[Ll]icen[cs]e.*|Copy[Rr]ight(\\.(txt|md))?)$")
    (locale "en_US.utf8")
    (build => ,build-triplet)
    (substitutable? #t)
    allowed-references disallowed-references))

(define %final-arguments
  ;; What both builders end with; the expression for licenses is there twice, as in Guix 1.4.
  '(out-of-source? tests? test-target parallel-build? parallel-tests? patch-shebangs?
    license-file-regexp strip-binaries? validate-runpath? make-dynamic-linker-cache?
    license-file-regexp strip-flags strip-directories))

(define %forwarded
  '(substitutable? allowed-references disallowed-references))

(define gnu-build
  (native-builder 'gnu-build
                  #:documentation "Return as a monadic value a derivation called NAME that builds SOURCE with INPUTS, using
the usual procedure of the GNU Build System.  The builder runs PHASES; see (guix build gnu-build-system)."
                  #:imported-modules %gnu-build-system-modules
                  #:modules %scope
                  #:parameters `((tests? #t) (make-dynamic-linker-cache? #t) ,@%parameters)
                  #:arguments `(source system build outputs inputs search-paths (phases code) locale
                                bootstrap-scripts (configure-flags code) (make-flags code)
                                ,@%final-arguments)
                  ;; Without grafts: references that are allowed are those to packages as they are built.
                  #:options '(#:target #f #:graft? #f)
                  #:forwarded %forwarded))

(define gnu-cross-build
  (cross-builder 'gnu-cross-build
                 #:documentation "Return as a monadic value a derivation called NAME that builds SOURCE for TARGET, a GNU
triplet."
                 #:procedure 'gnu-build
                 #:imported-modules %gnu-build-system-modules
                 #:modules %scope
                 ;; Tests cannot run, and `ldconfig' does not know libraries of other machines.
                 #:parameters `((tests? #f) (make-dynamic-linker-cache? #f) ,@%parameters)
                 #:arguments `(source system build target outputs inputs native-inputs
                               search-paths native-search-paths (phases code) locale
                               bootstrap-scripts configure-flags make-flags
                               ,@%final-arguments)
                 #:options '(#:graft? #f)
                 #:forwarded %forwarded))

(define gnu-build-system
  (build-system
    (name 'gnu)
    (description
     "The GNU Build System—i.e., ./configure && make && make install")
    (lower (lowering gnu-build
                     #:cross gnu-cross-build
                     #:private '(#:outputs #:implicit-inputs? #:implicit-cross-inputs?)
                     ;; The implicit inputs come last, so that the headers of the C library do too and
                     ;; #include_next finds them.
                     #:build-inputs '(source native-inputs inputs/native cross-toolchain standard)
                     #:host-inputs '(inputs/cross)
                     #:rewrite-outputs
                     (lambda (outputs arguments)
                       (if (keyword-argument arguments #:strip-binaries? (const #t))
                           outputs
                           (delete "debug" outputs)))))))

(define (gnu-package? package)
  (eq? (package-build-system package) gnu-build-system))


;;;
;;; Variants of packages.
;;;

(define (without-labels inputs others)
  "Return INPUTS without those whose label is one of those of OTHERS."
  (fold alist-delete inputs (map first others)))

(define* (explicit-inputs-rewriter inputs #:optional guile)
  "Return a procedure that rewrites a package and all it needs to take INPUTS, a thunk, instead of the implicit inputs."
  (define (explicit? p)
    (or (not (gnu-package? p))
        (memq #:implicit-inputs? (package-arguments p))))

  (define (rewrite p)
    (if (explicit? p)
        p
        (package
          (inherit p)
          (inputs (append (inputs) (without-labels (package-inputs p) (inputs))))
          (arguments
           (ensure-keyword-arguments (package-arguments p)
                                     (list #:implicit-inputs? #f #:guile guile))))))

  (package-mapping rewrite explicit?))

(define (package-with-these-inputs p inputs native-inputs location guile)
  "Return P, and all it needs, with INPUTS and NATIVE-INPUTS instead of the implicit inputs: lists, or thunks which are
called when system and target are known."
  (define (value inputs)
    (if (procedure? inputs) (inputs) inputs))

  (define (rewrite p)
    (define rewritten-input
      (match-lambda
        ((label (? package? package) . outputs)
         (cons* label (if (gnu-package? package) (rewrite/memoized package) package) outputs))
        (input input)))

    (define (complete additional inputs)
      (append additional (map rewritten-input (without-labels inputs additional))))

    (package
      (inherit p)
      (location (if (pair? location)
                    (source-properties->location location)
                    location))
      (arguments
       (ensure-keyword-arguments (package-arguments p)
                                 (list #:guile guile #:implicit-inputs? #f)))
      (replacement (and=> (package-replacement p) rewrite/memoized))
      (native-inputs (complete (value native-inputs) (package-native-inputs p)))
      (propagated-inputs (map rewritten-input (package-propagated-inputs p)))
      (inputs (complete (value inputs) (package-inputs p)))))

  (define rewrite/memoized (mlambdaq (p) (rewrite p)))

  (rewrite/memoized p))

(define package-with-explicit-inputs
  (case-lambda*
   ((inputs #:optional guile)
    "Return a procedure that rewrites a package and all it needs to take INPUTS, a thunk, instead of the implicit inputs,
and to be built with GUILE.  With a package as the first argument, return that package rewritten."
    (explicit-inputs-rewriter inputs guile))
   ((p inputs #:optional (location (current-source-location))
       #:key (native-inputs '()) guile)
    (package-with-these-inputs p inputs native-inputs location guile))))

(define (package-with-extra-configure-variable p variable value)
  "Return P, and what it needs, with VARIABLE=VALUE as a configure flag.  VALUE is added to the value that a flag for
VARIABLE has already."
  (define assignment (string-append variable "="))

  (define (extended flags)
    `(cons ,(string-append assignment value)
           (map (lambda (flag)
                  (if (string-prefix? ,assignment flag)
                      (string-append
                       ,(string-append assignment value " ")
                       (substring flag ,(string-length assignment)))
                      flag))
                ,flags)))

  (define (rewritten inputs)
    (map (match-lambda
           ((label (? package? package) . outputs)
            (cons* label (rewrite package) outputs))
           (input input))
         inputs))

  (define (rewrite p)
    (package
      (inherit p)
      (arguments
       (substitute-keyword-arguments (package-arguments p)
         ((#:configure-flags flags) (extended flags))))
      (replacement (and=> (package-replacement p) rewrite))
      (inputs (rewritten (package-inputs p)))
      (propagated-inputs (rewritten (package-propagated-inputs p)))))

  (rewrite p))

(define (static-libgcc-package p)
  "Return P linked with `-static-libgcc'."
  (package-with-extra-configure-variable p "LDFLAGS" "-static-libgcc"))

(define* (static-package p #:key (strip-all? #t))
  "Return P statically linked, its binaries stripped of all symbols when STRIP-ALL? is true."
  (package
    (inherit p)
    (arguments
     (substitute-keyword-arguments
         (default-keyword-arguments (package-arguments p)
           '(#:configure-flags '()
             #:strip-flags '("--strip-unneeded")))
       ((#:configure-flags flags)
        `(cons* "--disable-shared" "LDFLAGS=-static" ,flags))
       ((#:strip-flags flags)
        (if strip-all? ''("--strip-all") flags))))
    (replacement (and=> (package-replacement p) static-package))))

(define* (dist-package p source #:key (phases '%dist-phases))
  "Return a package that runs \"make distcheck\" on P's sources in SOURCE: what it builds is source archives.  PHASES are
those of the build."
  (define (tool label module variable)
    (list label ((collection-variable module variable))))

  (let ((directory source))
    (package
      (inherit p)
      (name (string-append (package-name p) "-dist"))
      (source directory)
      (arguments
       (substitute-keyword-arguments (package-arguments p)
         ((#:modules modules %scope)
          `((guix build gnu-dist) ,@modules))
         ((#:imported-modules modules %gnu-build-system-modules)
          `((guix build gnu-dist) ,@modules))
         ((#:phases _ #f)
          phases)))
      (native-inputs
       (append (package-native-inputs p)
               (list (tool "autoconf" '(gnu packages autotools) 'autoconf-wrapper)
                     (tool "automake" '(gnu packages autotools) 'automake)
                     (tool "libtool" '(gnu packages autotools) 'libtool)
                     (tool "gettext" '(gnu packages gettext) 'gnu-gettext)
                     (tool "texinfo" '(gnu packages texinfo) 'texinfo)))))))

(define (package-with-restricted-references p references)
  "Return P with outputs that may refer only to REFERENCES, a list of packages and outputs."
  (if (gnu-package? p)
      (package
        (inherit p)
        (arguments `(#:allowed-references ,references
                     ,@(package-arguments p))))
      p))
