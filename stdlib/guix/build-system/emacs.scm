;;; Commentary:
;;;
;;; The build system of Emacs packages.  The phases are in (guix build emacs-build-system).
;;; Interface: (guix build-system emacs) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system emacs)
  #:use-module ((guix build emacs-build-system) #:select (%default-include %default-exclude))
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%emacs-build-system-modules
            emacs-build
            emacs-build-system)
  #:re-export (%default-include
               %default-exclude))

(define %emacs-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build emacs-build-system)
    (guix build emacs-utils)
    ,@%gnu-build-system-modules))

(define emacs-build
  (native-builder 'emacs-build
                  #:documentation "Build SOURCE with Emacs and INPUTS."
                  #:imported-modules %emacs-build-system-modules
                  #:modules '((guix build emacs-build-system)
                              (guix build utils)
                              (guix build emacs-utils))
                  #:variables? #f
                  #:parameters '(tests?
                                 (parallel-tests? #t)
                                 (test-command '("make" "check"))
                                 (include %default-include)
                                 (exclude %default-exclude))
                  #:arguments '(name source system test-command tests? parallel-tests? phases outputs
                                include exclude search-paths inputs)))

(define emacs-build-system
  (build-system
    (name 'emacs)
    (description "The build system for Emacs packages")
    (lower (lowering emacs-build
                     #:tools `(("emacs" #:emacs
                                ,(collection-variable '(gnu packages emacs) 'emacs-minimal)))))))
