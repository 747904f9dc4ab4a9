;;; Commentary:
;;;
;;; The build system of TeX Live packages, and where their sources are.
;;; The phases are in (guix build texlive-build-system).
;;; Interface: (guix build-system texlive) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system texlive)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix packages)
  #:use-module (guix svn-download)
  #:export (%texlive-build-system-modules
            texlive-build
            texlive-build-system
            texlive-ref
            texlive-origin
            %texlive-tag
            %texlive-revision))


;;;
;;; Sources.
;;;

;; The release of TeX Live in its Subversion repository, and the revision it was tagged at.
(define %texlive-tag "texlive-2021.3")
(define %texlive-revision 59745)

(define (distribution-url)
  (string-append "svn://www.tug.org/texlive/tags/" %texlive-tag "/Master/texmf-dist/"))

(define (texlive-origin name version locations hash)
  "Return the origin of a TeX Live package that consists of LOCATIONS in the repository, with the SHA256 HASH.  Its file
name is made of NAME and VERSION."
  (origin
    (method svn-multi-fetch)
    (uri (svn-multi-reference
          (url (distribution-url))
          (locations locations)
          (revision %texlive-revision)))
    (file-name (string-append name "-" version "-checkout"))
    (sha256 hash)))

(define* (texlive-ref component #:optional id)
  "Return the reference to the source of ID, a package that is part of COMPONENT, or to that of all of COMPONENT."
  (svn-reference
    (url (string-append (distribution-url) "source/" component
                        (if id (string-append "/" id) "")))
    (revision %texlive-revision)))


;;;
;;; The build system.
;;;

(define %texlive-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build texlive-build-system)
    (guix build union)
    ,@%gnu-build-system-modules))

(define texlive-build
  (native-builder 'texlive-build
                  #:documentation "Build SOURCE with TeX and INPUTS."
                  #:imported-modules %texlive-build-system-modules
                  #:modules '((guix build texlive-build-system)
                              (guix build union)
                              (guix build utils))
                  #:parameters '((phases (@ (guix build texlive-build-system) %standard-phases))
                                 tests?
                                 tex-directory
                                 build-targets
                                 tex-engine
                                 ;; Not LuaTeX, which sometimes crashes.
                                 (tex-format "pdftex")
                                 (substitutable? #t))
                  #:arguments `(name source tex-directory build-targets
                                (tex-engine . ,(lambda (ref)
                                                 (list (or (ref 'tex-engine) (ref 'tex-format)))))
                                tex-format system tests? (phases code) outputs inputs search-paths)
                  #:options '(#:target #f)
                  #:forwarded '(substitutable?)))

(define (tex-package name)
  (collection-variable '(gnu packages tex) name))

(define texlive-build-system
  (build-system
    (name 'texlive)
    (description "The build system for TeX Live packages")
    (lower (lowering texlive-build
                     #:cross 'ignored
                     ;; A build of LaTeX itself passes #f for the second.
                     #:tools `(("texlive-bin" #:texlive-bin ,(tex-package 'texlive-bin))
                               ("texlive-latex-base" #:texlive-latex-base
                                ,(tex-package 'texlive-latex-base)))))))
