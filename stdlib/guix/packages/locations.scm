;;; Commentary:
;;;
;;; Where the fields of packages are written.  Recipes use it as (guix packages), which see.
;;;
;;; Code:

(define-module (guix packages locations)
  #:use-module (guix packages definitions)
  #:use-module (guix source-fields)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (package-field-location
            package-source-field-location
            package-definition-location
            package-input-location))

(define (call-with-definition package proc)
  "Call PROC with the datum at the location of PACKAGE; return #f when it cannot be read."
  (call-with-datum-at (package-location package) proc))

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
