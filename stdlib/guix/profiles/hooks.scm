;;; Commentary:
;;;
;;; Profile hooks: files that a profile needs once and that come from all of its packages, such as the `dir' file of Info
;;; or caches of icons.  A hook takes a manifest and returns as a monadic value a derivation, or #f when the manifest has
;;; nothing for it, or the collection does not have the programs that it needs.
;;; Part of (guix profiles).
;;;
;;; Code:

(define-module (guix profiles hooks)
  #:use-module ((guix build-system) #:select (build-system-name))
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module (guix modules)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module ((guix packages definitions) #:select (for-builders?))
  #:use-module (guix profiles manifests)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (package-name->name+version version-major+minor))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:export (%default-profile-hooks
            info-dir-file manual-database manual-database/optional fonts-dir-file ghc-package-cache-file
            ca-certificate-bundle emacs-subdirs gdk-pixbuf-loaders-cache-file glib-schemas
            gtk-icon-themes gtk-im-modules texlive-font-maps xdg-desktop-database xdg-mime-database
            linux-module-database
            locale-setting))

(define (hook-derivation name builder)
  (gexp->derivation name builder
                    #:local-build? #t
                    #:substitutable? #f
                    #:properties `((type . profile-hook)
                                   (hook . ,(string->symbol name)))))

