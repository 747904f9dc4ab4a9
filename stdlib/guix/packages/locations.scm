;;; Commentary:
;;;
;;; Where the fields of packages are written.  Recipes use it as (guix packages), which see.
;;;
;;; Code:

(define-module (guix packages locations)
  #:use-module (guix packages definitions)
  #:use-module (guix source-files)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (package-field-location
            package-source-field-location
            package-definition-location
            package-input-location))

;; Places are found by reading the source again: few programs ask, and recipes are many.

(define (call-at-location location proc)
  "Call PROC with a port at LOCATION, of a file in the load path; return #f when there is no such file."
  (let ((file (and location (source-file (location-file location)))))
    (and file
         (false-if-exception
          (call-with-input-file file
            (lambda (port)
              (set-port-filename! port (location-file location))
              (proc port)))))))

(define (datum-location datum)
  "Return where DATUM was read, or #f."
  (and (pair? datum)
       (source-properties->location (source-properties datum))))

(define (call-with-definition package proc)
  "Call PROC with the datum at the location of PACKAGE; return #f when it cannot be read."
  (let ((location (package-location package)))
    (call-at-location
     location
     (lambda (port)
       (go-to-location port (location-line location) (location-column location))
       (proc (read port))))))

(define (find-field fields name)
  "Return the one of FIELDS, data such as (NAME VALUE), that is called NAME, or #f."
  (find (match-lambda
          ((other . _) (eq? other name))
          (_ #f))
        fields))

(define (value-location field)
  (match field
    ((_ value) (or (datum-location value) (datum-location field)))
    (_ #f)))

(define (package-field-location package field)
  "Return the location of the value of FIELD, a symbol, in the source of PACKAGE, or #f when it cannot be found."
  (call-with-definition package
    (match-lambda
      (('package fields ...) (value-location (find-field fields field)))
      (_ #f))))

(define (package-source-field-location package field)
  "Return the location of the value of FIELD, a symbol, of the origin that is written as the source of PACKAGE, or else of
the whole source, or #f when it cannot be found."
  (call-with-definition package
    (match-lambda
      (('package fields ...)
       (let ((source (find-field fields 'source)))
         (or (match source
               ((_ ('origin fields ...)) (value-location (find-field fields field)))
               (_ #f))
             (value-location source))))
      (_ #f))))

(define (package-definition-location package)
  "Return the location of the top-level form, such as `define-public', that the source of PACKAGE is in, or #f."
  (let ((location (package-location package)))
    (call-at-location
     location
     (lambda (port)
       (let loop ((enclosing #f))
         (let* ((form (read port))
                (start (datum-location form)))
           (if (or (eof-object? form)
                   (and start (> (location-line start) (location-line location))))
               enclosing
               (loop (or start enclosing)))))))))

(define (package-input-location package input)
  "Return where INPUT, what `package-inputs' and the like have or the object in it, is given to PACKAGE: the field that
has it or that may refer to it, or else PACKAGE."
  (define (has-it? inputs)
    (any (match-lambda
           ((and whole (_ object . _)) (or (eq? object input) (equal? whole input)))
           (whole (equal? whole input)))
         inputs))

  (or (any (match-lambda
             ((field . get)
              (and (has-it? (get package))
                   (package-field-location package field))))
           `((inputs . ,package-inputs)
             (native-inputs . ,package-native-inputs)
             (propagated-inputs . ,package-propagated-inputs)))
      (match input
        ((_ object . _)
         (and object (eq? object (package-source package))
              (package-field-location package 'source)))
        (_ #f))
      (package-field-location package 'arguments)
      (package-location package)))
