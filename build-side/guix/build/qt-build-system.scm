;;; Commentary:
;;;
;;; Phases of packages that use Qt: those of CMake, and one that wraps programs.
;;; Interface: (guix build qt-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build qt-build-system)
  #:use-module ((guix build cmake-build-system) #:prefix cmake:)
  #:use-module (guix build qt-utils)
  #:use-module (guix build utils)
  #:export (%standard-phases
            qt-build))

(define* (check-setup #:rest _)
  "Let tests run without a display and without a message bus.  A phase of its own: recipes replace `check'."
  (setenv "QT_QPA_PLATFORM" "offscreen")
  (setenv "DBUS_FATAL_WARNINGS" "0")
  (setenv "CTEST_OUTPUT_ON_FAILURE" "1"))

(define %standard-phases
  (modify-phases cmake:%standard-phases
    (add-before 'check 'check-setup check-setup)
    (add-after 'install 'qt-wrap wrap-all-qt-programs)))

(define* (qt-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply cmake:cmake-build #:inputs inputs #:phases phases args))
