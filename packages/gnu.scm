;;; Commentary:
;;;
;;; What files that declare packages and systems usually need of (gnu …), in one module, and short forms for using more of it.
;;; Interface: (gnu) of GNU Guix 1.4; modules that there are not are left out.
;;;
;;; Code:

(define-module (gnu)
  #:use-module (gnu packages)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (use-package-modules
            use-service-modules
            use-system-modules))

(define %public-modules
  '((gnu system)
    (gnu system mapped-devices)
    (gnu system file-systems)
    (gnu bootloader)
    (gnu bootloader grub)
    (gnu system keyboard)
    (gnu system pam)
    (gnu system shadow)
    (gnu system linux-initrd)
    (gnu system nss)
    (gnu services)
    (gnu services base)
    (gnu packages)
    (gnu packages base)
    (guix gexp)))

(define (module-present? name)
  "Return true if there is a file for the module called NAME."
  (search-path %load-path
               (string-append (string-join (map symbol->string name) "/") ".scm")))

(let ((interface (module-public-interface (current-module))))
  (for-each (lambda (name)
              (when (module-present? name)
                (module-use! interface (resolve-interface name))))
            %public-modules))

(define (package-hint name)
  "Return what may help somebody who looks for the module of packages called NAME, a symbol."
  (match (find-packages-by-name (symbol->string name))
    (()
     (format #f (G_ "Run @command{strata package --show=~a} or @command{strata search ~a}: the location of a package
names its module.")
             name name))
    ((package . _)
     (format #f (G_ "Try adding @code{(use-package-modules ~a)}.")
             (basename (location-file (package-location package)) ".scm")))))

(define (check-modules names hint properties)
  "Raise an error, with what HINT returns for its last component, unless the modules called NAMES are there.  PROPERTIES tell
where they are asked for."
  (for-each (lambda (name)
              (unless (module-present? name)
                (raise (apply make-compound-condition
                              (formatted-message (G_ "module ~a not found") name)
                              (append (match (and properties (source-properties->location properties))
                                        (#f '())
                                        (location (list (condition (&error-location (location location))))))
                                      (match (hint (last name))
                                        (#f '())
                                        (text (list (condition (&fix-hint (hint text)))))))))))
            names))

(define-syntax-rule (define-module-form name prefix hint)
  ;; Define NAME as a form that uses the modules whose names start with PREFIX and end in one of its arguments.
  (define-syntax name
    (lambda (form)
      (syntax-case form ()
        ((_ component (... ...))
         (let ((modules (map (lambda (component) (append 'prefix (list component)))
                             (syntax->datum #'(component (... ...))))))
           (check-modules modules hint (syntax-source form))
           (with-syntax (((module (... ...))
                          (map (lambda (module) (datum->syntax form module)) modules)))
             #'(use-modules module (... ...)))))))))

(define-module-form use-package-modules (gnu packages) package-hint)
(define-module-form use-service-modules (gnu services) (const #f))
(define-module-form use-system-modules (gnu system) (const #f))
