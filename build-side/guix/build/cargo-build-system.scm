;;; Commentary:
;;;
;;; Phases of Rust crates.  The sources of the crates that are needed are put into one directory, which Cargo takes for the
;;; registry.
;;; Interface: (guix build cargo-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build cargo-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build cargo-utils)
  #:use-module (guix build json)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:export (%standard-phases
            cargo-build))

(define (program-crate?)
  "Return whether the crate in the current directory has programs."
  (let* ((port (open-input-pipe "cargo read-manifest"))
         (manifest (read-json port)))
    (close-pipe port)
    (any (lambda (target)
           (member "bin" (or (assoc-ref (cdr target) "kind") '())))
         (or (assoc-ref (cdr manifest) "targets") '()))))

(define (crate-source? file)
  "Return whether FILE is the source of a crate: an archive with a manifest in its top-level directory."
  (and (not (directory-exists? file))
       (zero? (system* "sh" "-c"
                       (string-append "tar -tf " file " | cut -d/ -f2 | grep -q '^Cargo.toml$'")))))


;;;
;;; Phases.
;;;

(define* (unpack-rust-crates #:key inputs vendor-dir #:allow-other-keys)
  "Unpack the crates that packages among INPUTS have installed into VENDOR-DIR."
  (define packages
    (delete-duplicates
     (filter-map (match-lambda
                   ((label . directory)
                    (and (string-prefix? "rust-" label) directory)))
                 inputs)))

  (unless (null? packages)
    (mkdir-p "target/package")
    (mkdir-p vendor-dir)
    (for-each (lambda (crate)
                (unless (file-exists? (string-append "target/package/" (basename crate)))
                  (install-file crate "target/package/")))
              (append-map (lambda (package)
                            (find-files (string-append package "/share/cargo/registry") "\\.crate$"))
                          packages))
    (for-each (lambda (crate)
                (invoke "tar" "xzf" crate "-C" vendor-dir))
              (find-files "target/package" "\\.crate$"))))

(define (unpack-crate label source vendor-dir)
  "Unpack SOURCE into a directory of its own in VENDOR-DIR, unless it is there."
  (let ((directory (string-append vendor-dir "/" (strip-store-file-name source))))
    (when (and (crate-source? source)
               (not (file-exists? directory)))
      (mkdir-p directory)
      (format #t "Unpacking ~a~%" label)
      (invoke "tar" "xf" source "-C" directory "--strip-components" "1"))))

(define (write-cargo-configuration vendor-dir)
  "Let Cargo take the crates in VENDOR-DIR instead of those of the registry."
  (setenv "CARGO_HOME" (string-append (getcwd) "/.cargo"))
  (mkdir-p ".cargo")
  (call-with-output-file ".cargo/config"
    (lambda (port)
      (format port "
[source.crates-io]
replace-with = 'vendored-sources'

[source.vendored-sources]
directory = '~a/~a'
" (getcwd) vendor-dir))
    #:encoding "UTF-8"))

(define* (configure #:key inputs (vendor-dir "guix-vendor") #:allow-other-keys)
  "Put the crates among INPUTS into VENDOR-DIR and tell Cargo."
  (define (set-from-input variable label suffix)
    (match (assoc-ref inputs label)
      (#f #f)
      (directory (setenv variable (string-append directory suffix)))))

  (chmod "." #o755)
  (mkdir-p vendor-dir)
  (for-each (match-lambda
              ((label . source) (unpack-crate label source vendor-dir)))
            inputs)
  (write-cargo-configuration vendor-dir)
  ;; Warnings of a newer compiler are no errors.
  (setenv "RUSTFLAGS" "--cap-lints allow")
  (setenv "LIBGIT2_SYS_USE_PKG_CONFIG" "1")
  (setenv "LIBSSH2_SYS_USE_PKG_CONFIG" "1")
  (set-from-input "CC" "gcc" "/bin/gcc")
  (set-from-input "OPENSSL_DIR" "openssl" "")
  (set-from-input "GETTEXT_SYSTEM" "gettext" "")
  (set-from-input "LIBCLANG_PATH" "clang" "/lib")
  ;; The versions are those of the inputs.
  (when (file-exists? "Cargo.lock")
    (delete-file "Cargo.lock")))

(define* (patch-cargo-checksums #:key (vendor-dir "guix-vendor") #:allow-other-keys)
  "Compute the checksums of the crates in VENDOR-DIR anew: scripts in them were changed."
  (generate-all-checksums vendor-dir))

(define* (build #:key skip-build? (features '()) (cargo-build-flags '("--release"))
                #:allow-other-keys)
  "Build the crate with FEATURES, unless SKIP-BUILD? is true."
  (unless skip-build?
    (apply invoke "cargo" "build"
           (append (if (null? features)
                       '()
                       (list "--features" (string-join features)))
                   cargo-build-flags))))

(define* (check #:key tests? (cargo-test-flags '("--release")) #:allow-other-keys)
  "Run the tests, if TESTS? is true."
  (when tests?
    (apply invoke "cargo" "test" cargo-test-flags)))

(define* (package #:key install-source? (cargo-package-flags '("--no-metadata" "--no-verify"))
                  #:allow-other-keys)
  "Make an archive of the crate's sources, if INSTALL-SOURCE? is true."
  (if install-source?
      (apply invoke "cargo" "package" cargo-package-flags)
      (format #t "Not installing cargo sources, skipping `cargo package`.~%")))

(define* (install #:key inputs outputs skip-build? install-source? (features '())
                  #:allow-other-keys)
  "Install the programs of the crate, and its sources, if INSTALL-SOURCE? is true."
  (define out (assoc-ref outputs "out"))
  (define registry (string-append out "/share/cargo/registry"))
  (define sources (string-append out "/share/cargo/src"))

  (mkdir-p out)
  ;; What was built is not built again.
  (setenv "CARGO_TARGET_DIR" "./target")
  (unless (or skip-build? (not (program-crate?)))
    (invoke "cargo" "install" "--no-track" "--path" "." "--root" out
            "--features" (string-join features)))
  (when install-source?
    (mkdir-p sources)
    (for-each (lambda (crate) (install-file crate registry))
              (find-files "target/package" "\\.crate$"))
    (for-each (lambda (crate) (invoke "tar" "xzf" crate "-C" sources))
              (find-files registry "\\.crate$"))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    (add-after 'build 'package package)
    (add-after 'unpack 'unpack-rust-crates unpack-rust-crates)
    (add-after 'patch-generated-file-shebangs 'patch-cargo-checksums patch-cargo-checksums)))

(define* (cargo-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
