;;; Commentary:
;;;
;;; The list of a collection's packages in a file of a profile: what can be said of each without loading its module.
;;; The index that strata keeps by itself (runtime/collections) serves commands; this file serves programs that make one
;;; with `generate-package-cache' of (gnu packages), which see, and look at a profile's.
;;;
;;; Code:

(define-module (guix package-cache)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (ice-9 vlist)
  #:export (cached-package cached-package-name cached-package-version cached-package-module cached-package-symbol
            cached-package-outputs cached-package-supported? cached-package-deprecated? cached-package-location
            write-package-cache
            read-package-cache))

(define-record-type <cached-package>
  (cached-package name version module symbol outputs supported? deprecated? location)
  cached-package?
  (name cached-package-name)
  (version cached-package-version)
  (module cached-package-module)            ;list of symbols
  (symbol cached-package-symbol)
  (outputs cached-package-outputs)
  (supported? cached-package-supported?)
  (deprecated? cached-package-deprecated?)
  (location cached-package-location))       ;(FILE LINE COLUMN) | #f

(define (cache-file directory)
  (string-append directory "/lib/guix/package.cache"))

(define (write-package-cache directory packages)
  "Write PACKAGES, a list of <cached-package>, to the cache of the profile DIRECTORY and return the file's name."
  (let ((file (cache-file directory)))
    (mkdir-p (dirname file))
    (call-with-output-file file
      (lambda (port)
        (display ";; Packages: #(name version module variable outputs supported? deprecated? location)\n(" port)
        (for-each (match-lambda
                    (($ <cached-package> name version module symbol outputs supported? deprecated? location)
                     (write (vector name version module symbol outputs supported? deprecated? location) port)
                     (newline port)))
                  packages)
        (display ")\n" port)))
    file))

(define (read-package-cache directory)
  "Return a vhash from names to <cached-package> records that the cache of the profile DIRECTORY has, or #f when it has none,
or one of another program."
  (define entries
    (false-if-exception (call-with-input-file (cache-file directory) read)))

  (and (list? entries)
       (let loop ((entries entries) (result vlist-null))
         (match entries
           (() result)
           ((#(name version module symbol outputs supported? deprecated? location) . rest)
            (loop rest
                  (vhash-cons name
                              (cached-package name version module symbol outputs supported? deprecated? location)
                              result)))
           (_ #f)))))
