;;; Commentary:
;;;
;;; Sources of packages: origins as derivations, patched and repacked where they have patches or a snippet.
;;; Recipes use it as (guix packages).  Interface: (guix packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix packages sources)
  #:use-module (guix packages definitions)
  #:use-module (guix packages locations)
  #:use-module (guix packages mistakes)
  #:use-module (guix packages bags)
  #:use-module (guix utils)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix gexp)
  #:use-module ((guix gexp origins) #:select (%packages-being-lowered))
  #:use-module (guix derivations)
  #:use-module ((guix build utils) #:select (compressor tarball? strip-store-file-name))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (origin->derivation package-source-derivation computed-origin-method %standard-patch-inputs))

(define-syntax-rule (telling-field source field mvalue)
  ;; The monadic MVALUE; for errors in it see `call-telling-field'.
  (lambda (store)
    (call-telling-field source field (lambda () (mvalue store)))))

(define* (origin->derivation source #:optional (system (%current-system)))
  "Return as a monadic value the derivation corresponding to SOURCE, an <origin>."
  (define (fetch)
    (telling-field source 'uri
      ((origin-method source) (origin-uri source)
                              (content-hash-algorithm (origin-hash source))
                              (content-hash-value (origin-hash source))
                              (origin-file-name source)
                              #:system system)))

  (define patches
    (call-telling-field source 'patches (lambda () (origin-patches source))))

  (if (and (null? patches) (not (origin-snippet source)))
      (fetch)
      ;; Patches and a snippet make another tarball of the first.
      (mlet %store-monad ((archive (fetch))
                          (guile (package->derivation (or (origin-patch-guile source) (default-guile))
                                                      system #:graft? #f)))
        (telling-field source (if (null? patches) 'snippet 'patches)
          (patch-and-repack archive patches
                            #:inputs (origin-patch-inputs source)
                            #:snippet (origin-snippet source)
                            #:flags (origin-patch-flags source)
                            #:system system
                            #:modules (origin-modules source)
                            #:guile-for-build guile)))))

(define (call-telling-field source field thunk)
  "Call THUNK; an error in it is told with the place of FIELD of SOURCE, an origin, where that is the source of the package
that is being lowered."
  (with-exception-handler
      (lambda (exception)
        (match (%packages-being-lowered)
          (((package . _) . _)
           (when (eq? source (package-source package))
             (note-location! exception (package-source-field-location package field))))
          (_ #f))
        (raise-exception exception #:continuable? #t))
    thunk))

;; Recipes reach it with `@@'.
(define* (computed-origin-method gexp hash-algorithm hash #:optional (name "source")
                                 #:key (system (%current-system)) (guile (default-guile)))
  "Return, as a monadic value, the derivation of an origin made by GEXP, a promise of a G-expression; its hash is not
known beforehand."
  (mlet %store-monad ((guile (package->derivation guile system)))
    (gexp->derivation (or name "computed-origin") (force gexp)
                      #:graft? #f
                      #:system system
                      #:guile-for-build guile)))

(define-gexp-compiler (origin-compiler (origin <origin>) system target)
  (origin->derivation origin system))

(define* (package-source-derivation store source #:optional (system (%current-system)))
  "Return the derivation or store path for SOURCE, a file name or an object such as an origin, for SYSTEM."
  (match source
    ((? string? file)
     (if (direct-store-path? file)
         file
         (add-to-store store (basename file) #t "sha256" file)))
    (_
     (run-with-store store (lower-object source system) #:system system))))

(define (%standard-patch-inputs)
  "Return the tools that sources are unpacked, patched and packed with, an alist of lists."
  (define (tool label module name)
    ;; Always the native one.  A collection need not have them all.
    (parameterize ((%current-target-system #f))
      (let ((canonical (module-ref (resolve-interface '(gnu packages base)) 'canonical-package))
            (variable (module-variable (resolve-interface module) name)))
        (if (and variable (for-builders? (variable-ref variable)))
            `((,label ,(canonical (variable-ref variable))))
            '()))))

  (append (tool "tar" '(gnu packages base) 'tar)
          (tool "xz" '(gnu packages compression) 'xz)
          (tool "bzip2" '(gnu packages compression) 'bzip2)
          (tool "gzip" '(gnu packages compression) 'gzip)
          (tool "lzip" '(gnu packages compression) 'lzip)
          (tool "unzip" '(gnu packages compression) 'unzip)
          (tool "patch" '(gnu packages base) 'patch)
          (tool "locales" '(gnu packages base) 'glibc-utf8-locales)))


;;;
;;; Patching.
;;;

(define (patched-name file-name)
  "Return the name of what FILE-NAME, without its store directory, becomes when patched: archives become .tar.xz."
  (define (version-number? extension)
    (string-every char-set:hex-digit extension))

  (if (or (string-suffix? "-checkout" file-name) (not (compressor file-name)))
      file-name
      (let ((base (if (version-number? (or (file-extension file-name) "x"))
                      file-name
                      (file-sans-extension file-name))))
        (string-append base (if (equal? (file-extension base) "tar") ".xz" ".tar.xz")))))

(define (patch-file file)
  "Return the file-like object for FILE, the name of a patch."
  (unless (file-exists? file)
    (raise (condition
            (&message (message (format #f "~a: patch not found" file)))
            (&fix-hint
             (hint (format #f "(search-patches ~s) finds it in the collection, (local-file ~s) beside the recipe"
                           file file))))))
  (local-file (assume-valid-file-name file) #:recursive? #t))

(define* (patch-and-repack source patches
                           #:key
                           inputs
                           (snippet #f)
                           (flags '("-p1"))
                           (modules '())
                           (guile-for-build (%guile-for-build))
                           (system (%current-system)))
  "Return as a monadic value the derivation that unpacks SOURCE, a derivation or store item, applies PATCHES with FLAGS,
evaluates SNIPPET, an S-expression or gexp, with MODULES in scope in the unpacked directory, and packs the result again
with the tools of INPUTS.  Directories and single files stay what they are."
  (define source-file
    (if (derivation? source) (derivation->output-path source) source))

  (define file-name (strip-store-file-name source-file))

  (define tool
    (let ((inputs (or inputs (%standard-patch-inputs))))
      (lambda (name)
        (match (assoc-ref inputs name)
          ((package . _) package)
          (#f #f)))))

  (define decompressor (compressor file-name))
  (define locales (tool "locales"))

  (define build
    (with-imported-modules '((guix build utils))
      #~(begin
          (use-modules (guix build utils)
                       (ice-9 ftw)
                       (ice-9 match)
                       (srfi srfi-1))

          (define source #+source)
          (define tar #+(file-append (tool "tar") "/bin/tar"))
          (define unpacked (strip-store-file-name source))

          (define (only-entry directory)
            ;; The first entry: archives have one directory, single files are alone.
            (first (scandir directory
                            (lambda (name)
                              (not (member name '("." "..")))))))

          (define (sorts-names? tar)
            ;; Whether TAR is at least 1.28; those of a bootstrap may be older.
            (zero? (system* tar "cf" "/dev/null" "--files-from=/dev/null" "--sort=name")))

          (define (pack directory archive)
            ;; The same bytes whenever and wherever it is done.  Some programs take a time of zero for none.
            (define options '("--mtime=@1" "--owner=root:0" "--group=root:0"))
            (if (sorts-names? tar)
                (apply invoke tar "cfa" archive "--sort=name" (append options (list directory)))
                (begin
                  (call-with-output-file ".names"
                    (lambda (port)
                      (for-each (lambda (file)
                                  (display file port)
                                  (newline port))
                                (find-files directory #:directories? #t #:fail-on-error? #t))))
                  (apply invoke tar "cfa" archive "--no-recursion" "--files-from=.names" options))))

          (define (evaluate snippet modules)
            (let ((module (make-fresh-user-module)))
              (module-use-interfaces! module (map resolve-interface modules))
              ((@ (system base compile) compile) snippet
               #:to 'value #:opts %auto-compilation-options #:env module)))

          ;; File names that cannot be decoded are errors.
          (fluid-set! %default-port-conversion-strategy 'error)
          #+(if locales
                #~(begin
                    (setenv "LOCPATH"
                            (string-append #+locales "/lib/locale/"
                                           #+(version-major+minor (package-version locales))))
                    (setlocale LC_ALL "en_US.utf8"))
                #~#t)
          (setenv "PATH"
                  (string-join (map (lambda (directory)
                                      (string-append directory "/bin"))
                                    (list #+@(filter-map tool
                                                         (delete-duplicates
                                                          `("xz" ,@(if decompressor
                                                                       (list decompressor)
                                                                       '()))))))
                               ":"))
          (setenv "XZ_DEFAULTS" (string-join (%xz-parallel-args)))

          (cond ((file-is-directory? source)
                 (copy-recursively source unpacked #:log (%make-void-port "w")))
                ((tarball? source)
                 (invoke tar "xf" source))
                ((equal? #+decompressor "unzip")
                 (invoke "unzip" "-q" source))
                (else
                 (copy-file source unpacked)
                 (when #+decompressor
                   (make-file-writable unpacked)
                   (invoke #+decompressor "--decompress" unpacked))))

          (let* ((entry (only-entry "."))
                 (directory (if (file-is-directory? entry) entry ".")))
            (with-directory-excursion directory
              (for-each (lambda (patch)
                          (format (current-error-port) "applying '~a'...~%" patch)
                          ;; Patches that apply with some doubt are refused; no backups are left.
                          (invoke #+(file-append (tool "patch") "/bin/patch")
                                  "--force" "--no-backup-if-mismatch" #+@flags "--input" patch))
                        '#+(map (match-lambda
                                  ((? string? file) (patch-file file))
                                  ((? struct? patch) patch)
                                  (other
                                   (raise (condition
                                           (&message (message (format #f "invalid patch of an origin: ~s; \
expected a file name or a file-like object" other)))
                                           (&fix-hint
                                            (hint "for example: (patches (search-patches \"fix.patch\"))"))))))
                                patches))
              #+(if snippet
                    #~(evaluate '#+(if (pair? snippet) (sexp->gexp snippet) snippet)
                                '#+modules)
                    #~#t))
            (cond ((file-is-directory? source)
                   (copy-recursively directory #$output #:log (%make-void-port "w")))
                  (#+(or (tarball? file-name) (->bool decompressor))
                   (pack directory #$output))
                  (else
                   (copy-file entry #$output)))))))

  (gexp->derivation (patched-name file-name) build
                    #:graft? #f
                    #:system system
                    #:guile-for-build guile-for-build
                    #:properties `((type . origin)
                                   (patches . ,(length patches)))))
