;;; Commentary:
;;;
;;; Where the fields of records are written, such as those of packages and channels.
;;;
;;; Code:

(define-module (guix source-fields)
  #:use-module (guix diagnostics)
  #:use-module (guix source-files)
  #:use-module ((guix utils) #:select (go-to-location))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (call-at-location call-with-datum-at datum-location
            find-field value-location))

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

(define (call-with-datum-at location proc)
  "Call PROC with the datum at LOCATION; return #f when it cannot be read."
  (call-at-location
   location
   (lambda (port)
     (go-to-location port (location-line location) (location-column location))
     (proc (read port)))))

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
