;;; Commentary:
;;;
;;; From places in source files, as packages and G-expressions know them, to files.  Places name files as the load path
;;; does, "gnu/packages/base.scm", so that they stay right where a collection is copied to; editors and people want to know
;;; which file it is here.  Not the places themselves, which are (guix diagnostics)'.
;;;
;;; Code:

(define-module (guix source-files)
  #:use-module (srfi srfi-1)
  #:export (source-file
            own-source-file?
            shown-file-name
            file->module-name))

(define (source-file name)
  "Return the name by which the source file that places call NAME can be opened, or #f when there is no such file."
  (if (string-prefix? "/" name)
      (and (file-exists? name) name)
      (or (search-path %load-path name)
          (and (file-exists? name)
               (string-append (getcwd) "/" name)))))

(define own-directory
  ;; The directory that holds strata's own directories of modules.
  (delay (and=> (search-path %load-path "guix/source-files.scm")
                (lambda (file)
                  (string-append (dirname (dirname (dirname file))) "/")))))

(define (own-source-file? file)
  "Return true if FILE, an absolute name, comes with strata."
  (string-prefix? (or (force own-directory) "//") file))

(define (shown-file-name name)
  "Return NAME, of a source file, as messages show it: files that come with strata are where the load path says; others are
the user's, who wants to open them."
  (if (string-prefix? "/" name)
      (or (and (own-source-file? name)
               (below-load-path name))
          name)
      (let ((file (search-path %load-path name)))
        (if (and file (not (own-source-file? file)))
            file
            name))))

(define (below-load-path file)
  "Return FILE, an absolute name, as the load path leads to it, or #f."
  (any (lambda (directory)
         (let ((prefix (string-append (string-trim-right directory #\/) "/")))
           (and (string-prefix? prefix file)
                (string-drop file (string-length prefix)))))
       %load-path))

(define (file->module-name name)
  "Return the name of the module that the source file NAME should define."
  (let ((name (or (and (string-prefix? "/" name) (below-load-path name)) name)))
    (map string->symbol
         (string-split (if (string-suffix? ".scm" name)
                           (string-drop-right name (string-length ".scm"))
                           name)
                       #\/))))
