;;; Commentary:
;;;
;;; The build system of JavaScript libraries that are only made smaller.  The phases are in (guix build minify-build-system).
;;; Interface: (guix build-system minify) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system minify)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%minify-build-system-modules
            minify-build
            minify-build-system))

(define %minify-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build minify-build-system)
    ,@%gnu-build-system-modules))

(define minify-build
  (native-builder 'minify-build
                  #:documentation "Make the JavaScript files of SOURCE smaller."
                  #:imported-modules %minify-build-system-modules
                  #:modules '((guix build minify-build-system)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '(javascript-files)
                  #:arguments '(name source javascript-files phases outputs search-paths inputs)))

(define (uglify-js arguments)
  "Return the input that makes files smaller."
  `(("uglify-js" ,(keyword-argument arguments #:uglify-js
                                    (collection-variable '(gnu packages uglifyjs) 'uglifyjs)))))

(define minify-build-system
  (build-system
    (name 'minify)
    (description "The trivial JavaScript minification build system")
    (lower (lowering minify-build
                     #:cross 'ignored
                     #:build-inputs (list uglify-js 'native-inputs)))))
