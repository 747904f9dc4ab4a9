;;; Commentary:
;;;
;;; Finding modules in directories and folding over what they export.  Interface: (guix discovery) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix discovery)
  #:use-module (guix i18n)
  #:use-module (guix modules)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 ftw)
  #:export (scheme-files scheme-modules scheme-modules*
            fold-modules all-modules
            fold-module-public-variables fold-module-public-variables*))

(define (directory-entries directory)
  "Return the sorted names of the visible entries of DIRECTORY; '(), with a message unless there is none, when it
cannot be read."
  (catch 'system-error
    (lambda ()
      (let ((stream (opendir directory)))
        (let loop ((names '()))
          (match (readdir stream)
            ((? eof-object?)
             (closedir stream)
             (sort names string<?))
            (name
             (loop (if (string-prefix? "." name) names (cons name names))))))))
    (lambda args
      (let ((errno (system-error-errno args)))
        (unless (= errno ENOENT)
          (format (current-error-port) (G_ "cannot access `~a': ~a~%") directory (strerror errno)))
        '()))))

(define (scheme-files directory)
  "Return the names of the Scheme files below DIRECTORY, in order."
  (append-map
   (lambda (name)
     (let ((file (string-append directory "/" name))
           (scheme? (string-suffix? ".scm" name)))
       (match (and=> (lstat file) stat:type)
         ('directory (scheme-files file))
         ('regular (if scheme? (list file) '()))
         ('symlink
          (cond (scheme? (list file))
                ((eq? 'directory (and=> (stat file #f) stat:type)) (scheme-files file))
                (else '())))
         (_ '()))))
   (directory-entries directory)))

(define (files+names directory sub-directory)
  "Return the list of (FILE . MODULE-NAME) of the Scheme files below SUB-DIRECTORY of DIRECTORY."
  (map (lambda (file)
         (cons file
               (file-name->module-name
                (string-trim (string-drop file (string-length directory)) #\/))))
       (scheme-files (if sub-directory
                         (string-append directory "/" sub-directory)
                         directory))))

(define* (scheme-modules directory #:optional sub-directory #:key (warn (const #f)))
  "Return the interfaces of the modules below DIRECTORY, or below SUB-DIRECTORY of it.  For those that cannot be
loaded, call (WARN FILE NAME ERROR), where ERROR is the list of a key and its arguments."
  (filter-map (match-lambda
                ((file . name)
                 (catch #t
                   (lambda () (resolve-interface name))
                   (lambda args
                     (warn file name args)
                     #f))))
              (files+names directory sub-directory)))

(define* (scheme-modules* directory #:optional sub-directory)
  "Return the names of the modules below DIRECTORY, or below SUB-DIRECTORY of it, without loading them."
  (map cdr (files+names directory sub-directory)))

(define* (fold-modules proc init path #:key (warn (const #f)))
  "Call (PROC MODULE RESULT) for each module of PATH, a list of directories and of (DIRECTORY . SUB-DIRECTORY)."
  (fold (lambda (entry result)
          (fold proc result
                (match entry
                  ((directory . sub-directory)
                   (scheme-modules directory sub-directory #:warn warn))
                  (directory
                   (scheme-modules directory #:warn warn)))))
        init
        path))

(define* (all-modules path #:key (warn (const #f)))
  "Return the modules of PATH, as for `fold-modules', in order."
  (reverse (fold-modules cons '() path #:warn warn)))

(define (fold-module-public-variables* proc init modules)
  "Call (PROC MODULE SYMBOL VARIABLE RESULT) for each variable that MODULES export; never twice for a variable."
  (let ((seen (make-hash-table)))
    (fold (lambda (module result)
            (fold (match-lambda*
                    (((symbol . variable) result)
                     (if (hashq-ref seen variable)
                         result
                         (begin
                           (hashq-set! seen variable #t)
                           (proc module symbol variable result)))))
                  result
                  (module-map cons module)))
          init
          modules)))

(define (fold-module-public-variables proc init modules)
  "Call (PROC OBJECT RESULT) for each value of the variables that MODULES export; never twice for an object."
  (let ((seen (make-hash-table)))
    (fold-module-public-variables*
     (lambda (module symbol variable result)
       (let ((value (and (variable-bound? variable) (variable-ref variable))))
         (if (hashq-ref seen value)
             result
             (begin
               (hashq-set! seen value #t)
               (proc value result)))))
     init
     modules)))
