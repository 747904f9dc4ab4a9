;;; Commentary:
;;;
;;; The build system of Python packages that have a `setup.py',
;;; and what makes variants of them for another Python.
;;; The phases are in (guix build python-build-system).
;;; Interface: (guix build-system python) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system python)
  #:use-module ((gnu packages) #:select (search-auxiliary-file))
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:export (%python-build-system-modules
            package-with-python2
            strip-python2-variant
            default-python
            default-python2
            python-build
            python-build-system
            pypi-uri))

(define* (pypi-uri name version #:optional (extension ".tar.gz"))
  "Return the URI of the source of the Python package NAME at VERSION on the Python Package Index; EXTENSION is that of
its file name."
  (string-append "https://files.pythonhosted.org/packages/source/"
                 (string-take name 1) "/" name "/" name "-" version extension))

(define %python-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build python-build-system)
    ,@%gnu-build-system-modules))

(define default-python
  ;; The package that provides `python' by default.
  (collection-variable '(gnu packages python) 'python-wrapper))

(define default-python2
  (collection-variable '(gnu packages python) 'python-2))

(define (sanity-check arguments)
  "Return the input that is the script that checks an installed package."
  `(("sanity-check.py" ,(local-file (search-auxiliary-file "python/sanity-check.py")))))

(define python-build
  (native-builder 'python-build
                  #:documentation "Build SOURCE, which has a `setup.py', with Python and INPUTS."
                  #:imported-modules %python-build-system-modules
                  #:modules '((guix build python-build-system)
                              (guix build utils))
                  #:parameters '((tests? #t)
                                 (test-target "test")
                                 (use-setuptools? #t)
                                 (configure-flags '()))
                  #:arguments '(name source configure-flags use-setuptools? system test-target tests?
                                (phases code) outputs search-paths inputs)
                  #:options '(#:graft? #f #:target #f)))

(define python-build-system
  (build-system
    (name 'python)
    (description "The standard Python build system")
    (lower (lowering python-build
                     #:tools `(("python" #:python ,default-python))
                     #:build-inputs (list 'tools sanity-check 'native-inputs)))))


;;;
;;; Variants for another Python.
;;;

(define (package-with-explicit-python python old-prefix new-prefix variant-property)
  "Return a procedure that makes of a package, and of what it needs, a package built with PYTHON, a promise.  In names,
NEW-PREFIX takes the place of OLD-PREFIX.  A package that has VARIANT-PROPERTY, the promise of a package, becomes that
package."
  (define (ready-made p)
    (assq-ref (package-properties p) variant-property))

  (define (python-package? p)
    (eq? (package-build-system p) python-build-system))

  (define (renamed name)
    (string-append new-prefix
                   (if (string-prefix? old-prefix name)
                       (string-drop name (string-length old-prefix))
                       name)))

  (define (variant p)
    (let ((promise (ready-made p)))
      (cond (promise (force promise))
            ((python-package? p)
             (package/inherit p
               (location (package-location p))
               (name (renamed (package-name p)))
               (arguments
                (ensure-keyword-arguments (package-arguments p)
                                          (list #:python (force python))))))
            (else p))))

  (package-mapping variant
                   (lambda (p)
                     (or (not (python-package? p)) (ready-made p)))))

(define package-with-python2
  ;; The promise is forced when arguments are asked for: (gnu packages python) is loaded by then.
  (package-with-explicit-python (delay (default-python2)) "python-" "python2-" 'python2-variant))

(define (strip-python2-variant p)
  "Return P without its property `python2-variant'."
  (package/inherit p
    (properties (alist-delete 'python2-variant (package-properties p)))))
