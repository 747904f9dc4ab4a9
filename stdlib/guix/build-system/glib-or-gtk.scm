;;; Commentary:
;;;
;;; The GNU build system with two more phases, for programs that use GLib or GTK: one compiles GSettings schemas, one wraps
;;; programs so that they find schemas, GIO modules, themes and GTK modules of the inputs.
;;; The phases are in (guix build glib-or-gtk-build-system).
;;; Interface: (guix build-system glib-or-gtk) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system glib-or-gtk)
  #:use-module ((guix build glib-or-gtk-build-system)
                #:select (%gdk-pixbuf-loaders-cache-file))
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%glib-or-gtk-build-system-modules
            glib-or-gtk-build
            glib-or-gtk-cross-build
            glib-or-gtk-build-system)
  #:re-export (%gdk-pixbuf-loaders-cache-file))

(define %glib-or-gtk-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build glib-or-gtk-build-system)
    ,@%gnu-build-system-modules))

(define %scope
  '((guix build glib-or-gtk-build-system)
    (guix build utils)))

(define %parameters
  '((phases (@ (guix build glib-or-gtk-build-system) %standard-phases))
    (configure-flags '())
    ;; The cache of icon themes is made once for a profile.
    (make-flags '("gtk_update_icon_cache=true"))
    (out-of-source? #f)
    (test-target "check")
    (parallel-build? #t) (parallel-tests? #t)
    (validate-runpath? #t) (patch-shebangs? #t)
    (strip-binaries? #t)
    (strip-flags '("--strip-debug"))
    (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))
    (glib-or-gtk-wrap-excluded-outputs '())
    allowed-references disallowed-references))

(define glib-or-gtk-build
  (native-builder 'glib-or-gtk-build
                  #:documentation "Build SOURCE with INPUTS, as `gnu-build' does, then wrap its programs."
                  #:imported-modules %glib-or-gtk-build-system-modules
                  #:modules %scope
                  #:parameters `((tests? #t) ,@%parameters)
                  #:arguments '(source system outputs inputs search-paths (phases code)
                                glib-or-gtk-wrap-excluded-outputs configure-flags make-flags out-of-source?
                                tests? test-target parallel-build? parallel-tests? validate-runpath?
                                patch-shebangs? strip-binaries? (strip-flags code) (strip-directories code))
                  #:options '(#:target #f #:graft? #f)
                  #:forwarded '(allowed-references disallowed-references)))

(define glib-or-gtk-cross-build
  (cross-builder 'glib-or-gtk-cross-build
                 #:documentation "Build SOURCE for TARGET with inputs for it, then wrap its programs."
                 #:procedure 'glib-or-gtk-build
                 #:imported-modules %glib-or-gtk-build-system-modules
                 #:modules %scope
                 #:parameters `((tests? #f)
                                (make-dynamic-linker-cache? #f)
                                (build => ,build-triplet)
                                ,@%parameters)
                 #:arguments '(source system build target outputs inputs native-inputs
                               search-paths native-search-paths (phases code)
                               glib-or-gtk-wrap-excluded-outputs configure-flags make-flags out-of-source?
                               tests? test-target parallel-build? parallel-tests? validate-runpath?
                               make-dynamic-linker-cache? patch-shebangs? strip-binaries?
                               (strip-flags code) (strip-directories code))
                 #:options '(#:graft? #f)
                 #:forwarded '(allowed-references disallowed-references)))

(define default-glib
  (collection-variable '(gnu packages glib) 'glib))

(define glib-or-gtk-build-system
  (build-system
    (name 'glib-or-gtk)
    (description
     "The GNU Build System—i.e., ./configure && make && make install,
augmented with definition of suitable environment variables for glib and gtk+
in program wrappers.")
    (lower (lowering glib-or-gtk-build
                     #:cross glib-or-gtk-cross-build
                     ;; Its `bin' has glib-compile-schemas.
                     #:tools `(("glib:bin" #:glib ,default-glib "bin"))
                     #:private '(#:outputs #:implicit-inputs? #:implicit-cross-inputs?)
                     #:host-inputs '(source inputs/cross)
                     #:build-inputs '(native-inputs inputs/native tools cross-toolchain standard)))))
