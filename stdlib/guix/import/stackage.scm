;;; Commentary:
;;;
;;; Stackage, sets of Haskell packages that work together: an updater to the versions of one of them.  Interface: part of (guix
;;; import stackage) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import stackage)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix import hackage)
  #:use-module (guix import json)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix upstream)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (%stackage-url
            %stackage-updater))

(define %stackage-url
  (make-parameter "https://www.stackage.org"))

(define %lts-version
  ;; The set for the compiler that packages are built with.
  "18.14")

(define lts-versions
  (mlambda (lts-version)
    "Return the alist from names of packages to their versions in the set LTS-VERSION."
    (match (json-fetch (string-append (%stackage-url) "/lts-" lts-version))
      (#f (raise (formatted-message (G_ "LTS release version not found: ~a") lts-version)))
      (document
       (map (lambda (package)
              (cons (assoc-ref package "name") (assoc-ref package "version")))
            (vector->list (assoc-ref document "packages")))))))

(define (lts-version package)
  "Return the version of PACKAGE in the set, or #f."
  (assoc-ref (lts-versions %lts-version) (guix-package->hackage-name package)))

(define (latest-lts-release package)
  "Return the release of PACKAGE in the set, or #f."
  (match (lts-version package)
    (#f #f)
    (found
     (let ((url (hackage-source-url (guix-package->hackage-name package) found)))
       (upstream-source
        (package (package-name package))
        (version found)
        (urls (list url)))))))

(define %stackage-updater
  (upstream-updater
   (name 'stackage)
   (description "Updater for Stackage LTS packages")
   (pred (lambda (package)
           (and (hackage-package? package)
                (lts-version package))))
   (latest latest-lts-release)))
