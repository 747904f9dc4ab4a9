;;; Commentary:
;;;
;;; The build system of packages that Meson configures.  With `#:glib-or-gtk?', the phases of the glib-or-gtk build system are
;;; run too.  The phases are in (guix build meson-build-system).
;;; Interface: (guix build-system meson) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system meson)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system glib-or-gtk)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:use-module (ice-9 match)
  #:export (%meson-build-system-modules
            meson-build-system
            make-cross-file))


;;;
;;; What Meson is told of a target.
;;;

(define (first-match triplet rules)
  "Return the value of the first of RULES, each (PREDICATE VALUE), whose predicate accepts TRIPLET; the value may be a
procedure of TRIPLET.  Return #f when there is none."
  (match rules
    (() #f)
    (((accepts? value) . rest)
     (cond ((not (accepts? triplet)) (first-match triplet rest))
           ((procedure? value) (value triplet))
           (else value)))))

(define (prefix prefix)
  (lambda (triplet) (string-prefix? prefix triplet)))

(define (always triplet) #t)

(define (known kind triplet rules)
  "Like `first-match', but raise an error when nothing matches."
  (or (first-match triplet rules)
      (error (string-append "meson: unknown " kind))))

(define (host-machine triplet)
  "Return the entries of a cross file's section `host_machine' for TRIPLET."
  `((system . ,(known "operating system" triplet
                      `((,target-hurd? "gnu")
                        (,target-linux? "linux")
                        (,target-mingw? "windows"))))
    (cpu_family . ,(known "architecture" triplet
                          `((,target-x86-32? "x86")
                            (,target-x86-64? "x86_64")
                            (,target-arm32? "arm")
                            (,target-aarch64? "aarch64")
                            (,target-powerpc? ,(lambda (triplet)
                                                 (if (target-64bit? triplet) "ppc64" "ppc")))
                            (,target-riscv64? "riscv64"))))
    (cpu . ,(first-match triplet
                         `((,target-x86-32? ,(lambda (triplet) (string-take triplet 4)))
                           (,target-x86-64? "x86_64")
                           (,target-aarch64? "armv8-a")
                           (,target-arm32? "armv7")
                           ;; Meson makes no use of the name: any will do.
                           (,always "strawberries"))))
    (endian . ,(known "architecture" triplet
                      `((,(prefix "powerpc64le-") "little")
                        (,(prefix "mips64el-") "little")
                        (,target-x86-32? "little")
                        (,target-x86-64? "little")
                        (,target-arm? "little")
                        (,target-ppc32? "big")
                        (,target-riscv64? "little"))))))

(define (binaries triplet)
  "Return the entries of a cross file's section `binaries' for TRIPLET."
  (define (tool name)
    (cons name (string-append triplet "-" (symbol->string name))))

  `((c . ,(cc-for-target triplet))
    (cpp . ,(cxx-for-target triplet))
    (pkgconfig . ,(pkg-config-for-target triplet))
    ,@(map tool '(objcopy ar ld strip))))

(define (make-cross-file triplet)
  "Return a file-like object: the file that tells Meson how to build for TRIPLET."
  (computed-file "cross-file"
    (with-imported-modules '((guix build meson-configuration))
      #~(begin
          (use-modules (guix build meson-configuration))
          (call-with-output-file #$output
            (lambda (port)
              (write-section-header port "host_machine")
              (write-assignments port '#$(host-machine triplet))
              (write-section-header port "binaries")
              (write-assignments port '#$(binaries triplet))))))))


;;;
;;; The build system.
;;;

(define %meson-build-system-modules
  ;; Build-side modules imported by default: those of glib-or-gtk include the GNU build system's.
  `((guix build meson-build-system)
    ,@%glib-or-gtk-build-system-modules))

(define %meson-scope
  '((guix build meson-build-system)
    (guix build utils)))

(define (phases-definition ref)
  "Return the definition of the builder's phases: those of glib-or-gtk are left out unless asked for."
  (let ((phases (code->gexp (ref 'phases))))
    (list #~(define build-phases
              #$(if (ref 'glib-or-gtk?)
                    phases
                    #~(modify-phases #$phases
                        (delete 'glib-or-gtk-compile-schemas)
                        (delete 'glib-or-gtk-wrap)))))))

(define %parameters
  '((configure-flags '())
    (build-type "debugoptimized")
    (test-options '())
    glib-or-gtk?
    (parallel-build? #t) (parallel-tests? #f)
    (validate-runpath? #t) (patch-shebangs? #t)
    (strip-binaries? #t)
    (strip-flags '("--strip-debug"))
    (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))
    (elf-directories '("lib" "lib64" "libexec" "bin" "sbin"))
    allowed-references disallowed-references))

(define %options-of-meson
  ;; What follows the configure flags in both builders.
  '(build-type tests? (test-options code) parallel-build? parallel-tests? validate-runpath?
    patch-shebangs? strip-binaries? (strip-flags code) (strip-directories code) (elf-directories code)))

(define meson-build
  (native-builder 'meson-build
                  #:documentation "Build SOURCE, which has a `meson.build', with Meson and INPUTS."
                  #:imported-modules %meson-build-system-modules
                  #:modules %meson-scope
                  #:parameters `((tests? #t) ,@%parameters)
                  #:definitions phases-definition
                  #:arguments `(source system outputs inputs search-paths
                                (phases constant build-phases)
                                (configure-flags code)
                                ,@%options-of-meson)
                  #:options '(#:target #f #:graft? #f #:substitutable? #t)
                  #:forwarded '(allowed-references disallowed-references)))

(define (target-inputs ref)
  (list (if (null? (ref 'target-inputs))
            (input-tuples->gexp (ref 'host-inputs))
            (cross-inputs->gexp ref))))

(define (cross-configure-flags ref)
  (list #~`("--cross-file" #+(make-cross-file (ref 'target))
            ,@#$(code->gexp (ref 'configure-flags)))))

(define meson-cross-build
  (cross-builder 'meson-cross-build
                 #:documentation "Build SOURCE for TARGET with Meson and inputs for it."
                 #:procedure 'meson-build
                 #:imported-modules %meson-build-system-modules
                 #:modules %meson-scope
                 #:parameters `((tests? #f) (make-dynamic-linker-cache? #f) ,@%parameters)
                 #:definitions phases-definition
                 #:arguments `(source system (build . ,(compose list build-triplet)) target
                               (outputs . ,(lambda (ref) (list (outputs->gexp (ref 'outputs)))))
                               (inputs . ,target-inputs)
                               (native-inputs . ,(lambda (ref)
                                                   (list #~#+(input-tuples->gexp (ref 'build-inputs)))))
                               search-paths native-search-paths
                               (phases constant build-phases)
                               make-dynamic-linker-cache?
                               (configure-flags . ,cross-configure-flags)
                               ,@%options-of-meson)
                 #:options '(#:graft? #f #:substitutable? #t)
                 #:forwarded '(allowed-references disallowed-references)))

(define meson-build-system
  (build-system
    (name 'meson)
    (description "The standard Meson build system")
    (lower (lowering meson-build
                     #:cross meson-cross-build
                     #:tools `(("meson" #:meson ,(collection-variable '(gnu packages build-tools) 'meson))
                               ("ninja" #:ninja ,(collection-variable '(gnu packages ninja) 'ninja)))
                     #:private '(#:outputs)
                     #:build-inputs '(tools native-inputs inputs/native cross-toolchain standard)
                     #:host-inputs '(source inputs/cross)))))
