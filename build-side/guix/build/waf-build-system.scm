;;; Commentary:
;;;
;;; Phases of packages that come with a `waf' script.
;;; Interface: (guix build waf-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build waf-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:export (%standard-phases
            waf-build))

(define (waf command . arguments)
  "Run the script of the package with COMMAND and ARGUMENTS."
  (unless (file-exists? "waf")
    (error "no waf found"))
  (format #t "running \"python waf\" with command ~s and parameters ~s~%" command arguments)
  (apply invoke "python" "waf" command arguments))

(define (prefix outputs)
  (string-append "--prefix=" (assoc-ref outputs "out")))

(define* (configure #:key outputs (configure-flags '()) #:allow-other-keys)
  "Configure, for what is to be installed to OUTPUTS."
  (apply waf "configure" (prefix outputs) configure-flags))

(define* (build #:rest _)
  "Build."
  (waf "build"))

(define* (check #:key tests? test-target #:allow-other-keys)
  "Run the command TEST-TARGET, if TESTS? is true."
  (when tests?
    (waf test-target)))

(define* (install #:key outputs (configure-flags '()) #:allow-other-keys)
  "Install to OUTPUTS."
  (apply waf "install" (prefix outputs) configure-flags))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (waf-build #:key inputs (phases %standard-phases)
                    #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
