;;; Commentary:
;;;
;;; The tools every build has: those of the seed, under their own names.
;;;
;;; Code:

(define-module (gnu packages base)
  #:use-module (guix build-system trivial)
  #:use-module (guix gexp)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:)
  #:re-export (hello)
  #:use-module (gnu packages hello)
  #:export (canonical-package
            %final-inputs))

(define-public grep
  (seed-package "grep" "3.8" "tools" license:gpl3+
                #:synopsis "Print lines matching a pattern"))
(define-public sed
  (seed-package "sed" "4.9" "tools" license:gpl3+
                #:synopsis "Stream editor"))
(define-public tar
  (seed-package "tar" "1.34" "tools" license:gpl3+
                #:synopsis "Managing tar archives"))
(define-public patch
  (seed-package "patch" "2.7.6" "tools" license:gpl3+
                #:synopsis "Apply differences to originals, with optional backups"))
(define-public diffutils
  (seed-package "diffutils" "3.8" "tools" license:gpl3+
                #:synopsis "Comparing and merging files"))
(define-public findutils
  (seed-package "findutils" "4.9.0" "tools" license:gpl3+
                #:synopsis "Operating on files matching given criteria"))
(define-public coreutils
  (seed-package "coreutils" "9.1" "tools" license:gpl3+
                #:synopsis "Core GNU utilities (file, text, shell)"))
(define-public gnu-make
  (seed-package "make" "4.3" "tools" license:gpl3+
                #:synopsis "Remake files automatically"))
(define-public binutils %bootstrap-binutils)
(define-public glibc %bootstrap-glibc)
(define-public ld-wrapper %bootstrap-ld-wrapper)

(define-public glibc-for-fhs
  ;; For containers that look like other systems: its loader reads their cache of libraries, which that of the seed does
  ;; not.  The name of the cache has as many letters.
  (hidden-package
   (package
     (inherit glibc)
     (name "glibc-for-fhs")
     (build-system trivial-build-system)
     (arguments
      (list #:modules '((guix build utils))
            #:builder
            #~(begin
                (use-modules (guix build utils))
                (copy-recursively #+glibc #$output #:log #f #:keep-permissions? #f)
                (with-fluids ((%default-port-encoding "ISO-8859-1"))
                  (substitute* (string-append #$output "/lib/ld-linux-x86-64.so.2")
                    (("/gnu/ld\\.so\\.cache") "/etc/ld.so.cache"))))))
     (synopsis "C library for containers that emulate other systems"))))

(define-public glibc-utf8-locales
  (package
    (name "glibc-utf8-locales")
    (version (package-version glibc))
    (source (origin
              (method url-fetch)
              (uri "mirror://debian/pool/main/g/glibc/locales_2.36-9+deb12u14_all.deb")
              (sha256
               (base32
                "1c5wxda02949a3vdzswncwc81giiabr7gdcrn5waq4b48pcy7ih0"))))
    (build-system trivial-build-system)
    (arguments
     (list #:modules '((guix build utils))
           #:builder
           #~(begin
               (use-modules (guix build utils))
               (setenv "PATH" (string-append #+binutils "/bin:" #+%bootstrap-tools "/bin:" #+glibc "/bin"))
               (invoke "ar" "x" #$(package-source this-package))
               (invoke "tar" "xf" "data.tar.xz")
               (setenv "I18NPATH" (string-append (getcwd) "/usr/share/i18n"))
               (let ((directory (string-append #$output "/lib/locale/" #$(package-version this-package))))
                 (mkdir-p directory)
                 ;; Whoever names this directory does not see the C library's own.
                 (copy-recursively #+(file-append glibc "/lib/locale") directory #:keep-permissions? #f)
                 (for-each (lambda (locale)
                             (invoke "localedef" "--no-archive" "--prefix" #$output
                                     "-i" locale "-f" "UTF-8"
                                     (string-append directory "/" locale ".utf8")))
                           '("de_DE" "el_GR" "en_US" "fr_FR" "tr_TR"))))))
    (native-search-paths
     (list (search-path-specification
            (variable "LOCPATH")
            (files (list (string-append "lib/locale/" version))))))
    ;; Builders are run by strata's own Guile, whose text is Unicode in any locale.
    (properties '((for-builders? . #f)))
    (synopsis "Small sample of UTF-8 locales")
    (description
     "These are locales of the C library for some languages, for tests of programs and for profiles.")
    (home-page "https://www.gnu.org/software/libc/")
    (license license:lgpl2.1+)))

(define (canonical-package package)
  "Return the package that PACKAGE stands for among the implicit inputs: the one that needs no further build."
  package)

(define-syntax %final-inputs
  ;; The implicit inputs, as a variable, which they were when Guix was young, and as the procedure that they became.  Their
  ;; module uses this one: it is looked up late.
  (lambda (form)
    (syntax-case form ()
      ((_) #'%final-inputs)
      (name
       (identifier? #'name)
       #'(module-ref (resolve-interface '(gnu packages commencement)) '%final-inputs)))))
