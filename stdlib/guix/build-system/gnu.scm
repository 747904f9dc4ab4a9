;;; Commentary:
;;;
;;; The build system of packages that follow the GNU standards: "./configure && make && make check && make install".
;;; This is the host side, which lowers packages; the phases are in (guix build gnu-build-system).
;;; Interface: (guix build-system gnu) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system gnu)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix memoization)
  #:use-module (guix search-paths)
  #:use-module (guix build-system)
  #:use-module (guix packages)
  #:use-module (guix modules)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%gnu-build-system-modules
            %default-gnu-imported-modules
            %default-gnu-modules
            %strip-flags
            %strip-directories
            %license-file-regexp
            gnu-build
            gnu-cross-build
            gnu-build-system
            standard-packages
            standard-cross-packages
            with-build-variables
            package-with-explicit-inputs
            package-with-extra-configure-variable
            static-libgcc-package
            static-package))

(define %gnu-build-system-modules
  ;; Build-side modules imported by default.
  '((guix build gnu-build-system)
    (guix build utils)
    (guix build gremlin)
    (guix elf)))

(define %default-gnu-imported-modules %gnu-build-system-modules)

(define %default-gnu-modules
  ;; Modules in scope in the build-side environment.
  '((guix build gnu-build-system)
    (guix build utils)))

