;;; Commentary:
;;;
;;; The build system of games for Ren'Py.  The phases are in (guix build renpy-build-system).
;;; Interface: (guix build-system renpy) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system renpy)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%renpy-build-system-modules
            default-renpy
            renpy-build
            renpy-build-system))

(define default-renpy
  (collection-variable '(gnu packages game-development) 'renpy))

(define %renpy-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build renpy-build-system)
    (guix build json)
    (guix build python-build-system)
    ,@%gnu-build-system-modules))

(define renpy-build
  (native-builder 'renpy-build
                  #:documentation "Build SOURCE, a game, with Ren'Py and INPUTS."
                  #:imported-modules %renpy-build-system-modules
                  #:modules '((guix build renpy-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((configure-flags '())
                                 (output "out")
                                 (game "game"))
                  #:arguments '(name source configure-flags system phases outputs output game search-paths
                                inputs)))

(define renpy-build-system
  (build-system
    (name 'renpy)
    (description "The Ren'py build system")
    (lower (lowering renpy-build
                     #:tools `(("renpy" #:renpy ,default-renpy))))))
