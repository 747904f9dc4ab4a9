;;; Commentary:
;;;
;;; Checkers of the inputs of packages.  Part of (guix lint).
;;;
;;; Code:

(define-module (guix lint inputs)
  #:use-module (guix lint phases)
  #:use-module (guix lint warnings)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (check-inputs-should-be-native
            check-inputs-should-not-be-an-input-at-all
            check-input-labels
            check-wrapper-inputs))

(define (input-specification input)
  "Return INPUT, a labelled input, as a specification such as `glib:bin'; #f if it is no package."
  (match input
    ((_ (? package? package)) (package-name package))
    ((_ (? package? package) output . _) (string-append (package-name package) ":" output))
    (_ #f)))

(define (inputs-among inputs specifications)
  "Return the specifications of those INPUTS that are among SPECIFICATIONS."
  (filter-map (lambda (input)
                (let ((specification (input-specification input)))
                  (and specification (member specification specifications) specification)))
              inputs))

(define build-tools
  ;; What runs at build time only.
  '("pkg-config" "autoconf" "automake" "bison" "cmake" "dejagnu" "desktop-file-utils" "doxygen" "extra-cmake-modules"
    "flex" "gettext" "glib:bin" "gobject-introspection" "googletest-source" "groff" "gtk-doc" "help2man" "intltool"
    "itstool" "kdoctools" "libtool" "m4" "qttools-5" "yasm" "nasm" "fasm" "python-coverage" "python-cython"
    "python-docutils" "python-mock" "python-nose" "python-pbr" "python-pytest" "python-pytest-cov"
    "python-setuptools-scm" "python-sphinx" "scdoc" "swig" "qmake" "texinfo" "xorg-server-for-tests" "yelp-tools"))

(define (check-inputs-should-be-native package)
  "Return warnings about inputs of PACKAGE that are tools of its build."
  (map (lambda (name)
         (make-warning package 'inputs "'~a' should probably be a native input" name))
       (inputs-among (append (package-inputs package) (package-propagated-inputs package))
                     build-tools)))

(define (check-inputs-should-not-be-an-input-at-all package)
  "Return warnings about inputs of PACKAGE that its build system has anyway."
  (map (lambda (name)
         (make-warning package 'inputs "'~a' should probably not be an input at all" name))
       (inputs-among (package-direct-inputs package) '("python-setuptools" "python-pip"))))

(define (check-input-labels package)
  "Return warnings about labels of inputs of PACKAGE that are not the names of the packages."
  (append-map (match-lambda
                ((field . inputs)
                 (filter-map (lambda (input)
                               (match (cons (input-specification input) input)
                                 ((#f . _) #f)
                                 ((name label . _)
                                  (and (string? label)
                                       (not (string=? label name))
                                       (make-warning package field
                                                     "label '~a' does not match package name '~a'" label name)))))
                             (inputs package))))
              `((native-inputs . ,package-native-inputs)
                (inputs . ,package-inputs)
                (propagated-inputs . ,package-propagated-inputs))))

(define (check-wrapper-inputs package)
  "Return warnings if PACKAGE wraps programs and has no shell for the wrappers among its inputs."
  (define (wrappers code)
    ;; The calls in CODE that do not say which shell to use.
    (match code
      (((and name (or 'wrap-program 'wrap-qt-program)) _ . rest)
       (match rest
         ((#:sh . _) '())
         (_ (list name))))
      ((first . rest) (append (wrappers first) (wrappers rest)))
      (_ '())))

  (if (pair? (inputs-among (package-inputs package) '("bash" "bash-minimal")))
      '()
      (check-phases package
                    (lambda (clause)
                      (check-clause package clause
                                    (lambda (body)
                                      (map (lambda (name)
                                             (make-warning package #f
                                                           "\"bash-minimal\" should be in 'inputs' when '~a' is used"
                                                           name))
                                           (wrappers body))))))))
