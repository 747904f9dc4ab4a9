;;; Commentary:
;;;
;;; The build system of Android's native components, built with a make-only stand-in of Android's build.
;;; The phases are in (guix build android-ndk-build-system).
;;; Interface: (guix build-system android-ndk) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system android-ndk)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (srfi srfi-1)
  #:export (android-ndk-build-system))

(define %android-ndk-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build android-ndk-build-system)
    (guix build syscalls)
    ,@%gnu-build-system-modules))

(define (make-flags ref)
  "Return the code for the flags of make: the main makefile is that of the input \"android-build\"."
  (let ((build (gexp-input-thing (first (assoc-ref (ref 'inputs) "android-build")))))
    (list #~(cons* "-f" #$(file-append build "/share/android/build/core/main.mk")
                   #$(ref 'make-flags)))))

(define android-ndk-build
  (native-builder 'android-ndk-build
                  #:documentation "Build SOURCE with the makefiles of the Android NDK and INPUTS."
                  #:imported-modules %android-ndk-build-system-modules
                  #:modules '((guix build android-ndk-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters `((tests? #t)
                                 test-target
                                 (make-flags ,#~'()))
                  #:arguments `(name source system test-target tests? phases
                                (bootstrap-scripts constant '())
                                (make-flags . ,make-flags)
                                outputs search-paths inputs)))

(define android-ndk-build-system
  (build-system
    (name 'android-ndk)
    (description "Android NDK build system, to build Android NDK packages")
    (lower (lowering android-ndk-build
                     #:private '(#:outputs)
                     #:build-inputs
                     (list (lambda (arguments)
                             `(("android-build"
                                ,((collection-variable '(gnu packages android) 'android-make-stub)))
                               ("android-googletest"
                                ,((collection-variable '(gnu packages android) 'android-googletest)))))
                           'native-inputs)))))
