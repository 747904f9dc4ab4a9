;;; Commentary:
;;;
;;; The build side of `copy-build-system': what the package names is copied from its source to its output.
;;; Interface: (guix build copy-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build copy-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%standard-phases
            copy-build))

(define (keeps? file include exclude include-regexp exclude-regexp)
  "Return true if FILE, a name relative to what is copied, is to be copied: one of the inclusions, when there are any,
matches it, and no exclusion does."
  (define (suffix-matches? suffixes)
    (any (lambda (suffix) (string-suffix? suffix file)) suffixes))
  (define (regexp-matches? regexps)
    (any (lambda (regexp) (string-match regexp file)) regexps))
  (and (or (and (null? include) (null? include-regexp))
           (suffix-matches? include)
           (regexp-matches? include-regexp))
       (not (suffix-matches? exclude))
       (not (regexp-matches? exclude-regexp))))

(define (copy-one source target)
  (format #t "`~a' -> `~a'~%" source target)
  (mkdir-p (dirname target))
  (copy-recursively source target #:follow-symlinks? #f #:log #f))

(define* (install-directory source target
                            #:key (include '()) (exclude '()) (include-regexp '()) (exclude-regexp '()))
  "Copy the files below the directory SOURCE to TARGET, as far as the filters say, with their directories."
  (for-each (lambda (file)
              (let ((relative (string-drop file (+ 1 (string-length source)))))
                (when (keeps? relative include exclude include-regexp exclude-regexp)
                  (copy-one file (string-append target "/" relative)))))
            (find-files source #:fail-on-error? #t)))

(define (without-trailing-slash name)
  (if (and (string-suffix? "/" name) (not (string=? name "/")))
      (string-drop-right name 1)
      name))

(define* (install #:key install-plan outputs #:allow-other-keys)
  "Copy files as INSTALL-PLAN says: a list of (SOURCE TARGET FILTER ...), where TARGET is relative to the output.

A directory SOURCE that ends in a slash stands for its contents; without the slash, and with a TARGET that ends in one,
for itself.  A file goes into TARGET when that ends in a slash, and becomes it otherwise.  The filters #:include,
#:exclude (lists of suffixes), #:include-regexp and #:exclude-regexp choose files of a directory.  #:output names another
output than the first."
  (define (install-entry source target output filters)
    (let* ((root (or (assoc-ref outputs (or output "out"))
                     (error "no such output" output)))
           (destination (string-append root "/" target))
           (into? (string-suffix? "/" destination)))
      (cond ((not (file-exists? source))
             (error "install-plan: no such file in the source" source))
            ((not (file-is-directory? source))
             (copy-one source
                       (if into?
                           (string-append destination (basename source))
                           destination)))
            (else
             (let ((directory (without-trailing-slash source))
                   (destination (without-trailing-slash destination)))
               (apply install-directory directory
                      (if (and into? (not (string-suffix? "/" source)) (not (string=? source ".")))
                          (string-append destination "/" (basename source))
                          destination)
                      filters))))))
  (for-each (match-lambda
              ((source) (install-entry source "" #f '()))
              ((source target) (install-entry source target #f '()))
              ((source target . options)
               (let ((output (match (memq #:output options)
                               ((_ name . _) name)
                               (#f #f))))
                 (install-entry source target output
                                (let loop ((options options))
                                  (match options
                                    ((#:output _ . rest) (loop rest))
                                    ((key value . rest) (cons* key value (loop rest)))
                                    (() '())))))))
            install-plan))

(define %standard-phases
  ;; Nothing is configured, built or checked.
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'build)
    (delete 'check)
    (replace 'install install)))

(define* (copy-build #:key inputs (phases %standard-phases) #:allow-other-keys #:rest args)
  "Build the package by applying all of PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
