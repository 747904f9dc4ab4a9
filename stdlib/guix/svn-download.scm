;;; Commentary:
;;;
;;; Origins that are a revision of a Subversion repository, or several directories and files of one.
;;; Interface: (guix svn-download) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix svn-download)
  #:use-module ((guix build svn) #:prefix build:)
  #:use-module ((guix build utils) #:select (mkdir-p))
  #:use-module (guix checkouts)
  #:use-module (guix collection)
  #:use-module (guix gexp)
  #:use-module ((guix packages) #:select (default-guile))
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (svn-reference
            svn-reference?
            svn-reference-url
            svn-reference-revision
            svn-reference-recursive?
            svn-reference-user-name
            svn-reference-password
            svn-fetch
            download-svn-to-store

            svn-multi-reference
            svn-multi-reference?
            svn-multi-reference-url
            svn-multi-reference-revision
            svn-multi-reference-locations
            svn-multi-reference-recursive?
            svn-multi-reference-user-name
            svn-multi-reference-password
            svn-multi-fetch
            download-multi-svn-to-store))

(define-record-type* <svn-reference>
  svn-reference make-svn-reference
  svn-reference?
  (url svn-reference-url)                     ;string
  (revision svn-reference-revision)           ;integer
  (recursive? svn-reference-recursive?        ;whether to fetch externals
              (default #t))
  (user-name svn-reference-user-name (default #f))
  (password svn-reference-password (default #f)))

(define-record-type* <svn-multi-reference>
  svn-multi-reference make-svn-multi-reference
  svn-multi-reference?
  (url svn-multi-reference-url)               ;string
  (revision svn-multi-reference-revision)     ;integer
  (locations svn-multi-reference-locations)   ;list of strings; a directory's name ends in a slash
  (recursive? svn-multi-reference-recursive? (default #t))
  (user-name svn-multi-reference-user-name (default #f))
  (password svn-multi-reference-password (default #f)))

(define subversion
  (collection-variable '(gnu packages version-control) 'subversion))

(define* (reference-variables url revision recursive? user-name password #:optional (locations '()))
  "Return the environment variables that tell a builder what to fetch; LOCATIONS are more of them."
  (define (optional name value)
    (if value `((,name . ,value)) '()))

  `(("svn url" . ,url)
    ,@locations
    ("svn revision" . ,(number->string revision))
    ,@(optional "svn recursive?" (and recursive? "yes"))
    ,@(optional "svn user name" user-name)
    ,@(optional "svn password" password)))

(define* (svn-fetch ref hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) (guile (default-guile))
                    (svn (subversion)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <svn-reference>.  The output is expected to
have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define builder
    (with-imported-modules '((guix build svn)
                             (guix build utils))
      #~(begin
          (use-modules (guix build svn)
                       (ice-9 match))

          (svn-fetch (getenv "svn url")
                     (string->number (getenv "svn revision"))
                     #$output
                     #:svn-command #+(file-append svn "/bin/svn")
                     #:recursive? (match (getenv "svn recursive?")
                                    ("yes" #t)
                                    (_ #f))
                     #:user-name (getenv "svn user name")
                     #:password (getenv "svn password")))))

  (match ref
    (($ <svn-reference> url revision recursive? user-name password)
     (checkout-derivation (or name "svn-checkout") builder
                          (reference-variables url revision recursive? user-name password)
                          hash-algo hash
                          #:system system #:guile guile #:script-name "svn-download"
                          #:leaked-env-vars '()))))

(define* (svn-multi-fetch ref hash-algo hash
                          #:optional name
                          #:key (system (%current-system)) (guile (default-guile))
                          (svn (subversion)))
  "Return as a monadic value a fixed-output derivation that fetches REF, a <svn-multi-reference>.  The output is expected
to have recursive hash HASH of type HASH-ALGO (a symbol).  Use NAME as the file name, or a generic one if #f."
  (define builder
    (with-imported-modules '((guix build svn)
                             (guix build utils))
      #~(begin
          (use-modules (guix build svn)
                       (guix build utils)
                       (srfi srfi-1)
                       (ice-9 match))

          (for-each (lambda (location)
                      (unless (string-suffix? "/" location)
                        (mkdir-p (string-append #$output "/" (dirname location))))
                      (svn-fetch (string-append (getenv "svn url") "/" location)
                                 (string->number (getenv "svn revision"))
                                 (if (string-suffix? "/" location)
                                     (string-append #$output "/" location)
                                     (string-append #$output "/" (dirname location)))
                                 #:svn-command #+(file-append svn "/bin/svn")
                                 #:recursive? (match (getenv "svn recursive?")
                                                ("yes" #t)
                                                (_ #f))
                                 #:user-name (getenv "svn user name")
                                 #:password (getenv "svn password")))
                    (call-with-input-string (getenv "svn locations")
                      read)))))

  (match ref
    (($ <svn-multi-reference> url revision locations recursive? user-name password)
     (checkout-derivation (or name "svn-checkout") builder
                          (reference-variables url revision recursive? user-name password
                                               `(("svn locations" . ,(object->string locations))))
                          hash-algo hash
                          #:system system #:guile guile #:script-name "svn-multi-download"))))


;;;
;;; Fetching at once, into the store.
;;;

(define* (download-svn-to-store store ref
                                #:optional (name (basename (svn-reference-url ref)))
                                #:key (log (current-error-port)))
  "Fetch REF, a <svn-reference>, into STORE as NAME; what Subversion says goes to LOG.  Return the store item, or #f."
  (call-with-temporary-directory
   (lambda (directory)
     (define checkout (string-append directory "/svn"))
     (and (parameterize ((current-output-port log))
            (build:svn-fetch (svn-reference-url ref) (svn-reference-revision ref) checkout
                             #:user-name (svn-reference-user-name ref)
                             #:password (svn-reference-password ref)))
          (add-to-store store name #t "sha256" checkout)))))

(define* (download-multi-svn-to-store store ref
                                      #:optional (name (basename (svn-multi-reference-url ref)))
                                      #:key (log (current-error-port)))
  "Fetch REF, a <svn-multi-reference>, into STORE as NAME; what Subversion says goes to LOG.  Return the store item, or
#f."
  (call-with-temporary-directory
   (lambda (directory)
     (define (fetch location)
       (let ((parent (string-append directory "/" (dirname location))))
         (mkdir-p parent)
         (build:svn-fetch (string-append (svn-multi-reference-url ref) "/" location)
                          (svn-multi-reference-revision ref)
                          (if (string-suffix? "/" location)
                              (string-append directory "/" location)
                              parent)
                          #:recursive? (svn-multi-reference-recursive? ref)
                          #:user-name (svn-multi-reference-user-name ref)
                          #:password (svn-multi-reference-password ref))))

     (and (parameterize ((current-output-port log))
            (every fetch (svn-multi-reference-locations ref)))
          (add-to-store store name #t "sha256" directory)))))
