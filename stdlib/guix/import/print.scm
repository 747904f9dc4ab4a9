;;; Commentary:
;;;
;;; From packages back to expressions.  Interface: (guix import print) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import print)
  #:use-module (guix base32)
  #:use-module (guix build-system)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix import utils)
  #:use-module (guix licenses)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix source-files)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 control)
  #:use-module (ice-9 match)
  #:export (package->code))


;;; Variables.

(define (variable-name value module)
  "Return the name that the module called MODULE exports VALUE as, or #f."
  (let/ec return
    (module-for-each (lambda (name variable)
                       (when (eq? value (variable-ref variable))
                         (return name)))
                     (resolve-interface module))
    #f))

(define (package-module package)
  "Return the name of the module that defines PACKAGE."
  (file->module-name (location-file (package-location package))))

(define (package-reference package)
  "Return an expression for the variable that PACKAGE is the value of, or where no module exports it, for the package."
  (let ((module (package-module package)))
    (match (false-if-exception (variable-name package module))
      (#f `(specification->package ,(package-full-name package)))
      (name `(@ ,module ,name)))))


;;; Parts of packages.

(define (license->code license)
  (match (variable-name license '(guix licenses))
    (#f `(license ,(license-name license) ,(license-uri license) ,(license-comment license)))
    (name (symbol-append 'license: name))))

(define (search-path->code path)
  `(search-path-specification
    (variable ,(search-path-specification-variable path))
    (files (list ,@(search-path-specification-files path)))
    (separator ,(search-path-specification-separator path))
    (file-type (quote ,(search-path-specification-file-type path)))
    (file-pattern ,(search-path-specification-file-pattern path))))

(define (url->code url version)
  (match (factorize-uri url version)
    ((? string? url) url)
    (parts `(string-append ,@parts))))

(define (uri->code uri version)
  "Return the expression of URI, of an origin.  With VERSION, addresses mention the variable `version'."
  (cond ((not version) uri)
        ((string? uri) (url->code uri version))
        ((and (list? uri) (every string? uri))
         `(list ,@(map (lambda (url) (url->code url version)) uri)))
        (else uri)))

(define (method->code method)
  "Return the name of METHOD, one that fetches sources."
  (or (any (lambda (module) (variable-name method module))
           '((guix download) (guix git-download) (guix hg-download) (guix svn-download)))
      (procedure-name method)))

(define (hash->code hash)
  (let ((text (bytevector->nix-base32-string (content-hash-value hash))))
    (match (content-hash-algorithm hash)
      ('sha256 `(sha256 (base32 ,text)))
      (algorithm `(hash (content-hash ,text ,algorithm))))))

(define (patches->code patches)
  "Return the list of the field with PATCHES, which are taken to be where `search-patches' finds them, or the empty list."
  (cond ((null? patches) '())
        ((every string? patches)
         `((patches (search-patches ,@(map basename patches)))))
        (else
         `((patches (list ,@(map (match-lambda
                                   ((? string? file) `(search-patch ,(basename file)))
                                   ((? origin? origin) (origin->code origin #f))
                                   (other other))
                                 patches)))))))

(define (origin->code origin version)
  `(origin
     (method ,(method->code (origin-method origin)))
     (uri ,(uri->code (origin-uri origin) version))
     ,(hash->code (origin-hash origin))
     ,@(patches->code (origin-patches origin))))

(define (source->code source version)
  (if (origin? source) (origin->code source version) source))

(define (value->template value)
  "Return VALUE as a quasiquoted expression has it."
  (match value
    ((? package? package) (list 'unquote (package-reference package)))
    ((? origin? origin) (list 'unquote (origin->code origin #f)))
    ((? gexp? gexp) (list 'unquote (list 'gexp (gexp->approximate-sexp gexp))))
    ((elements ...) (map value->template elements))
    (other other)))

(define (quasiquoted values)
  (list 'quasiquote (value->template values)))

(define (inputs->code inputs)
  (define plain?
    (every (match-lambda
             ((label (? package? package) . _) (string=? label (package-name package)))
             (_ #f))
           inputs))

  (if plain?
      `(list ,@(map (match-lambda
                      ((_ package) (package-reference package))
                      ((_ package output)
                       (list 'quasiquote
                             (list (list 'unquote (package-reference package)) output))))
                    inputs))
      (quasiquoted inputs)))


;;; Packages.

(define (package->code package)
  "Return the definition that PACKAGE could come from, as an S-expression."
  (define (field name value default->code)
    ;; A list of the field NAME, or of nothing where VALUE is empty.
    (if (null? value)
        '()
        `((,name ,(default->code value)))))

  (define (strings name values default)
    (if (lset= string=? values default)
        '()
        `((,name (list ,@values)))))

  (define (search-paths name paths)
    (field name paths (lambda (paths) `(list ,@(map search-path->code paths)))))

  (define build-system
    (build-system-name (package-build-system package)))

  `(define-public ,(string->symbol (package-name package))
     (package
       (name ,(package-name package))
       (version ,(package-version package))
       (source ,(source->code (package-source package) (package-version package)))
       ,@(field 'properties (package-properties package) quasiquoted)
       ,@(match (package-replacement package)
           (#f '())
           (replacement `((replacement ,replacement))))
       (build-system (@ (guix build-system ,build-system)
                        ,(symbol-append build-system '-build-system)))
       ,@(field 'arguments (package-arguments package) quasiquoted)
       ,@(strings 'outputs (package-outputs package) '("out"))
       ,@(field 'native-inputs (package-native-inputs package) inputs->code)
       ,@(field 'inputs (package-inputs package) inputs->code)
       ,@(field 'propagated-inputs (package-propagated-inputs package) inputs->code)
       ,@(strings 'supported-systems (package-supported-systems package) %supported-systems)
       ,@(search-paths 'native-search-paths (package-native-search-paths package))
       ,@(search-paths 'search-paths (package-search-paths package))
       (home-page ,(package-home-page package))
       (synopsis ,(package-synopsis package))
       (description ,(package-description package))
       (license ,(match (package-license package)
                   ((licenses ...) `(list ,@(map license->code licenses)))
                   (#f #f)
                   (license (license->code license)))))))
