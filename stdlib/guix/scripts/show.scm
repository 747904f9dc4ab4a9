;;; Commentary:
;;;
;;; What `strata show' and `strata search' do in Scheme: what the index of a collection keeps of each package, and
;;; records made of that.  The index itself is read and written by runtime/collections.
;;;
;;; Code:

(define-module (guix scripts show)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module (guix diagnostics)
  #:use-module (guix licenses)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module (guix source-files)
  #:use-module (guix ui recutils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module ((guix utils) #:select (version>?))
  #:export (guix-show
            collection-entries
            entries->recutils
            sort-versions))

(define (collection-entries)
  "Return what the index keeps of each available package of the collection, lists in the order of their modules.  A
package that cannot be looked at is left out with a warning."
  (reverse
   (fold-packages* (lambda (package module variable result)
                     (catch #t
                       (lambda () (cons (package-entry package module variable) result))
                       (lambda (key . args)
                         (warning (package-location package) "~a: ~a~%"
                                  (package-full-name package)
                                  (call-with-output-string
                                    (lambda (port) (print-exception port #f key args))))
                         result)))
                   '())))

(define (license-entry license)
  (and (license? license)
       (list (license-name license) (license-uri license))))

(define (package-entry package module variable)
  (let ((summary (package->summary package)))
    (list (package-name package)
          (package-version package)
          (map (match-lambda ((name . synopsis) (list name synopsis)))
               (summary-outputs summary))
          (summary-systems summary)
          (summary-dependencies summary)
          (match (package-location package)
            (#f #f)
            (location (list (shown-file-name (location-file location))
                            (location-line location)
                            (location-column location))))
          (package-home-page package)
          (match (package-license package)
            ((licenses ...)
             (and (every license? licenses)
                  (cons #:list (map license-entry licenses))))
            (license (license-entry license)))
          (package-synopsis package)
          (package-description package)
          (map symbol->string (module-name module))
          (symbol->string variable)
          (->bool (supported-package? package))
          (->bool (package-superseded package)))))

(define (entry->summary entry)
  (define (entry->license entry)
    (match entry
      ((name uri) ((@@ (guix licenses) license) name uri #f))))

  (match entry
    ((name version outputs systems dependencies location home-page licenses synopsis description . _)
     (package-summary name version
                      (map (match-lambda ((name synopsis) (cons name synopsis))) outputs)
                      systems dependencies
                      (match location
                        (#f #f)
                        ((file line column)
                         ((@ (guix diagnostics) location) file line column)))
                      home-page
                      (match licenses
                        (#f #f)
                        ((#:list . licenses) (map entry->license licenses))
                        (license (entry->license license)))
                      synopsis description))))

(define* (entries->recutils entries scores)
  "Write the records of ENTRIES, as `collection-entries' returns them, to the current output port.  SCORES are those of a
search, or #f each."
  (for-each (lambda (entry score)
              (summary->recutils (entry->summary entry) (current-output-port) (%text-width)
                                 #:extra-fields (if score `((relevance . ,score)) '())))
            entries scores))

(define (sort-versions versions)
  "Return VERSIONS, the newest first."
  (sort versions version>?))

(define-command (guix-show . args)
  (synopsis "show information about packages")
  (apply run-command "show" args))