(define (nothing)
  (with-monad %store-monad (return #f)))

(define locales
  (collection-variable '(gnu packages base) 'glibc-utf8-locales #:default (const #f)))

(define* (locale-setting #:optional (locales? #t))
  "Return code that selects a UTF-8 locale, or #t: unless LOCALES?, and where the collection has none for builders, in
which case builds are done by strata's Guile, which needs none."
  (match (and locales? (locales))
    ((? package? (? for-builders? package))
      #~(begin
          (setenv "LOCPATH"
                  #$(file-append package "/lib/locale/"
                                 (version-major+minor (package-version package))))
          (setlocale LC_ALL "en_US.utf8")))
    (_ #t)))

(define-syntax let-collected
  ;; (let-collected ((VARIABLE MODULE) ...) BODY ...): evaluate BODY with each VARIABLE of the collection's MODULE, or
  ;; return the monadic value #f when there is none.  The modules are loaded when the hook runs.
  (syntax-rules ()
    ((_ ((variable module) ...) body ...)
     (let ((variable ((collection-variable 'module 'variable #:default (const #f)))) ...)
       (if (and variable ...)
           (let () body ...)
           (nothing))))))

(define (manifest-inputs manifest)
  "Return the gexp inputs of MANIFEST: the item of each entry, followed by those that it propagates."
  (append-map (lambda (entry)
                (cons (gexp-input (manifest-entry-item entry) (manifest-entry-output entry))
                      (manifest-inputs (make-manifest (manifest-entry-dependencies entry)))))
              (manifest-entries manifest)))

(define* (lookup-package manifest name #:optional (version-prefix ""))
  "Return as a monadic value the package or store item called NAME, of a version that begins with VERSION-PREFIX, that
something in MANIFEST is or refers to, or #f."
  (define (wanted? name* version)
    (and (string=? name name*)
         (string-prefix? version-prefix (or version ""))))

  (define wanted-package?
    (match-lambda
      ((? package? package) (wanted? (package-name package) (package-version package)))
      (_ #f)))

  (define (wanted-item? item)
    (call-with-values (lambda () (package-name->name+version (store-path-package-name item)))
      wanted?))

  (anym %store-monad
        (lambda (entry)
          (match (manifest-entry-item entry)
            ((? package? package)
             (with-monad %store-monad
               (return (find wanted-package?
                             (cons package
                                   (map second (package-transitive-inputs package)))))))
            ((? string? item)
             (mlet %store-monad ((references (references* item)))
               (return (find wanted-item? references))))
            (_ (nothing))))
        (manifest-entries manifest)))

(define (merging-builder manifest directory finish)
  "Return a builder that merges DIRECTORY, such as \"/share/icons\", of all of MANIFEST into that of the output and then
runs FINISH, a gexp with `merged', the directory, if there is one."
  (with-imported-modules (source-module-closure '((guix build profiles)
                                                  (guix build union)
                                                  (guix build utils)))
    #~(begin
        (use-modules (guix build profiles) (guix build union) (guix build utils) (ice-9 ftw))
        (define merged (string-append #$output #$directory))
        (define parts
          (filter file-exists?
                  (map (lambda (item) (string-append item #$directory))
                       '#$(manifest-inputs manifest))))
        (mkdir-p (dirname merged))
        (unless (null? parts)
          (union-build merged parts #:log-port (%make-void-port "w"))
          (ensure-writable-directory merged)
          #$finish))))


;;;
;;; For most profiles.
;;;

(define (info-dir-file manifest)
  "Return a derivation of the `dir' file of the Info manuals of MANIFEST."
  (let-collected ((texinfo (gnu packages texinfo))
                  (gzip (gnu packages compression))
                  (glibc-utf8-locales (gnu packages base)))
    (if (or (for-builders? texinfo) (has-entry? manifest "texinfo"))
        (info-directory manifest texinfo gzip glibc-utf8-locales)
        (nothing))))

(define (has-entry? manifest name)
  (any (lambda (entry) (string=? name (manifest-entry-name entry)))
       (manifest-entries manifest)))

(define (info-directory manifest texinfo gzip glibc-utf8-locales)
  (hook-derivation
   "info-dir"
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (guix build utils) (srfi srfi-1) (ice-9 ftw) (ice-9 regex))
         (define directory (string-append #$output "/share/info"))
         (define (manuals item)
           (let ((directory (string-append item "/share/info")))
             (map (lambda (name) (string-append directory "/" name))
                  (or (scandir directory (lambda (name) (string-match "\\.info(\\.gz)?$" name)))
                      '()))))
         (define (add-manual file)
           ;; NAME.LANGUAGE.info belongs into dir.LANGUAGE.
           (let* ((found (string-match "\\.([^.]+)\\.info(\\.gz)?$" (basename file)))
                  (language (and found (match:substring found 1))))
             (setenv "LANGUAGE" (or language "en"))
             (invoke #+(file-append texinfo "/bin/install-info") file
                     (string-append directory "/dir"
                                    (if (member language '(#f "en")) "" (string-append "." language))))))
         (setenv "PATH" #+(file-append gzip "/bin"))
         (setenv "GUIX_LOCPATH" #+(file-append glibc-utf8-locales "/lib/locale"))
         ;; The C library of the seed knows this variable only.
         (setenv "LOCPATH" (string-append (getenv "GUIX_LOCPATH") "/" #+(package-version glibc-utf8-locales)))
         (setenv "LC_ALL" "en_US.utf8")
         (mkdir-p directory)
         (for-each add-manual (append-map manuals '#$(manifest-inputs manifest)))))))

(define (ca-certificate-bundle manifest)
  "Return a derivation of one file with the certificates of all authorities in MANIFEST, for programs that want that."
  (hook-derivation
   "ca-certificate-bundle"
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (guix build utils) (rnrs io ports) (srfi srfi-1) (ice-9 ftw))
         (define (certificates item)
           (let ((directory (string-append item "/etc/ssl/certs")))
             (map (lambda (name) (string-append directory "/" name))
                  (or (scandir directory (lambda (name) (string-suffix? ".pem" name)))
                      '()))))
         (define files (append-map certificates '#$(manifest-inputs manifest)))
         (define bundle (string-append #$output "/etc/ssl/certs/ca-certificates.crt"))
         (fluid-set! %default-port-encoding "UTF-8")
         ;; Names of certificates may have any letters.
         #+(locale-setting)
         (mkdir #$output)
         ;; Without certificates there must not be such a directory: SSL_CERT_DIR would be set to it.
         (unless (null? files)
           (mkdir-p (dirname bundle))
           (call-with-output-file bundle
             (lambda (port)
               (for-each (lambda (file)
                           (put-bytevector port (call-with-input-file file get-bytevector-all #:binary #t))
                           (newline port))
                         files))
             #:binary #t))))))

(define (emacs-subdirs manifest)
  "Return a derivation of the file that adds the packages for Emacs in MANIFEST to its load path."
  (hook-derivation
   "emacs-subdirs"
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (guix build utils) (srfi srfi-1) (ice-9 ftw))
         (define site-lisp "/share/emacs/site-lisp")
         (define (packages item)
           (let ((directory (string-append item site-lisp)))
             (filter file-is-directory?
                     (map (lambda (name) (string-append directory "/" name))
                          (or (scandir directory (lambda (name) (not (member name '("." "..")))))
                              '())))))
         (define directory (string-append #$output site-lisp))
         (mkdir-p directory)
         (call-with-output-file (string-append directory "/subdirs.el")
           (lambda (port)
             (write `(normal-top-level-add-to-load-path
                      (list ,@(delete-duplicates (append-map packages '#$(manifest-inputs manifest)))))
                    port)
             (newline port)))))))

(define (fonts-dir-file manifest)
  "Return a derivation of the fonts of MANIFEST with the files `fonts.dir' and `fonts.scale' for each directory."
  (let-collected ((mkfontscale (gnu packages xorg))
                  (mkfontdir (gnu packages xorg)))
    (if (or (for-builders? mkfontscale) (any font-entry? (manifest-transitive-entries manifest)))
        (fonts-directory manifest mkfontscale mkfontdir)
        (nothing))))

(define (font-entry? entry)
  "Return whether ENTRY is likely to be of fonts, or of a program that lists them."
  (match (manifest-entry-item entry)
    ((? package? package)
     (or (eq? 'font (build-system-name (package-build-system package)))
         (string-prefix? "font" (package-name package))))
    (_ (string-prefix? "font" (manifest-entry-name entry)))))

(define (fonts-directory manifest mkfontscale mkfontdir)
  (hook-derivation
   "fonts-dir"
   (with-imported-modules '((guix build union) (guix build utils))
     #~(begin
         (use-modules (guix build union) (guix build utils))
         (define merged (string-append #$output "/share/fonts"))
         (define parts
           (filter file-exists?
                   (map (lambda (item) (string-append item "/share/fonts"))
                        '#$(manifest-inputs manifest))))
         (define indexes '("fonts.dir" "fonts.scale"))
         (define (delete-indexes useless?)
           (for-each (lambda (file)
                       (when (and (file-exists? file) (useless? file))
                         (delete-file file)))
                     indexes))
         (mkdir #$output)
         (unless (null? parts)
           (mkdir-p (dirname merged))
           (union-build merged parts
                        #:log-port (%make-void-port "w")
                        #:create-all-directories? #t)
           (for-each (lambda (directory)
                       (with-directory-excursion directory
                         (delete-indexes (lambda (file) #t))
                         (invoke #+(file-append mkfontscale "/bin/mkfontscale"))
                         (invoke #+(file-append mkfontdir "/bin/mkfontdir"))
                         ;; The first line tells how many fonts there are.
                         (delete-indexes (lambda (file)
                                           (eqv? #\0 (call-with-input-file file read-char))))))
                     (find-files merged
                                 (lambda (file status) (eq? 'directory (stat:type status)))
                                 #:directories? #t)))))))

(define guile-gdbm-ffi
  (collection-variable '(gnu packages guile) 'guile-gdbm-ffi #:default (const #f)))
(define guile-zlib
  (collection-variable '(gnu packages guile) 'guile-zlib #:default (const #f)))

(define (manual-database manifest)
  "Return a derivation of the index of the manual pages of MANIFEST."
  (hook-derivation
   "manual-database"
   (with-imported-modules (delete '(guix config)
                                  (source-module-closure '((guix build utils) (guix man-db))))
     ;; strata's Guile has (zlib), and its (guix man-db) writes the database by itself; others need these.
     (with-extensions (filter identity (list (guile-gdbm-ffi) (guile-zlib)))
       #~(begin
           (use-modules (guix man-db) (guix build utils) (srfi srfi-1))
           (define directory (string-append #$output "/share/man"))
           (mkdir-p directory)
           (write-mandb-database
            (string-append directory "/index.db")
            (append-map mandb-entries
                        (filter directory-exists?
                                (map (lambda (item) (string-append item "/share/man"))
                                     '#$(manifest-inputs manifest))))))))))

(define (manual-database/optional manifest)
  "Like `manual-database', but only when MANIFEST has man-db, which reads it."
  (mlet %store-monad ((man-db (lookup-package manifest "man-db")))
    (if man-db
        (manual-database manifest)
        (nothing))))


;;;
;;; For desktops.
;;;

(define (glib-schemas manifest)
  "Return a derivation of the compiled schemas of settings in MANIFEST."
  (mlet %store-monad ((wanted (lookup-package manifest "glib")))
    (if wanted
        (let-collected ((glib (gnu packages glib)))
          (hook-derivation "glib-schemas"
                           (merging-builder manifest "/share/glib-2.0/schemas"
                                            #~(invoke (string-append #+glib:bin "/bin/glib-compile-schemas")
                                                      (string-append "--targetdir=" merged)
                                                      merged))))
        (nothing))))

(define (gtk-icon-themes manifest)
  "Return a derivation of the icon themes of MANIFEST with a cache for each."
  (mlet %store-monad ((wanted (lookup-package manifest "gtk+")))
    (if wanted
        (let-collected ((gtk+ (gnu packages gtk)))
          (hook-derivation
           "gtk-icon-themes"
           (merging-builder
            manifest "/share/icons"
            #~(for-each (lambda (name)
                          (let ((theme (string-append merged "/" name)))
                            (when (file-is-directory? theme)
                              (ensure-writable-directory theme)
                              ;; What is no theme has no index, and the program says so.
                              (system* (string-append #+gtk+:bin "/bin/gtk-update-icon-cache")
                                       "-t" theme "--quiet"))))
                        (scandir merged (lambda (name) (not (member name '("." "..")))))))))
        (nothing))))

(define (gtk-im-modules manifest)
  "Return a derivation of the caches of input method modules of MANIFEST, for GTK+ 2 and 3."
  (define (cache library tools major version)
    (let ((prefix (string-append "/lib/gtk-" major ".0/" version)))
      #~(let* ((directory (string-append #$output #$prefix))
               (modules (append-map (lambda (item)
                                      (let ((modules (string-append item #$prefix "/immodules")))
                                        (if (file-exists? modules)
                                            (find-files modules "\\.so$")
                                            '())))
                                    (cons #$library '#$(manifest-inputs manifest))))
               (pipe (apply open-pipe* OPEN_READ
                            (string-append #$tools #$(string-append "/bin/gtk-query-immodules-" major ".0"))
                            modules)))
          (mkdir-p directory)
          (call-with-output-file (string-append directory "/immodules-gtk" #$major ".cache")
            (lambda (port) (dump-port pipe port)))
          (close-pipe pipe))))

  (mlet %store-monad ((three (lookup-package manifest "gtk+" "3"))
                      (two (lookup-package manifest "gtk+" "2")))
    (if (or two three)
        (let-collected ((gtk+ (gnu packages gtk))
                        (gtk+-2 (gnu packages gtk)))
          (hook-derivation
           "gtk-im-modules"
           (with-imported-modules '((guix build utils))
             #~(begin
                 (use-modules (guix build utils) (srfi srfi-1) (ice-9 popen))
                 #$@(if three (list (cache three #~#$gtk+:bin "3" "3.0.0")) '())
                 #$@(if two (list (cache two #~#$gtk+-2:bin "2" "2.10.0")) '())))))
        (nothing))))

(define (gdk-pixbuf-loaders-cache-file manifest)
  "Return a derivation of the list of image loaders of MANIFEST."
  (mlet %store-monad ((gdk-pixbuf (lookup-package manifest "gdk-pixbuf"))
                      (librsvg (lookup-package manifest "librsvg")))
    (if gdk-pixbuf
        (hook-derivation
         "gdk-pixbuf-loaders-cache-file"
         (with-imported-modules (source-module-closure '((guix build glib-or-gtk-build-system)))
           #~(begin
               (use-modules (guix build glib-or-gtk-build-system))
               (setenv "PATH" (string-append #$gdk-pixbuf "/bin:" (or (getenv "PATH") "")))
               ;; These may be there as inputs only; they bring the loaders that all have.
               (generate-gdk-pixbuf-loaders-cache
                (list #$gdk-pixbuf #$@(if librsvg (list librsvg) '()) #$@(manifest-inputs manifest))
                (list #$output)))))
        (nothing))))

(define (xdg-desktop-database manifest)
  "Return a derivation of the index of which applications of MANIFEST open which types of files."
  (mlet %store-monad ((wanted (lookup-package manifest "glib")))
    (if wanted
        (let-collected ((desktop-file-utils (gnu packages freedesktop)))
          (hook-derivation
           "xdg-desktop-database"
           (merging-builder manifest "/share/applications"
                            #~(invoke #+(file-append desktop-file-utils "/bin/update-desktop-database")
                                      merged))))
        (nothing))))

(define (xdg-mime-database manifest)
  "Return a derivation of the database of the file types that MANIFEST knows."
  (mlet %store-monad ((wanted (lookup-package manifest "glib")))
    (if wanted
        (let-collected ((shared-mime-info (gnu packages gnome)))
          (hook-derivation
           "xdg-mime-database"
           (with-imported-modules '((guix build union) (guix build utils))
             #~(begin
                 (use-modules (guix build union) (guix build utils))
                 (define database (string-append #$output "/share/mime"))
                 (define parts
                   (filter file-exists?
                           (map (lambda (item) (string-append item "/share/mime/packages"))
                                '(#+shared-mime-info #$@(manifest-inputs manifest)))))
                 (cond ((= 1 (length parts))
                        ;; Only what shared-mime-info knows, and that has its database ready.
                        (mkdir-p (dirname database))
                        (symlink #$(file-append shared-mime-info "/share/mime") database))
                       (else
                        (mkdir-p database)
                        (union-build (string-append database "/packages") parts
                                     #:log-port (%make-void-port "w"))
                        (setenv "XDG_DATA_HOME" (dirname database))
                        (invoke #+(file-append shared-mime-info "/bin/update-mime-database")
                                database)))))))
        (nothing))))


;;;
;;; For languages and kernels.
;;;

(define (ghc-package-cache-file manifest)
  "Return a derivation of the cache of the Haskell packages in MANIFEST."
  (if (any (lambda (entry) (string-prefix? "ghc" (manifest-entry-name entry)))
           (manifest-entries manifest))
      (let-collected ((ghc (gnu packages haskell)))
        (hook-derivation
         "ghc-package-cache"
         (with-imported-modules '((guix build utils))
           #~(begin
               (use-modules (guix build utils) (srfi srfi-1))
               (define database-name
                 (string-append "/lib/" (strip-store-file-name #+ghc) "/package.conf.d"))
               (define database (string-append #$output database-name))
               (define program #+(file-append ghc "/bin/ghc-pkg"))
               (define (configurations item)
                 (let ((directory (string-append item database-name)))
                   (if (file-exists? directory)
                       (find-files directory "\\.conf$")
                       '())))
               (invoke program "init" database)
               (for-each (lambda (file) (install-file file database))
                         (append-map configurations
                                     (delete-duplicates '#$(manifest-inputs manifest))))
               (invoke program "recache" (string-append "--package-db=" database))
               ;; The packages bring these themselves.
               (for-each delete-file (find-files database "\\.conf$"))))))
      (nothing)))

(define (texlive-font-maps manifest)
  "Return a derivation of the font maps of the packages of TeX Live in MANIFEST, and of the list of their files."
  (define texlive
    (make-manifest (filter (lambda (entry)
                             (string-prefix? "texlive-" (manifest-entry-name entry)))
                           (manifest-entries manifest))))

  (mlet %store-monad ((wanted (lookup-package manifest "texlive-base")))
    (if wanted
        (let-collected ((texlive-bin (gnu packages tex))
                        (texlive-default-updmap.cfg (gnu packages tex))
                        (coreutils (gnu packages base))
                        (grep (gnu packages base))
                        (sed (gnu packages base)))
          (hook-derivation
           "texlive-font-maps"
           (with-imported-modules '((guix build union) (guix build utils))
             #~(begin
                 (use-modules (guix build union) (guix build utils) (ice-9 popen))
                 ;; The programs find their files by going up from their own place, so all must be in one tree.
                 (define tree (string-append (getcwd) "/texlive"))
                 (define tree-files (string-append tree "/share/texmf-dist"))
                 (define result (string-append #$output "/share/texmf-dist"))
                 (define configuration (string-append result "/web2c/updmap.cfg"))
                 (define updmap #$(file-append texlive-bin "/bin/updmap-sys"))
                 (define configured (string-append "--cnffile=" configuration))
                 (define (maps-option name directory)
                   (string-append "--" name "outputdir=" result "/fonts/map/" directory "/updmap"))
                 (union-build tree '#$(manifest-inputs texlive)
                              #:create-all-directories? #t
                              #:log-port (%make-void-port "w"))
                 (setenv "PATH" (string-join (list #$(file-append coreutils "/bin")
                                                   #$(file-append grep "/bin")
                                                   #$(file-append sed "/bin"))
                                             ":"))
                 (setenv "PERL5LIB" #$(file-append texlive-bin "/share/tlpkg"))
                 (setenv "GUIX_TEXMF" tree-files)
                 (mkdir-p (dirname configuration))
                 (copy-file #$texlive-default-updmap.cfg configuration)
                 (make-file-writable configuration)
                 ;; Maps of packages that are not there are to be disabled: yes.
                 (let ((pipe (open-pipe* OPEN_WRITE updmap "--syncwithtrees" "--nohash" "--force" configured)))
                   (display "Y\n" pipe)
                   (unless (zero? (status:exit-val (close-pipe pipe)))
                     (error "updmap-sys failed on" configuration)))
                 (invoke updmap configured
                         (maps-option "dvipdfmx" "dvipdfmx")
                         (maps-option "dvips" "dvips")
                         (maps-option "pdftex" "pdftex"))
                 (copy-recursively result tree-files)
                 (invoke #$(file-append texlive-bin "/bin/mktexlsr") tree-files)
                 (install-file (string-append tree-files "/ls-R") result)))))
        (nothing))))

(define (linux-module-database manifest)
  "Return a derivation of the kernel modules of MANIFEST in one directory, with what each needs."
  (let-collected ((kmod (gnu packages linux))
                  (guile-zlib (gnu packages guile)))
    (hook-derivation
     "linux-module-database"
     (with-imported-modules (source-module-closure '((guix build utils) (gnu build linux-modules)))
       (with-extensions (list guile-zlib)
         #~(begin
             (use-modules (gnu build linux-modules) (srfi srfi-1) (ice-9 ftw) (ice-9 match))
             (define inputs '#$(manifest-inputs manifest))
             (define (versions item)
               (or (scandir (string-append item "/lib/modules")
                            (lambda (name) (not (string-prefix? "." name))))
                   '()))
             (match (delete-duplicates (append-map versions inputs))
               (() (mkdir #$output))
               ((version)
                (setenv "PATH" #+(file-append kmod "/bin"))
                (make-linux-module-directory inputs version #$output))
               (versions
                (error "kernel and modules are not of one version:" versions)))))))))

(define %default-profile-hooks
  ;; What `profile-derivation' calls unless told otherwise.
  (list info-dir-file
        manual-database/optional
        fonts-dir-file
        ghc-package-cache-file
        ca-certificate-bundle
        emacs-subdirs
        gdk-pixbuf-loaders-cache-file
        glib-schemas
        gtk-icon-themes
        gtk-im-modules
        texlive-font-maps
        xdg-desktop-database
        xdg-mime-database))
