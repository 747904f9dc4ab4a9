;;; Commentary:
;;;
;;; The build system of Elm packages, and how their names map to those of Elm.
;;; The phases are in (guix build elm-build-system).
;;; Interface: (guix build-system elm) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system elm)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix git-download)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (elm->package-name
            guix-package->elm-name
            infer-elm-package-name
            elm-package-origin
            %elm-build-system-modules
            %elm-default-modules
            elm-build
            elm-build-system))


;;;
;;; Names and sources.
;;;

(define (elm->package-name name)
  "Return the name of the package for NAME, the name of an Elm package: \"author/project\"."
  (let ((joined (string-map (lambda (char) (if (char=? char #\/) #\- char))
                            (string-downcase name))))
    (if (string-prefix? "elm-" joined)
        joined
        (string-append "elm-" joined))))

(define (infer-elm-package-name name)
  "Return the name of the Elm package that NAME, the name of a package, most likely stands for, or #f.
`elm->package-name' is the inverse."
  (define (project words)
    (string-join words "-"))

  (match (string-split name #\-)
    (("elm" "explorations" first . rest)
     (string-append "elm-explorations/" (project (cons first rest))))
    (("elm" project) (string-append "elm/" project))
    (("elm" author first . rest)
     (string-append author "/" (project (cons first rest))))
    (_ #f)))

(define (guix-package->elm-name package)
  "Return the name of the Elm package that PACKAGE packages: what its property `upstream-name' says, or else what its name
suggests, or #f."
  (or (assoc-ref (package-properties package) 'upstream-name)
      (infer-elm-package-name (package-name package))))

(define (elm-package-origin elm-name version hash)
  "Return the origin of the Elm package ELM-NAME at VERSION, with the SHA256 HASH.  All of them are tagged repositories in
one place."
  (origin
    (method git-fetch)
    (uri (git-reference
          (url (string-append "https://github.com/" elm-name))
          (commit version)))
    (file-name (git-file-name (elm->package-name elm-name) version))
    (sha256 hash)))


;;;
;;; The build system.
;;;

(define %elm-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build elm-build-system)
    (guix build json)
    (guix build union)
    ,@%gnu-build-system-modules))

(define %elm-default-modules
  ;; Build-side modules that the builder uses.
  '((guix build elm-build-system)
    (guix build utils)
    (guix build json)
    (guix build union)))

(define elm-build
  (native-builder 'elm-build
                  #:documentation "Build SOURCE with Elm and INPUTS."
                  #:imported-modules %elm-build-system-modules
                  #:modules %elm-default-modules
                  #:variables? #f
                  #:parameters '((tests? #t))
                  #:arguments '(name source system tests? phases outputs search-paths inputs)))

(define (elm arguments)
  `(("elm" ,(keyword-argument arguments #:elm
                              (collection-variable '(gnu packages elm) 'elm-sans-reactor)))))

(define (implicit-elm-packages arguments)
  "Return the Elm packages that every build needs, without those that are inputs anyway."
  (define given
    (filter-map (match-lambda
                  ((_ (? package? package) . _) (guix-package->elm-name package))
                  (_ #f))
                (keyword-argument arguments #:inputs (const '()))))

  (if (keyword-argument arguments #:implicit-elm-package-inputs? (const #t))
      (filter-map (match-lambda
                    ((name . variable)
                     (and (not (member name given))
                          (list name ((collection-variable '(gnu packages elm) variable))))))
                  '(("elm/core" . elm-core)
                    ("elm/json" . elm-json)))
      '()))

(define elm-build-system
  (build-system
    (name 'elm)
    (description "The Elm build system")
    (lower (lowering elm-build
                     #:private '(#:implicit-elm-package-inputs? #:elm)
                     #:host-inputs (list 'source 'inputs elm implicit-elm-packages 'standard)
                     ;; As in Guix 1.4, native inputs are no inputs.
                     #:build-inputs '()))))
