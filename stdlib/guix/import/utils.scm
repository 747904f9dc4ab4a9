;;; Commentary:
;;;
;;; What importers have in common: names, texts, lists of inputs, packages from descriptions, and recursion.
;;; Interface: (guix import utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix import utils)
  #:use-module (gnu packages)
  #:use-module (guix base32)
  #:use-module ((guix build download) #:prefix build:)
  #:use-module (guix build-system)
  #:use-module (guix discovery)
  #:use-module (guix download)
  #:use-module (guix i18n)
  #:use-module (guix import licenses)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module ((guix upstream sources) #:select (factorize-uri))
  #:use-module ((guix ui) #:select (fill-paragraph))
  #:use-module (guix utils)
  #:use-module ((gcrypt hash) #:select (file-sha256))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:re-export (factorize-uri
               spdx-string->license
               license->symbol)
  #:export (flatten

            url-fetch
            guix-hash-url

            package-names->package-inputs
            maybe-inputs
            maybe-native-inputs
            maybe-propagated-inputs
            package->definition

            snake-case
            beautify-description
            beautify-synopsis

            alist->package

            read-lines
            chunk-lines

            guix-name

            recursive-import))


;;; Addresses and files.

(define (url-fetch url file-name)
  "Write what is at URL to FILE-NAME and return that, or #f.  Messages go to the error port."
  (parameterize ((current-output-port (current-error-port)))
    (build:url-fetch url file-name)))

(define (guix-hash-url file)
  "Return the SHA256 hash of FILE in nix-base32."
  (bytevector->nix-base32-string (file-sha256 file)))


;;; Lists and lines.

(define (flatten tree)
  "Return the list of the leaves of TREE, a list of lists of any depth."
  (append-map (lambda (element)
                (if (list? element) (flatten element) (list element)))
              tree))

