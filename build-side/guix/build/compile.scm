;;; Commentary:
;;;
;;; Compiling many Scheme files of one directory, as builds of Guile programs do.  Not what `guile' does by itself with files
;;; that it loads.
;;;
;;; Code:

(define-module (guix build compile)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (system base compile)
  #:use-module (system base target)
  #:use-module ((guix build utils) #:select (mkdir-p))
  #:export (compile-files))

(define (without-prefix directory file)
  "Return FILE as it is called within DIRECTORY."
  (let ((prefix (string-append (string-trim-right directory #\/) "/")))
    (if (string-prefix? prefix file)
        (string-drop file (string-length prefix))
        file)))

(define (file-name->module-name file)
  "Return the name of the module that FILE, relative to a directory of the load path, defines."
  (map string->symbol (string-split (string-drop-right file (string-length ".scm")) #\/)))

(define (compiled-name file)
  (string-append (if (string-suffix? ".scm" file)
                     (string-drop-right file (string-length ".scm"))
                     file)
                 ".go"))

(define (call-with-first-in-paths source compiled thunk)
  "Call THUNK while SOURCE and COMPILED are the first directories of the load paths."
  (let ((load-path %load-path)
        (compiled-path %load-compiled-path))
    (dynamic-wind
      (lambda ()
        (set! %load-path (cons source load-path))
        (set! %load-compiled-path (cons compiled compiled-path)))
      thunk
      (lambda ()
        (set! %load-path load-path)
        (set! %load-compiled-path compiled-path)))))

(define (for-each-counted proc report items)
  "Call PROC with each of ITEMS, after REPORT with it, how many there are and how many are done; then REPORT with #f."
  (let ((total (length items)))
    (for-each (lambda (item done)
                (report item total done)
                (proc item))
              items (iota total))
    (unless (zero? total)
      (report #f total total))))

(define* (compile-files source-directory build-directory files
                        #:key
                        (host %host-type)
                        (workers 1)
                        (optimization-options (const '()))
                        (warning-options '())
                        (report-load (const #f))
                        (report-compilation (const #f))
                        (debug-port (%make-void-port "w")))
  "Compile FILES, sources in SOURCE-DIRECTORY, to BUILD-DIRECTORY, for HOST, a GNU triplet.  All are loaded first: they may
use each other.  REPORT-LOAD and REPORT-COMPILATION are called with a file, or #f at the end, how many there are, and how
many are done.  OPTIMIZATION-OPTIONS is a procedure from files to options.  WORKERS is accepted: the files are compiled one
after the other."
  (define relative (map (lambda (file) (without-prefix source-directory file)) files))

  (define (load-it file)
    (format debug-port "~%loading '~a'...~%" file)
    (resolve-interface (file-name->module-name file)))

  (define (compile-it file)
    (let ((output (string-append build-directory "/" (compiled-name file))))
      (mkdir-p (dirname output))
      (compile-file (string-append source-directory "/" file)
                    #:output-file output
                    #:opts (append warning-options (optimization-options file)))))

  (call-with-first-in-paths source-directory build-directory
    (lambda ()
      (with-target host
        (lambda ()
          (for-each-counted load-it report-load relative)
          (for-each-counted compile-it report-compilation relative))))))