(define %strip-flags
  '("--strip-unneeded" "--enable-deterministic-archives"))

(define %strip-directories
  '("lib" "lib64" "libexec" "bin" "sbin"))

(define %license-file-regexp
  ;; Regexp matching license files.
  "^(COPYING.*|LICEN[CS]E.*|[Ll]icen[cs]e.*|Copy[Rr]ight(\\.(txt|md))?)$")

(define %bootstrap-scripts
  ;; Typical names of Autotools "bootstrap" scripts.
  '("bootstrap" "bootstrap.sh" "autogen.sh"))

(define (standard-packages)
  "Return the list of (LABEL PACKAGE OUTPUT) of standard packages used as implicit inputs of `gnu-build-system'."
  ;; Resolved lazily: the collection uses this module.
  ((module-ref (resolve-interface '(gnu packages commencement)) '%final-inputs*)))

(define standard-cross-packages
  (lambda (target kind)
    "Return the list of name/package tuples to cross-build for TARGET."
    (raise-exception
     (make-exception-with-message
      (format #f "cannot cross-compile to ~a: the package collection has no cross compiler" target)))))

(define (with-build-variables inputs outputs exp)
  "Return a gexp in which EXP is evaluated with the variables `%build-inputs', `%outputs' and `%output' bound."
  (with-imported-modules '((guix build utils))
    #~(begin
        (define %build-inputs
          (map (lambda (tuple)
                 (apply cons tuple))
               '#+inputs))

        (define %outputs
          (list #$@(map (lambda (name)
                          #~(cons #$name (ungexp output name)))
                        outputs)))
        (define %output
          (assoc-ref %outputs "out"))

        #$exp)))

(define* (package-with-explicit-inputs p inputs
                                       #:optional (loc (current-source-location))
                                       #:key (native-inputs '()) guile)
  "Rewrite P, which uses `gnu-build-system', so that it takes INPUTS and NATIVE-INPUTS as explicit inputs instead of the
implicit default."
  (define inputs* (if (procedure? inputs) inputs (const inputs)))
  (define native-inputs* (if (procedure? native-inputs) native-inputs (const native-inputs)))
  (define (duplicate-filter inputs)
    (let ((names (match (inputs*) (((name _ ...) ...) name))))
      (lambda (inputs)
        (fold alist-delete inputs names))))
  (let loop ((p p))
    (define rewritten-input
      (mlambda (input)
        (match input
          ((name (? package? p) sub-drv ...)
           (cons* name (loop p) sub-drv))
          (x x))))
    (package
      (inherit p)
      (location (package-location p))
      (arguments
       (let ((args (package-arguments p)))
         `(#:implicit-inputs? #f ,@args)))
      (replacement (and=> (package-replacement p) loop))
      (native-inputs
       (let ((filtered (duplicate-filter native-inputs*)))
         `(,@(native-inputs*)
           ,@(map rewritten-input (filtered (package-native-inputs p))))))
      (propagated-inputs
       (map rewritten-input (package-propagated-inputs p)))
      (inputs
       (let ((filtered (duplicate-filter inputs*)))
         `(,@(inputs*)
           ,@(map rewritten-input (filtered (package-inputs p)))))))))

(define (package-with-extra-configure-variable p variable value)
  "Return a version of P with VARIABLE=VALUE specified as an extra `configure' flag, and the same for its inputs."
  (let loop ((p p))
    (define (rewritten inputs)
      (map (match-lambda
             ((name (? package? p) sub-drv ...) `(,name ,(loop p) ,@sub-drv))
             (input input))
           inputs))
    (package/inherit p
      (arguments
       (substitute-keyword-arguments (package-arguments p)
         ((#:configure-flags flags #~'())
          #~(cons #$(string-append variable "=" value) #$flags))))
      (inputs (rewritten (package-inputs p)))
      (propagated-inputs (rewritten (package-propagated-inputs p))))))

(define (static-libgcc-package p)
  "A version of P linked with `-static-libgcc'."
  (package/inherit p
    (arguments
     (substitute-keyword-arguments (package-arguments p)
       ((#:configure-flags flags #~'())
        #~(cons "LDFLAGS=-static-libgcc" #$flags))))))

(define* (static-package p #:key (strip-all? #t))
  "Return a statically-linked version of package P."
  (package/inherit p
    (arguments
     (substitute-keyword-arguments (package-arguments p)
       ((#:configure-flags flags #~'())
        #~(cons* "--disable-shared" "LDFLAGS=-static" #$flags))
       ((#:strip-flags flags #f)
        (if strip-all? #~'("--strip-all") flags))))))

(define* (lower name
                #:key source inputs native-inputs outputs target
                (implicit-inputs? #t) (implicit-cross-inputs? #t)
                (strip-binaries? #t) system
                #:allow-other-keys
                #:rest arguments)
  "Return a bag for NAME from the given arguments."
  (define private-keywords
    `(#:inputs #:native-inputs #:outputs
      #:implicit-inputs? #:implicit-cross-inputs?
      ,@(if target '() '(#:target))))

  (bag
    (name name)
    (system system) (target target)
    (build-inputs `(,@(if source
                          `(("source" ,source))
                          '())
                    ,@native-inputs

                    ;; When not cross-compiling, the implicit inputs come last, so that the headers of libc do
                    ;; too and #include_next finds them.
                    ,@(if target '() inputs)
                    ,@(if (and target implicit-cross-inputs?)
                          (standard-cross-packages target 'host)
                          '())
                    ,@(if implicit-inputs?
                          (standard-packages)
                          '())))
    (host-inputs (if target inputs '()))
    (target-inputs (if (and target implicit-cross-inputs?)
                       (standard-cross-packages target 'target)
                       '()))
    (outputs (if strip-binaries?
                 outputs
                 (delete "debug" outputs)))
    (build (if target gnu-cross-build gnu-build))
    (arguments (strip-keyword-arguments private-keywords arguments))))

(define* (gnu-build name inputs
                    #:key
                    guile source
                    (outputs '("out"))
                    (search-paths '())
                    (bootstrap-scripts %bootstrap-scripts)
                    (configure-flags ''())
                    (make-flags ''())
                    (out-of-source? #f)
                    (tests? #t)
                    (test-target "check")
                    (parallel-build? #t)
                    (parallel-tests? #t)
                    (patch-shebangs? #t)
                    (strip-binaries? #t)
                    (strip-flags %strip-flags)
                    (strip-directories %strip-directories)
                    (validate-runpath? #t)
                    (make-dynamic-linker-cache? #t)
                    (license-file-regexp %license-file-regexp)
                    (phases '%standard-phases)
                    (locale "en_US.utf8")
                    (system (%current-system))
                    (build (nix-system->gnu-triplet system))
                    (imported-modules %gnu-build-system-modules)
                    (modules %default-gnu-modules)
                    (substitutable? #t)
                    allowed-references
                    disallowed-references)
  "Return as a monadic value a derivation called NAME that builds from SOURCE with INPUTS, using the usual procedure of
the GNU Build System.  The builder is run with GUILE, or with the default Guile of the build environment.

The builder runs PHASES, a list of phase names and procedures, with the other arguments; see (guix build
gnu-build-system)."
  (define builder
    (with-imported-modules imported-modules
      #~(begin
          (use-modules #$@(sexp->gexp modules))

          #$(with-build-variables inputs outputs
              #~(gnu-build #:source #+source
                           #:system #$system
                           #:build #$build
                           #:outputs %outputs
                           #:inputs %build-inputs
                           #:search-paths '#$(sexp->gexp
                                              (map search-path-specification->sexp
                                                   search-paths))
                           #:phases #$(if (pair? phases)
                                          (sexp->gexp phases)
                                          phases)
                           #:locale #$locale
                           #:bootstrap-scripts '#$bootstrap-scripts
                           #:configure-flags #$(if (pair? configure-flags)
                                                   (sexp->gexp configure-flags)
                                                   configure-flags)
                           #:make-flags #$(if (pair? make-flags)
                                              (sexp->gexp make-flags)
                                              make-flags)
                           #:out-of-source? #$out-of-source?
                           #:tests? #$tests?
                           #:test-target #$test-target
                           #:parallel-build? #$parallel-build?
                           #:parallel-tests? #$parallel-tests?
                           #:patch-shebangs? #$patch-shebangs?
                           #:license-file-regexp #$license-file-regexp
                           #:strip-binaries? #$strip-binaries?
                           #:validate-runpath? #$validate-runpath?
                           #:make-dynamic-linker-cache? #$make-dynamic-linker-cache?
                           #:strip-flags #$(sexp->gexp* strip-flags)
                           #:strip-directories #$(sexp->gexp* strip-directories))))))

  (mlet %store-monad ((guile (if guile
                                 (lower-object guile system)
                                 (default-guile-derivation system))))
    ;; Note: the real source file names are not graftable, hence #:graft? #f.
    (gexp->derivation name builder
                      #:system system
                      #:target #f
                      #:graft? #f
                      #:substitutable? substitutable?
                      #:allowed-references allowed-references
                      #:disallowed-references disallowed-references
                      #:guile-for-build guile)))

(define (sexp->gexp* value)
  "Return VALUE, a quoted list, a gexp or a list of strings, as something to put in a gexp."
  (match value
    (('quote _) (sexp->gexp value))
    ((? pair?) (sexp->gexp (list 'quote value)))
    ('() (sexp->gexp ''()))
    (_ value)))

(define* (gnu-cross-build name #:key target #:allow-other-keys)
  "Cross-build NAME for TARGET.  The collection has no cross compilers: `standard-cross-packages' says so first."
  (standard-cross-packages target 'host))

(define gnu-build-system
  (build-system
    (name 'gnu)
    (description
     "The GNU Build System---i.e., ./configure && make && make install")
    (lower lower)))
