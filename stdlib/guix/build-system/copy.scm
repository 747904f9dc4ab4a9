;;; Commentary:
;;;
;;; The build system of packages whose files are just copied: `#:install-plan' says which and where.
;;; The phases are in (guix build copy-build-system).  Interface: (guix build-system copy) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system copy)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix search-paths)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (srfi srfi-1)
  #:export (%copy-build-system-modules
            default-glibc
            lower
            copy-build
            copy-build-system))

(define %copy-build-system-modules
  ;; Build-side modules imported by default.
  `((guix build copy-build-system)
    ,@%gnu-build-system-modules))

(define (default-glibc)
  "Return the default C library."
  (module-ref (resolve-interface '(gnu packages base)) 'glibc))

(define* (lower name
                #:key source inputs native-inputs outputs system target
                #:allow-other-keys
                #:rest arguments)
  "Return a bag for NAME, or #f when cross-compiling."
  (define private-keywords
    '(#:target #:inputs #:native-inputs))

  (and (not target)
       (bag
         (name name)
         (system system)
         (host-inputs `(,@(if source
                              `(("source" ,source))
                              '())
                        ,@inputs
                        ;; The tools that phases use, without a compiler.
                        ,@(filter (lambda (input)
                                    (member (first input)
                                            '("bash" "coreutils" "gzip" "bzip2" "xz" "tar" "findutils" "grep" "sed"
                                              "gawk" "diffutils" "patch" "file")))
                                  (standard-packages))))
         (build-inputs native-inputs)
         (outputs outputs)
         (build copy-build)
         (arguments (strip-keyword-arguments private-keywords arguments)))))

(define* (copy-build name inputs
                     #:key
                     guile source
                     (outputs '("out"))
                     (install-plan ''(("." "./")))
                     (search-paths '())
                     (out-of-source? #t)
                     (validate-runpath? #t)
                     (patch-shebangs? #t)
                     (strip-binaries? #t)
                     (strip-flags %strip-flags)
                     (strip-directories %strip-directories)
                     (phases '%standard-phases)
                     (system (%current-system))
                     (target #f)
                     (substitutable? #t)
                     (imported-modules %copy-build-system-modules)
                     (modules '((guix build copy-build-system)
                                (guix build utils))))
  "Return as a monadic value a derivation called NAME that copies files of SOURCE as INSTALL-PLAN says, with INPUTS."
  (define (code value)
    (if (pair? value) (sexp->gexp value) value))

  (define builder
    (with-imported-modules imported-modules
      #~(begin
          (use-modules #$@(sexp->gexp modules))

          #$(with-build-variables inputs outputs
              #~(copy-build #:source #+source
                            #:system #$system
                            #:outputs %outputs
                            #:inputs %build-inputs
                            #:install-plan #$(code install-plan)
                            #:search-paths '#$(sexp->gexp
                                               (map search-path-specification->sexp
                                                    search-paths))
                            #:phases #$(code phases)
                            #:out-of-source? #$out-of-source?
                            #:validate-runpath? #$validate-runpath?
                            #:patch-shebangs? #$patch-shebangs?
                            #:strip-binaries? #$strip-binaries?
                            #:strip-flags '#$strip-flags
                            #:strip-directories '#$strip-directories)))))

  (mlet %store-monad ((guile (if guile
                                 (lower-object guile system)
                                 (default-guile-derivation system))))
    (gexp->derivation name builder
                      #:system system
                      #:target #f
                      #:graft? #f
                      #:substitutable? substitutable?
                      #:guile-for-build guile)))

(define copy-build-system
  (build-system
    (name 'copy)
    (description "The standard copy build system")
    (lower lower)))
