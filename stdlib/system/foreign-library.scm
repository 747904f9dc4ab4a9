;;; Commentary:
;;;
;;; Dynamic libraries: finding and opening them, and the functions and variables in them.
;;;
;;; Code:

(define-module (system foreign-library)
  #:use-module (srfi srfi-9)
  #:use-module (system foreign)
  #:export (guile-extensions-path ltdl-library-path guile-system-extensions-path
            lib->cyg load-foreign-library foreign-library? foreign-library-pointer foreign-library-function))

(define-record-type <foreign-library>
  (make-foreign-library filename path)
  foreign-library?
  (filename foreign-library-filename)
  (path foreign-library-path))

(define (path-from-environment name)
  (make-parameter (parse-path (getenv name) '())))
(define guile-extensions-path (path-from-environment "GUILE_EXTENSIONS_PATH"))
(define ltdl-library-path (path-from-environment "LTDL_LIBRARY_PATH"))
(define guile-system-extensions-path (make-parameter '()))

(define (lib->cyg name)
  "Return NAME, the name of a library, as Cygwin calls it."
  (cond ((not name) #f)
        ((string-prefix? "lib" name) (string-append "cyg" (substring name 3)))
        (else name)))

(define (failed filename message)
  (scm-error 'misc-error "dlopen" "file ~S, message ~S" (list filename message) #f))

(define* (load-foreign-library #:optional filename
                               #:key (extensions '(".so")) (search-ltdl-library-path? #t)
                               (search-path (append (guile-extensions-path) (ltdl-library-path)
                                                    (guile-system-extensions-path)))
                               (search-system-paths? #t) (lazy? #t) (global? #f)
                               (host-type-rename? #t) (rename-on-cygwin? #t))
  "Open the library FILENAME, with one of EXTENSIONS and in SEARCH-PATH unless it is absolute; without one, the program
itself."
  (define (open name)
    (let ((result (%dlopen name)))
      (if (eq? result #t)
          (make-foreign-library filename name)
          (failed name result))))
  (define (has-extension? name)
    (or-map (lambda (extension)
              (and (not (string-null? extension)) (string-contains name extension)))
            extensions))
  (define (candidates name)
    (if (has-extension? name)
        (list name)
        (map (lambda (extension) (string-append name extension)) extensions)))
  (cond ((not filename) (open #f))
        ((string-index filename #\/)
         (open (or (or-map (lambda (name) (and (file-exists? name) name)) (candidates filename))
                   (car (candidates filename)))))
        (else
         (open (or (or-map (lambda (directory)
                             (or-map (lambda (name)
                                       (let ((file (in-vicinity directory name)))
                                         (and (file-exists? file) file)))
                                     (candidates filename)))
                           search-path)
                   (car (candidates filename)))))))

(define (->library lib)
  (if (foreign-library? lib) lib (load-foreign-library lib)))

(define (foreign-library-pointer lib name)
  "Return a pointer to the symbol NAME of LIB, a library or its file name, or #f for the program itself."
  (%dlsym (foreign-library-path (->library lib)) name))

(define* (foreign-library-function lib name #:key (return-type void) (arg-types '()) (return-errno? #f))
  "Return the C function NAME of LIB as a procedure."
  (pointer->procedure return-type (foreign-library-pointer lib name) arg-types #:return-errno? return-errno?))
