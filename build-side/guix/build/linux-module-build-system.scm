;;; Commentary:
;;;
;;; Phases of modules for the Linux kernel: the kernel's makefiles compile them.
;;; Interface: (guix build linux-module-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build linux-module-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            linux-module-build))

(define (make-in-kernel inputs source-directory parallel? arguments make-flags)
  "Run make in the kernel's tree among INPUTS, for the modules in SOURCE-DIRECTORY."
  (apply invoke "make"
         "-C" (string-append (assoc-ref inputs "linux-module-builder") "/lib/modules/build")
         (string-append "M=" (canonicalize-path source-directory))
         (append arguments
                 (if parallel?
                     (list "-j" (number->string (parallel-job-count)))
                     '())
                 make-flags)))

(define (set-and-say variable value)
  (setenv variable value)
  (format #t "`~a' set to `~a'~%" variable value))

(define* (configure #:key inputs target arch #:allow-other-keys)
  "Set what the kernel's makefiles read; no file has a time stamp."
  (setenv "KCONFIG_NOTIMESTAMP" "1")
  (setenv "KBUILD_BUILD_TIMESTAMP" (getenv "SOURCE_DATE_EPOCH"))
  (set-and-say "ARCH" arch)
  (when target
    (set-and-say "CROSS_COMPILE" (string-append target "-"))))

(define* (build #:key (make-flags '()) (parallel-build? #t) (source-directory ".") inputs
                #:allow-other-keys)
  "Compile the modules."
  (make-in-kernel inputs source-directory parallel-build? '() make-flags))

(define* (install #:key (make-flags '()) (parallel-build? #t) (source-directory ".")
                  inputs native-inputs outputs
                  #:allow-other-keys)
  "Install the modules, without an index: it is made for all modules of a system."
  (let* ((out (assoc-ref outputs "out"))
         (modules (string-append out "/lib/modules")))
    (mkdir-p modules)
    (make-in-kernel inputs source-directory parallel-build?
                    (list "DEPMOD=true"
                          (string-append "MODULE_DIR=" modules)
                          (string-append "INSTALL_PATH=" out)
                          (string-append "INSTALL_MOD_PATH=" out)
                          "INSTALL_MOD_STRIP=1"
                          "modules_install")
                    make-flags)))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'configure configure)
    (replace 'build build)
    (replace 'install install)))

(define* (linux-module-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
