;;; Commentary:
;;;
;;; The build system of Python packages that have a `pyproject.toml' (PEP 517).
;;; The phases are in (guix build pyproject-build-system).
;;; Interface: (guix build-system pyproject) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system pyproject)
  #:use-module ((gnu packages) #:select (search-auxiliary-file))
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module ((guix build-system python) #:select (%python-build-system-modules))
  #:use-module (guix gexp)
  #:export (%pyproject-build-system-modules
            default-python
            pyproject-build
            pyproject-build-system))

(define %pyproject-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build pyproject-build-system)
    (guix build json)
    ,@%python-build-system-modules))

(define default-python
  ;; A Python with what builds wheels.
  (collection-variable '(gnu packages python) 'python-toolchain))

(define (sanity-check arguments)
  "Return the input that is the script that checks an installed package."
  `(("sanity-check.py" ,(local-file (search-auxiliary-file "python/sanity-check-next.py")))))

(define pyproject-build
  (native-builder 'pyproject-build
                  #:documentation "Build SOURCE, which has a `pyproject.toml', with Python and INPUTS."
                  #:imported-modules %pyproject-build-system-modules
                  #:modules '((guix build pyproject-build-system)
                              (guix build utils))
                  #:parameters '((outputs ("out" "wheel"))
                                 (tests? #t)
                                 (configure-flags '())
                                 build-backend
                                 test-backend
                                 (test-flags '()))
                  #:arguments '(name source configure-flags system build-backend test-backend test-flags tests?
                                (phases code) outputs search-paths inputs)
                  #:options '(#:graft? #f #:target #f)))

(define pyproject-build-system
  (build-system
    (name 'pyproject)
    (description "The PEP517-compliant Python build system")
    (lower (lowering pyproject-build
                     #:tools `(("python" #:python ,default-python))
                     #:build-inputs (list 'tools sanity-check 'native-inputs)
                     ;; The symbol is what Guix 1.4 appends: the bag names the output, the derivation has the
                     ;; outputs of the package.
                     #:rewrite-outputs (lambda (outputs arguments)
                                         (append outputs '(wheel)))))))
