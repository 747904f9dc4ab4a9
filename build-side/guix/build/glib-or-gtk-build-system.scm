;;; Commentary:
;;;
;;; Phases of programs that use GLib or GTK: those of the GNU build system, and ones that compile GSettings schemas, list
;;; the loaders of gdk-pixbuf, and wrap programs.
;;; Interface: (guix build glib-or-gtk-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build glib-or-gtk-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (%standard-phases
            %gdk-pixbuf-loaders-cache-file
            generate-gdk-pixbuf-loaders-cache
            glib-or-gtk-build))


;;;
;;; What programs need to find at run time.
;;;

(define (directories-below inputs directory wanted?)
  "Return DIRECTORY below each of INPUTS, an alist, where it exists and WANTED? accepts it; the last input comes first."
  (fold (match-lambda*
          (((_ . (? string? input)) found)
           (let ((candidate (string-append input directory)))
             (if (and (directory-exists? candidate)
                      (wanted? candidate)
                      (not (member candidate found string-ci=?)))
                 (cons candidate found)
                 found)))
          ((_ found) found))
        '()
        inputs))

(define (gtk-version inputs)
  "Return the version of GTK's interface that INPUTS have, as its directories spell it."
  (define (mentions? label name)
    (string-contains (or (assoc-ref inputs label) (assoc-ref inputs "source") "") name))

  (cond ((mentions? "gtk" "gtk-4") "4.0")
        ((mentions? "gtk+" "gtk+-3") "3.0")
        ((mentions? "gtk+" "gtk+-2") "2.0")
        (else "4.0")))

(define (gtk-module-directories inputs)
  "Return the directories of GTK modules among INPUTS, all of one version: modules of several do not mix."
  (directories-below inputs (string-append "/lib/gtk-" (gtk-version inputs)) (const #t)))

(define (data-directories inputs)
  "Return the directories among INPUTS with GSettings schemas, themes and the like."
  (directories-below inputs "/share"
                     (lambda (directory)
                       (any (lambda (part)
                              (directory-exists? (string-append directory "/" part)))
                            '("glib-2.0/schemas" "sounds" "themes" "cursors" "wallpapers" "icons" "mime")))))

(define (gio-module-directories inputs)
  "Return the directories of GIO modules among INPUTS."
  (directories-below inputs "/lib/gio/modules" (const #t)))

(define (wrapper-variables inputs)
  "Return the arguments of `wrap-program' that make what INPUTS have known to a program."
  (filter-map (match-lambda
                ((_ ()) #f)
                ((variable directories) `(,variable ":" prefix ,directories)))
              `(("XDG_DATA_DIRS" ,(data-directories inputs))
                ("GTK_PATH" ,(gtk-module-directories inputs))
                ("GIO_EXTRA_MODULES" ,(gio-module-directories inputs)))))


;;;
;;; Phases.
;;;

(define* (wrap-all-programs #:key inputs outputs
                            (glib-or-gtk-wrap-excluded-outputs '())
                            #:allow-other-keys)
  "Wrap the programs of OUTPUTS other than those in GLIB-OR-GTK-WRAP-EXCLUDED-OUTPUTS, so that they find schemas, themes
and modules."
  ;; An input only when there is something to wrap.
  (define shell (delay (search-input-file inputs "bin/bash")))

  (define (programs directory)
    (remove wrapped-program?
            (append-map (lambda (part)
                          (find-files (string-append directory part) ".*"))
                        '("/bin" "/libexec"))))

  (for-each (match-lambda
              ((output . directory)
               (unless (member output glib-or-gtk-wrap-excluded-outputs)
                 (let ((variables (wrapper-variables (alist-cons output directory inputs))))
                   (for-each (lambda (program)
                               (apply wrap-program program #:sh (force shell) variables))
                             (programs directory))))))
            outputs))

(define* (compile-glib-schemas #:key outputs #:allow-other-keys)
  "Compile the GSettings schemas of OUTPUTS that are not compiled."
  (for-each (match-lambda
              ((_ . directory)
               (let ((schemas (string-append directory "/share/glib-2.0/schemas")))
                 (when (and (directory-exists? schemas)
                            (not (file-exists? (string-append schemas "/gschemas.compiled"))))
                   (invoke "glib-compile-schemas" schemas)))))
            outputs))

(define %gdk-pixbuf-loaders-cache-file
  ;; Where outputs have the list of loaders.
  "lib/gdk-pixbuf-2.0/2.10.0/loaders.cache")

(define (generate-gdk-pixbuf-loaders-cache directories outputs)
  "List the loaders of gdk-pixbuf found in DIRECTORIES in a file in each of OUTPUTS, and let GDK_PIXBUF_MODULE_FILE be the
first of these.  Return its name, or #f when there are no loaders."
  (define caches
    (map (lambda (output)
           (string-append output "/" %gdk-pixbuf-loaders-cache-file))
         outputs))

  (match (append-map (lambda (directory)
                       (find-files directory "^libpixbufloader-.*\\.so$"))
                     directories)
    (() #f)
    (loaders
     (for-each (lambda (cache) (mkdir-p (dirname cache))) caches)
     (setenv "GDK_PIXBUF_MODULE_FILE" (first caches))
     (apply invoke "gdk-pixbuf-query-loaders" "--update-cache" loaders)
     (for-each (lambda (copy) (copy-file (first caches) copy))
               (cdr caches))
     (first caches))))

(define* (generate-gdk-pixbuf-loaders-cache-file #:key inputs outputs #:allow-other-keys)
  "List the loaders of gdk-pixbuf among INPUTS in OUTPUTS, when there is the command that does it."
  (when (which "gdk-pixbuf-query-loaders")
    (let ((cache (generate-gdk-pixbuf-loaders-cache
                  (map cdr inputs)
                  (filter-map (lambda (name) (assoc-ref outputs name))
                              '("out" "bin" "lib")))))
      (when cache
        (format #t "GDK_PIXBUF_MODULE_FILE set to `~a'~%" cache)))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'generate-gdk-pixbuf-loaders-cache-file
      generate-gdk-pixbuf-loaders-cache-file)
    (add-after 'install 'glib-or-gtk-compile-schemas compile-glib-schemas)
    (add-after 'install 'glib-or-gtk-wrap wrap-all-programs)))

(define* (glib-or-gtk-build #:key inputs (phases %standard-phases)
                            #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