(define* (read-lines #:optional (port (current-input-port)))
  "Return the list of the lines of PORT."
  (let loop ((lines '()))
    (match (read-line port)
      ((? eof-object?) (reverse lines))
      (line (loop (cons line lines))))))

(define* (chunk-lines lines #:optional (separator? string-null?))
  "Return LINES as lists, separated by the lines for which SEPARATOR? returns true."
  (let loop ((lines lines) (chunks '()))
    (call-with-values (lambda () (break separator? lines))
      (lambda (chunk rest)
        (match rest
          (() (reverse (cons chunk chunks)))
          ((_ . rest) (loop rest (cons chunk chunks))))))))


;;; Names and texts.

(define (snake-case name)
  "Return NAME in lower case with hyphens for underscores."
  (string-map (lambda (char) (if (char=? char #\_) #\- char))
              (string-downcase name)))

(define (guix-name prefix name)
  "Return the name of the package for what is called NAME elsewhere: PREFIX and NAME in the usual form."
  (string-append prefix
                 (string-map (lambda (char)
                               (if (memv char '(#\_ #\.)) #\- char))
                             (string-downcase name))))

(define %fragment-starts
  ;; Words that a description which is no sentence starts with, and what makes a sentence of it.
  '((("A" "Functions" "Methods")
     "This" "package" "provides")
    (("Contains" "Creates" "Performs" "Provides" "Produces" "Implements" "Infers")
     "This" "package")))

(define (complete-sentence words)
  "Return WORDS with a subject, and a verb, if they start like a fragment."
  (match words
    (() '())
    ((first . rest)
     (match (find (match-lambda ((starts . _) (member first starts))) %fragment-starts)
       (#f words)
       ((_ . beginning) (append beginning (cons (string-downcase first) rest)))))))

(define (ends-sentence? word next)
  "Return true if WORD, with a final full stop, ends a sentence before NEXT, rather than being an abbreviation."
  (and (string-suffix? "." word)
       (not (string-null? next))
       (let ((first (string-ref next 0)))
         (or (char-alphabetic? first) (char-numeric? first) (char=? first #\_)))
       (let ((word (string-drop-right word 1)))
         (not (or (any (lambda (abbreviation) (string-suffix? abbreviation word))
                       '("Dr" "Mr" "Mrs" "Ms" "Prof" "vs" "e.g"))
                  (and (not (string-null? word))
                       (char-upper-case? (string-ref word (- (string-length word) 1)))))))))

(define (join-sentences words)
  "Return WORDS as text, with two spaces after sentences."
  (match words
    (() "")
    ((first . rest)
     (string-concatenate
      (cons first
            (append-map (lambda (previous word)
                          (list (if (ends-sentence? previous word) "  " " ") word))
                        words rest))))))

(define (tidy-word word)
  "Return WORD without quotes around it, as are common in R, and with what Texinfo would take for a command escaped."
  (string-replace-substring (string-trim-both word #\') "@" "@@"))

(define (missing text)
  (format #f (G_ "This package lacks a ~a.  Run \"info '(guix) Synopses and Descriptions'\" for more information.")
          text))

(define* (beautify-description description #:optional (length 80))
  "Return DESCRIPTION as packages have it: whole sentences, two spaces between them, lines of at most LENGTH characters."
  (if (string? description)
      (let ((words (string-tokenize description (char-set-complement (char-set #\space #\newline)))))
        (fill-paragraph (join-sentences (map tidy-word (complete-sentence words))) length))
      (missing "description")))

(define (beautify-synopsis synopsis)
  "Return SYNOPSIS as packages have it, without an article at the beginning or a full stop at the end."
  (string-trim-both
   (cond ((not (string? synopsis)) (missing "synopsis"))
         ((string-prefix? "A " synopsis) (string-drop synopsis 2))
         ((string-suffix? "." synopsis) (string-drop-right synopsis 1))
         (else synopsis))))


;;; Code of packages.

(define* (package-names->package-inputs names #:optional output)
  "Return NAMES, strings and lists of a name and a version, as labelled inputs, to be quasiquoted; of OUTPUT if it is given."
  (define (input name variable)
    (cons* name
           (list 'unquote (string->symbol variable))
           (if output (list output) '())))

  (map (match-lambda
         ((name #f) (input name name))
         ((name version) (input name (string-append name "-" version)))
         (name (input name name)))
       names))

(define* (maybe-inputs names #:optional output #:key type)
  "Return the list of the field of inputs with the packages called NAMES, or the empty list.  TYPE is `native', `propagated' or
#f."
  (match (package-names->package-inputs names output)
    (() '())
    (inputs
     `((,(case type
           ((native) 'native-inputs)
           ((propagated) 'propagated-inputs)
           (else 'inputs))
        (quasiquote ,inputs))))))

(define* (maybe-native-inputs names #:optional output)
  "Like `maybe-inputs', for native inputs."
  (maybe-inputs names output #:type 'native))

(define* (maybe-propagated-inputs names #:optional output)
  "Like `maybe-inputs', for propagated inputs."
  (maybe-inputs names output #:type 'propagated))

(define* (package->definition package #:optional version-suffix)
  "Return the definition of PACKAGE, an expression, as a variable called like it.  With VERSION-SUFFIX, that name ends in the
major and minor version, for #t, in the whole version, for `full', or in the string that it is."
  (define (definition name version)
    (define suffix
      (match version-suffix
        (#f #f)
        (#t (version-major+minor version))
        ('full version)
        ((? string? text) text)))

    `(define-public ,(string->symbol (if suffix (string-append name "-" suffix) name))
       ,package))

  (match package
    (('package ('name name) ('version version) . _)
     (definition name version))
    (('package ('inherit ('simple-texlive-package name . _)) ('version version) . _)
     (definition name version))
    (('let _ ('package ('name name) ('version version) . _))
     (definition name version))))


;;; Packages from descriptions.

(define (lookup-build-system name)
  "Return the build system called NAME, a symbol, or #f."
  (define (named modules)
    (fold-module-public-variables (lambda (value result)
                                    (if (and (build-system? value)
                                             (eq? name (build-system-name value)))
                                        value
                                        result))
                                  #f
                                  modules))

  ;; It is in the module of that name as a rule.
  (or (and=> (false-if-exception (resolve-interface `(guix build-system ,name)))
             (lambda (module) (named (list module))))
      (named (all-modules (map (lambda (directory) (cons directory "guix/build-system"))
                               %load-path)))))

(define (specification->input specification)
  "Return the labelled input that SPECIFICATION stands for."
  (call-with-values (lambda () (specification->package+output specification))
    (lambda (package output)
      `(,(package-name package) ,package
        ,@(if (string=? output "out") '() (list output))))))

(define (fetch-method name)
  (match name
    ("url-fetch" (@ (guix download) url-fetch))
    ("git-fetch" (@ (guix git-download) git-fetch))
    ("svn-fetch" (@ (guix svn-download) svn-fetch))
    ("hg-fetch" (@ (guix hg-download) hg-fetch))
    (_ #f)))

(define (description->origin source)
  "Return the origin that SOURCE describes: an alist of its fields, or the address of a file, which is downloaded."
  (match source
    (#f #f)
    ((? string? url)
     (let ((file (with-store store (download-to-store store url))))
       (origin
         (method (@ (guix download) url-fetch))
         (uri url)
         (sha256 (nix-base32-string->bytevector (guix-hash-url file))))))
    (_
     (origin
       (method (fetch-method (assoc-ref source "method")))
       (uri (assoc-ref source "uri"))
       (sha256 (match (assoc-ref source "sha256")
                 ((("base32" . hash)) (nix-base32-string->bytevector hash))
                 (_ #f)))))))

(define (name->license name)
  "Return the license that NAME, of a variable of (guix licenses) or an SPDX identifier, stands for."
  (define (variable symbol . options)
    (and symbol
         (false-if-exception
          (module-ref (apply resolve-interface '(guix licenses) options) symbol))))

  (or (variable (string->symbol name))
      (variable (spdx-string->license name) #:prefix 'license:)
      (license:fsdg-compatible name)))

(define* (alist->package description #:optional (known '()))
  "Return the package that DESCRIPTION, an alist as it comes from JSON, is about.  Inputs are specifications; those in KNOWN, a
list of strings, are left as symbols."
  (define (field name)
    (assoc-ref description name))

  ;; A procedure called `inputs' would be hidden by the field.
  (define (field-inputs name)
    (call-with-values (lambda ()
                        (partition (lambda (input) (member input known))
                                   (vector->list (or (field name) #()))))
      (lambda (known others)
        (append (map specification->input others)
                (map string->symbol known)))))

  (package
    (name (field "name"))
    (version (field "version"))
    (source (description->origin (field "source")))
    (properties (map (match-lambda
                       ((key . value) (cons (string->symbol key) value)))
                     (or (field "properties") '())))
    (build-system (lookup-build-system (string->symbol (field "build-system"))))
    (arguments (append-map (match-lambda
                             ((key . value) (list (symbol->keyword (string->symbol key)) value)))
                           (or (field "arguments") '())))
    (native-inputs (field-inputs "native-inputs"))
    (inputs (field-inputs "inputs"))
    (propagated-inputs (field-inputs "propagated-inputs"))
    (home-page (field "home-page"))
    (synopsis (field "synopsis"))
    (description (field "description"))
    (license (and=> (field "license") name->license))))


;;; Recursion.

(define* (recursive-import name #:key repo->guix-package guix-name version repo
                           #:allow-other-keys)
  "Return the list of the expressions of the package called NAME elsewhere, at VERSION or the current one, and of what it
depends on and the collection does not have, dependencies first.  (REPO->GUIX-PACKAGE NAME #:version VERSION #:repo REPO)
returns an expression, or #f, and the list of the dependencies: names and lists of a name and a version.  (GUIX-NAME NAME)
returns the name of the package."
  (define seen (make-hash-table))

  (define (present? name version)
    (pair? (find-packages-by-name (guix-name name) version)))

  (define normalize
    (match-lambda
      ((name version) (cons name version))
      (name (cons name #f))))

  (define (import name version result)
    (define key (cons name version))

    (if (hash-ref seen key)
        result
        (begin
          (hash-set! seen key #t)
          (call-with-values
              (lambda () (repo->guix-package name #:version version #:repo repo))
            (lambda* (expression #:optional (dependencies '()) . _)
              (let ((result (fold-right (match-lambda*
                                          (((name . version) result)
                                           (if (present? name version)
                                               result
                                               (import name version result))))
                                        result
                                        (map normalize (or dependencies '())))))
                (if expression
                    (cons expression result)
                    result)))))))

  (reverse (import name version '())))
