;;; Commentary:
;;;
;;; What is known of GNU's and other projects' sites.  Interface: (guix gnu-maintenance) of GNU Guix 1.4, of which this has
;;; what needs no network.
;;;
;;; Code:

(define-module (guix gnu-maintenance)
  #:use-module (guix download)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (uri-mirror-rewrite))

(define (uri-mirror-rewrite uri)
  "Return URI, a string, as one of mirror:// if it is at one of the sites of `%mirrors', else as it is."
  (or (and (not (string-prefix? "mirror://" uri))
           (any (match-lambda
                  ((name . sites)
                   (any (lambda (site)
                          (and (string-prefix? site uri)
                               (string-append "mirror://" (symbol->string name) "/"
                                              (string-drop uri (string-length site)))))
                        sites)))
                %mirrors))
      uri))
