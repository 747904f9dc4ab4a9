;;; Commentary:
;;;
;;; Phases of packages that Meson configures and Ninja builds.
;;; Interface: (guix build meson-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build meson-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module ((guix build glib-or-gtk-build-system) #:prefix glib-or-gtk:)
  #:use-module (guix build gremlin)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            meson-build))

(define (job-count parallel?)
  (if parallel? (number->string (parallel-job-count)) "1"))

(define* (configure #:key outputs configure-flags build-type #:allow-other-keys)
  "Run Meson in the directory \"build\" beside the sources."
  (let* ((out (assoc-ref outputs "out"))
         (source (getcwd))
         (link-own-libraries (string-append "_link_args=-Wl,-rpath=" out "/lib")))
    (mkdir "../build")
    (chdir "../build")
    (apply invoke "meson"
           (string-append "--prefix=" out)
           (string-append "--buildtype=" build-type)
           (string-append "-Dc" link-own-libraries)
           (string-append "-Dcpp" link-own-libraries)
           (append configure-flags (list source)))))

(define* (build #:key parallel-build? #:allow-other-keys)
  "Run Ninja."
  (invoke "ninja" "-j" (job-count parallel-build?)))

(define* (check #:key tests? test-options parallel-tests? #:allow-other-keys)
  "Run the tests; they may take as long as they need."
  (if tests?
      (begin
        (setenv "MESON_TESTTHREADS" (job-count parallel-tests?))
        (apply invoke "meson" "test" "--print-errorlogs" "-t" "0" test-options))
      (format #t "test suite not run~%")))

(define* (install #:rest _)
  "Run Ninja to install."
  (invoke "ninja" "install"))

(define* (shrink-runpath #:key (elf-directories '("lib" "lib64" "libexec" "bin" "sbin"))
                         outputs #:allow-other-keys)
  "Remove from the RUNPATH of the binaries in ELF-DIRECTORIES of OUTPUTS the directories that they do not need: Meson leaves
those of libraries that only tests use."
  (for-each (match-lambda
              (("debug" . _) #t)
              ((_ . output)
               (for-each (lambda (part)
                           (let ((directory (string-append output "/" part)))
                             (when (directory-exists? directory)
                               (for-each strip-runpath
                                         (find-files directory
                                                     (lambda (file stat) (elf-file? file)))))))
                         elf-directories)))
            outputs))

(define %standard-phases
  ;; With the phases for GLib and GTK, which the host side takes out again unless #:glib-or-gtk? is true.
  (modify-phases glib-or-gtk:%standard-phases
    (delete 'bootstrap)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    (add-after 'strip 'shrink-runpath shrink-runpath)))

(define* (meson-build #:key inputs phases
                      #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
