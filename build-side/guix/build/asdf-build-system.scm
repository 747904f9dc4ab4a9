;;; Commentary:
;;;
;;; Phases of Common Lisp packages: sources are installed first and compiled where they are, for compiled files refer to
;;; them.
;;; Interface: (guix build asdf-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build asdf-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build lisp-utils)
  #:use-module (guix build union)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            %standard-phases/source
            asdf-build
            asdf-build/source))


;;;
;;; Names and directories.
;;;

(define (name-without-version name+version)
  (call-with-values (lambda () (package-name->name+version name+version))
    (lambda (name version) name)))

(define (item-name item)
  "Return the name of the package of ITEM, a store item."
  (name-without-version (strip-store-file-name item)))

(define (main-system-name output)
  "Return the name of the system that the package of OUTPUT most likely defines."
  (let ((name (item-name output))
        (prefix (string-append (%lisp-type) "-")))
    (if (string-prefix? prefix name)
        (string-drop name (string-length prefix))
        name)))

(define (implementation-sources)
  (string-append %source-install-prefix "/" (%lisp-type)))

(define (lisp-source-directory output name)
  (string-append output (implementation-sources) "/" name))

(define (library-directory output)
  (string-append output "/lib/common-lisp/" (%lisp-type)))

(define (copy-files-to-output out name)
  "Copy the current directory to where OUT has the sources of NAME, with links to definitions of systems."
  (let ((target (string-append out %source-install-prefix "/source/" name))
        (links (string-append out %source-install-prefix "/systems")))
    (for-each (lambda (file)
                (when (and (not (symbolic-link? file)) (access? file W_OK))
                  (utime file 0 0 0 0)))
              (find-files (getcwd) #:directories? #t))
    (copy-recursively (getcwd) target #:keep-mtime? #t)
    (mkdir-p links)
    (for-each (lambda (file)
                (symlink file (string-append links "/" (basename file))))
              (find-files target "\\.asd$"))))


;;;
;;; Packages of sources.
;;;

(define (without-prefix name)
  (match (string-index name #\-)
    (#f name)
    (hyphen (string-drop name (+ hyphen 1)))))

(define (compiled-package inputs name)
  "Return that of INPUTS which is the package NAME compiled for an implementation, or #f: the names differ in what is
before the first hyphen."
  (any (match-lambda
         ((label . item)
          (and (member (without-prefix label) (list name (without-prefix name)))
               item)))
       inputs))

(define (installed-sources item)
  "Return the directory of sources in ITEM, a compiled package, or #f."
  (let* ((name (item-name item))
         (implementation (string-take name (or (string-index name #\-) (string-length name))))
         (directory (string-append item %source-install-prefix "/" implementation)))
    (and (file-exists? directory)
         (match (scandir directory
                         (lambda (file)
                           (and (not (member file '("." "..")))
                                (file-is-directory? (string-append directory "/" file)))))
           ((first . _) (string-append directory "/" first))
           (() #f)))))

(define* (install #:key inputs outputs #:allow-other-keys)
  "Install the sources; those of the compiled package when that is an input."
  (let* ((out (assoc-ref outputs "out"))
         (name (item-name out)))
    (with-directory-excursion (or (and=> (compiled-package inputs name) installed-sources)
                                  ".")
      (copy-files-to-output out name))))

(define %standard-phases/source
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'check)
    (delete 'build)
    (replace 'install install)))

(define* (asdf-build/source #:key inputs (phases %standard-phases/source)
                            #:allow-other-keys #:rest args)
  "Build the package of sources that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))


;;;
;;; Compiled packages.
;;;

(define* (copy-source #:key outputs #:allow-other-keys)
  "Install the sources for the implementation."
  (let ((out (library-output outputs)))
    (copy-files-to-output out (main-system-name out))
    (with-directory-excursion (string-append out %source-install-prefix)
      (rename-file "source" (%lisp-type))
      (delete-file-recursively "systems"))))

(define* (configure #:key inputs #:allow-other-keys)
  "Make one directory of what INPUTS have, for the configuration of ASDF is looked for in few."
  (let ((union (string-append (getcwd) "/.cl-union")))
    (union-build union
                 (filter directory-exists? (map cdr inputs))
                 #:create-all-directories? #t
                 #:log-port (%make-void-port "w"))
    (setenv "CL_UNION" union)
    (setenv "XDG_CONFIG_DIRS" (string-append union "/etc"))))

(define* (build #:key outputs asd-systems asd-operation #:allow-other-keys)
  "Compile ASD-SYSTEMS."
  (let* ((out (library-output outputs))
         (sources (string-append out (implementation-sources)))
         (translations (wrap-output-translations
                        `(((,sources :**/ :*.*.*)
                           (,(library-directory out) :**/ :*.*.*))))))
    (setenv "ASDF_OUTPUT_TRANSLATIONS"
            (replace-escaped-macros (object->string translations)))
    ;; ECL may want a cache.
    (setenv "HOME" out)
    (compile-systems asd-systems
                     (lisp-source-directory out (main-system-name out))
                     asd-operation)))

(define* (check #:key tests? outputs asd-test-systems #:allow-other-keys)
  "Test ASD-TEST-SYSTEMS, if TESTS? is true."
  (if tests?
      (let ((out (library-output outputs)))
        (test-system asd-test-systems
                     (lisp-source-directory out (main-system-name out))))
      (format #t "test suite not run~%")))

(define* (create-asdf-configuration #:key outputs #:allow-other-keys)
  "Tell ASDF where the package is."
  (let ((name (main-system-name (assoc-ref outputs "out")))
        (out (library-output outputs)))
    (make-asdf-configuration name
                             (string-append out "/etc/common-lisp")
                             (string-append (getenv "CL_UNION") "/etc/common-lisp")
                             (lisp-source-directory out name)
                             (string-append (library-directory out) "/" name))))

(define* (cleanup-files #:key outputs #:allow-other-keys)
  "Delete a cache that the implementation may have left."
  (let ((cache (string-append (library-output outputs) "/.cache")))
    (when (directory-exists? cache)
      (delete-file-recursively cache))))

(define (strip . arguments)
  "Strip binaries, but not those of SBCL, which would not run."
  (unless (string=? (%lisp-type) "sbcl")
    (apply (assq-ref gnu:%standard-phases 'strip) arguments)))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'configure configure)
    (add-before 'configure 'copy-source copy-source)
    (replace 'build build)
    (replace 'check check)
    (add-after 'check 'create-asdf-configuration create-asdf-configuration)
    (add-after 'create-asdf-configuration 'cleanup cleanup-files)
    (delete 'install)
    (replace 'strip strip)))

(define* (asdf-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
