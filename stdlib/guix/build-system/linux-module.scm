;;; Commentary:
;;;
;;; The build system of modules for the Linux kernel, compiled in a prepared tree of the kernel's sources.
;;; The phases are in (guix build linux-module-build-system).
;;; Interface: (guix build-system linux-module) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system linux-module)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix platform)
  #:use-module (guix utils)
  #:export (%linux-module-build-system-modules
            linux-module-build
            linux-module-build-system))

(define %linux-module-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build linux-module-build-system)
    ,@%gnu-build-system-modules))

(define %scope
  '((guix build linux-module-build-system)
    (guix build utils)))

(define default-linux
  (collection-variable '(gnu packages linux) 'linux-libre))

(define (architecture ref)
  "Return the kernel's name of the architecture that is built for."
  (list (platform-linux-architecture
         (lookup-platform-by-target-or-system (or (ref 'target) (ref 'system))))))

(define (make-linux-module-builder linux)
  "Return the package of the configured and prepared source tree of LINUX, a package, which modules are compiled in.
What takes much room and is not needed is left out."
  (package
    (inherit linux)
    (name (string-append (package-name linux) "-module-builder"))
    (inputs `(("linux" ,linux)))
    (arguments
     (substitute-keyword-arguments (package-arguments linux)
       ((#:phases phases)
        #~(modify-phases #$phases
            (replace 'build
              (lambda _
                (invoke "make" "modules_prepare")))
            (delete 'strip)
            (replace 'install
              (lambda* (#:key inputs #:allow-other-keys)
                (let ((out-lib-build (string-append #$output "/lib/modules/build")))
                  (copy-recursively "." out-lib-build)
                  (for-each (lambda (name)
                              (when (file-exists? name)
                                (delete-file-recursively name)))
                            (map (lambda (name)
                                   (string-append out-lib-build "/" name))
                                 '("arch" "tools/testing" "tools/perf" "drivers" "Documentation"
                                   "fs" "net" "samples" "sound")))
                  (for-each
                   (lambda (name)
                     (mkdir-p (dirname (string-append out-lib-build "/" name)))
                     (copy-recursively name
                                       (string-append out-lib-build "/" name)))
                   (append (find-files "arch" "^(dts|include)$"
                                       #:directories? #t)
                           (find-files "arch" "^(Makefile|module.lds)$")))
                  (let* ((linux #$(this-package-input "linux")))
                    (install-file (string-append linux "/System.map")
                                  out-lib-build)
                    (let ((source (string-append linux "/Module.symvers")))
                      (when (file-exists? source)
                        (install-file source out-lib-build)))))))))))))

(define %parameters
  `((make-flags '())
    (parallel-build? #t)
    (source-directory ".")
    (substitutable? #t)))

(define linux-module-build
  (native-builder 'linux-module-build
                  #:documentation "Build SOURCE, a kernel module, with INPUTS."
                  #:imported-modules %linux-module-build-system-modules
                  #:modules %scope
                  #:parameters `((tests? #t) target ,@%parameters)
                  #:arguments `(name source source-directory search-paths phases system target
                                (arch . ,architecture) tests?
                                (outputs . ,(lambda (ref) (list (outputs->gexp (ref 'outputs)))))
                                make-flags parallel-build?
                                (inputs . ,(lambda (ref) (list (input-tuples->gexp (ref 'inputs))))))
                  #:forwarded '(substitutable?)))

(define (definitions ref)
  ;; The quote in front of the first list is Guix 1.4's.
  (list #~(define %build-host-inputs
            '#+(input-tuples->gexp (ref 'build-inputs)))
        #~(define %build-target-inputs
            #$(cross-inputs->gexp ref))))

(define linux-module-build-cross
  (cross-builder 'linux-module-build-cross
                 #:documentation "Build SOURCE, a kernel module, for TARGET with inputs for it."
                 #:procedure 'linux-module-build
                 #:imported-modules %linux-module-build-system-modules
                 #:modules %scope
                 #:variables #f
                 #:definitions definitions
                 #:parameters `((tests? #f) ,@%parameters)
                 #:arguments `(name source source-directory system target
                               (arch . ,architecture)
                               outputs make-flags
                               (inputs constant %build-target-inputs)
                               (native-inputs constant %build-host-inputs)
                               search-paths native-search-paths phases tests?)
                 #:cross-options? #f
                 #:forwarded '(substitutable?)))

(define (kernel arguments)
  (keyword-argument arguments #:linux default-linux))

(define linux-module-build-system
  (build-system
    (name 'linux-module)
    (description "The Linux module build system")
    (lower (lowering linux-module-build
                     #:cross linux-module-build-cross
                     #:private '(#:target #:gcc #:kmod #:linux)
                     #:build-inputs (list 'source 'native-inputs
                                          (lambda (arguments)
                                            (package-native-inputs (kernel arguments)))
                                          'cross-toolchain 'standard)
                     #:host-inputs (list 'inputs
                                         (lambda (arguments)
                                           (let ((linux (kernel arguments)))
                                             `(("linux" ,linux)
                                               ("linux-module-builder"
                                                ,(make-linux-module-builder linux))))))))))
