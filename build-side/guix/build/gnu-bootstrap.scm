;;; Commentary:
;;;
;;; Configuring, compiling and installing packages of Scheme code with nothing but Guile, before there is a shell.
;;; Interface: (guix build gnu-bootstrap) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build gnu-bootstrap)
  #:use-module (guix build utils)
  #:use-module (system base compile)
  #:export (bootstrap-configure
            bootstrap-build
            bootstrap-install))

(define (module-directory out)
  (string-append out "/share/guile/site/" (effective-version)))

(define (object-directory out)
  (string-append out "/lib/guile/" (effective-version) "/site-ccache"))

(define (object-file file)
  (string-append (string-drop-right file (string-length ".scm")) ".go"))

(define (fill-templates directory proc)
  "Make a file of each template in DIRECTORY, a file whose name ends in \".in\", and call PROC with its name."
  (for-each (lambda (template)
              (format #t "Configuring ~a~%" template)
              (let ((file (string-drop-right template (string-length ".in"))))
                (copy-file template file)
                (proc file)))
            (find-files directory "\\.in$")))

(define (bootstrap-configure version modules scripts)
  "Return a phase that fills in the templates in MODULES and SCRIPTS, directories: VERSION, and where Guile and the modules
are."
  (lambda* (#:key inputs outputs #:allow-other-keys)
    (let ((out (assoc-ref outputs "out"))
          (guile (string-append (assoc-ref inputs "guile") "/bin/guile")))
      (fill-templates modules
                      (lambda (file)
                        (substitute* file
                          (("@VERSION@") version))))
      (fill-templates scripts
                      (lambda (file)
                        (substitute* file
                          (("@GUILE@") guile)
                          (("@MODDIR@") (module-directory out))
                          (("@GODIR@") (object-directory out)))
                        (chmod file #o755)))
      #t)))

(define (bootstrap-build modules)
  "Return a phase that compiles the modules in MODULES, a directory."
  (lambda _
    (add-to-load-path (getcwd))
    (for-each (lambda (file)
                (format #t "Compiling ~a~%" file)
                (compile-file file #:output-file (object-file file)))
              (find-files modules "\\.scm$"))
    #t))

(define (bootstrap-install modules scripts)
  "Return a phase that installs the modules in MODULES, compiled, and the programs in SCRIPTS, directories."
  (lambda* (#:key inputs outputs #:allow-other-keys)
    (let ((out (assoc-ref outputs "out")))
      (define (install file directory)
        (format #t "Installing ~a~%" file)
        (install-file file directory))

      (for-each (lambda (file)
                  (install file (string-append (module-directory out) "/" (dirname file)))
                  (install (object-file file)
                           (string-append (object-directory out) "/" (dirname file))))
                (find-files modules "\\.scm$"))
      (for-each (lambda (file) (install file (string-append out "/bin")))
                (find-files scripts (lambda (file stat) (executable-file? file))))
      #t)))
