;;; Commentary:
;;;
;;; JSON from the web, and packages described in JSON.  Interface: (guix import json) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import json)
  #:use-module (guix http-client)
  #:use-module (guix import print)
  #:use-module (guix import utils)
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (json-fetch
            json->code
            json->scheme-file))

(define* (json-fetch url #:key
                     (http-fetch http-fetch)
                     ;; Many sites refuse what does not say who asks.
                     (headers '((user-agent . "GNU Guile")
                                (Accept . "application/json"))))
  "Return what the JSON document at URL has, or #f when the server answers that it is not there, or not for us.  HTTP-FETCH is
called with URL and with HEADERS, an alist."
  (guard (c ((and (http-get-error? c)
                  (memv (http-get-error-code c) '(403 404)))
             #f))
    (let* ((port (http-fetch url #:headers headers))
           (value (json->scm port)))
      (close-port port)
      value)))

(define (package-codes description known)
  "Return the definition of the package that DESCRIPTION, an alist, is about, and its name, as a list of expressions.  KNOWN
lists the names of packages that are defined before."
  (list (package->code (alist->package description known))
        (string->symbol (assoc-ref description "name"))))

(define (json->code file)
  "Return the list of expressions that define the packages described in FILE, one or an array of them, and mention them; #f
when it is no valid JSON."
  (catch 'json-invalid
    (lambda ()
      (match (call-with-input-file file json->scm)
        (#(descriptions ...)
         ;; Each may refer to those before it.
         (let loop ((descriptions descriptions) (known '()) (result '()))
           (match descriptions
             (() (concatenate (reverse result)))
             ((description . rest)
              (loop rest
                    (cons (assoc-ref description "name") known)
                    (cons (package-codes description known) result))))))
        (description (package-codes description '()))))
    (const #f)))

(define (json->scheme-file file)
  "Write the packages described in FILE to a temporary file as Scheme, and return its name, or #f when FILE is no valid JSON."
  (match (json->code file)
    (#f #f)
    (expressions
     (let* ((port (mkstemp! (string-append (or (getenv "TMPDIR") "/tmp") "/guix-XXXXXX")))
            (name (port-filename port)))
       (for-each (lambda (expression)
                   (write expression port)
                   (newline port))
                 (cons '(use-modules (gnu) (guix) ((guix licenses) #:prefix license:))
                       expressions))
       (close-port port)
       name))))
